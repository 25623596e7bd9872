import { expect, test } from "vitest";
import { decodeModel, encodeModel } from "#nlp/cue-model.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { readLines } from "#nlp/lines.ts";
import { meaningsOf } from "#nlp/meanings.ts";
import { createWitness } from "#nlp/odds.ts";
import { trainCueModel } from "#nlp/train.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const lines = readLines(
  [
    "# remarks are no lines",
    "fishing|周末又去水库蹲了一宿 ⟦两条草鱼⟧",
    "fishing|后备箱全是鱼竿",
    "fishing|鱼竿架好了就不想走",
    "fishing|水库那边口好",
    "gaming|手柄都搓坏仨",
    "gaming|通关到半夜",
    "gaming|手柄又漂移了",
    "gaming|半夜还在通关",
    "!fishing -|同事钓鱼去了",
    "single ~in_relationship|koe: 还跟小王处着呢 >> c: 散了 上个月",
    "helpful_answerer|阿强: 胎压多少合适 >> c: 两个五 冷车量",
  ].join("\n"),
);
const taught = Array.from({ length: 6 }, () => lines).flat();
const meanings = meaningsOf([
  ["水库", "池塘", "reservoir"],
  ["手柄", "joypad"],
]);
const train = () => trainCueModel(loadTaxonomy(), [], taught, ["今天天气不错", "给我推荐个酒店"], meanings);

test("the same lines and seed give the same bytes, and the bytes the same model", () => {
  const bytes = encodeModel(train());
  expect(encodeModel(train()).equals(bytes)).toBe(true);
  expect(encodeModel(decodeModel(bytes)).equals(bytes)).toBe(true);
});

const witness = createWitness(train());
const oddsOf = (text: string, tag: string) => {
  const folded = foldInto(text, newFolded());
  return witness.hear(folded, 0, folded.n).of(tag);
};

test("a trained model takes words like those it learned for what they showed", () => {
  expect(oddsOf("水库边架好鱼竿", "fishing")).toBeGreaterThan(oddsOf("水库边架好鱼竿", "gaming")!);
  expect(oddsOf("手柄又坏了 通关不了", "gaming")).toBeGreaterThan(oddsOf("手柄又坏了 通关不了", "fishing")!);
  expect(oddsOf("手柄又坏了", "never-taught")).toBeUndefined();
});

test("what it learned of a word it takes for others of its meaning, in both languages", () => {
  expect(oddsOf("池塘", "fishing")).toBeGreaterThan(oddsOf("球场", "fishing")! + 1);
  expect(oddsOf("my joypad", "gaming")).toBeGreaterThan(oddsOf("my laptop", "gaming")! + 1);
});

test("it names the words that speak for a tag, and the tags that words speak for", () => {
  const text = "早上开会 后来水库边架好鱼竿 回家睡觉";
  const folded = foldInto(text, newFolded());
  const { start, end } = witness.wordsFor(folded, 0, folded.n, "fishing");
  const spoken = text.replaceAll(" ", "").slice(start, end);
  expect(spoken).toContain("鱼竿");
  expect(spoken).not.toContain("开会");
  const odds = witness.hear(folded, 0, folded.n);
  expect(odds.above(odds.of("fishing")!)).toContain("fishing");
  expect(odds.above(odds.of("fishing")! + 0.1)).not.toContain("fishing");
});

test("a line names what it shows, what it must not be taken to show, what ended, and who speaks", () => {
  expect(lines).toHaveLength(11);
  expect(lines[0]).toMatchObject({
    tags: ["fishing"],
    turns: [{ who: "customer", text: "周末又去水库蹲了一宿 两条草鱼" }],
  });
  expect(lines[8]).toMatchObject({ tags: [], traps: ["fishing"] });
  expect(lines[9]).toMatchObject({
    tags: ["single"],
    retracted: ["in_relationship"],
    turns: [{ who: "koe" }, { who: "customer", text: "散了 上个月" }],
  });
  expect(lines[10]!.turns[0]).toEqual({ who: "阿强", text: "胎压多少合适" });
});
