import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { decodeModel, ENDED, encodeModel } from "#nlp/cue-model.ts";
import { createExtractor } from "#nlp/extract.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readLines } from "#nlp/lines.ts";
import { createWitness } from "#nlp/odds.ts";
import { trainCueModel, trainExchangeModel } from "#nlp/train.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const taxonomy = loadTaxonomy();
const lines = readLines(
  [
    "fishing|koe: 周末干嘛 >> c: 又去水库蹲了一宿",
    "fishing|鱼竿架好了就不想走",
    "gaming|koe: 周末干嘛 >> c: 手柄都搓坏仨",
    "gaming|通关到半夜",
    "~fishing|鱼竿都归我表弟咯",
    "~gaming|手柄都归我表弟咯",
    "~fishing|koe: 还去水库吗 >> c: 早收手咯",
    "~gaming|koe: 还通关到半夜吗 >> c: 早收手咯",
    "-|今天天气不错",
  ].join("\n"),
);
const taught = Array.from({ length: 6 }, () => lines).flat();
const train = () => trainExchangeModel(taxonomy, taught, [[{ who: "customer", text: "那首歌真好听" }]]);

describe("the model of exchanges", () => {
  const judge = createWitness(train());
  const fold = (text: string) => foldInto(text, newFolded());
  const odds = (question: string, answer: string, tag: string) =>
    judge.hearExchange(fold(answer), [fold(question)], false).of(tag)!;

  test("the same lines give the same bytes, and the bytes the same model", () => {
    const bytes = encodeModel(train());
    expect(encodeModel(train()).equals(bytes)).toBe(true);
    expect(encodeModel(decodeModel(bytes)).equals(bytes)).toBe(true);
  });

  test("hears by the question what an answer ends", () => {
    const [water, play] = ["还去水库吗", "还通关到半夜吗"];
    expect(odds(water, "早收手咯", ENDED)).toBeGreaterThan(0);
    expect(odds(water, "早收手咯", "fishing")).toBeGreaterThan(odds(water, "早收手咯", "gaming") + 1);
    expect(odds(play, "早收手咯", "gaming")).toBeGreaterThan(odds(play, "早收手咯", "fishing") + 1);
  });

  test("looks no further into an enormous turn than into a long one", () => {
    const [long, enormous] = [1000, 1_000_000].map((length) => "鱼竿早收手咯".repeat(length).slice(0, length));
    expect(odds("还去水库吗", enormous!, "fishing")).toBe(odds("还去水库吗", long!, "fishing"));
    expect(odds(enormous!, "早收手咯", "fishing")).toBe(odds(long!, "早收手咯", "fishing"));
  });

  test("names no tag for the end itself", () => {
    expect(judge.hearExchange(fold("早收手咯"), [fold("还去水库吗")], false).above(-99)).not.toContain(ENDED);
  });
});

describe("what a turn ends", () => {
  const model = trainCueModel(taxonomy, [], taught, ["今天天气不错"]);
  const knowledge = { ...loadKnowledge(), model: () => model, exchangeModel: train };
  const ended = (heard: ReturnType<typeof createExtractor>, ...turns: Turn[]) =>
    heard(turns).retractions.map(({ tag, quote }) => ({ tag, quote }));
  const turns: Turn[] = [
    { who: "koe", text: "还去水库吗" },
    { who: "customer", text: "早收手咯" },
  ];

  test("is heard by the model where no phrase takes anything back, with the turn as its quote", () => {
    expect(ended(createExtractor(knowledge), ...turns)).toEqual([{ tag: "fishing", quote: "早收手咯" }]);
    expect(ended(createExtractor({ ...knowledge, exchangeModel: undefined }), ...turns)).toEqual([]);
  });

  test("is nothing that the same turn tells of as it is now", () => {
    const holds: Turn = { who: "customer", text: "鱼竿都归我表弟咯 不过我周末还是去钓鱼" };
    expect(ended(createExtractor(knowledge), holds).map(({ tag }) => tag)).not.toContain("fishing");
  });

  test("is not what phrases take back where the model is sure that nothing ended", () => {
    const sold: Turn = { who: "customer", text: "鱼竿都卖了 早不钓鱼了" };
    expect(ended(createExtractor({ ...loadKnowledge(), model: undefined }), sold)).toMatchObject([{ tag: "fishing" }]);
    const never = readLines(Array.from({ length: 8 }, () => "fishing|鱼竿都卖了 早不钓鱼了").join("\n"));
    const stays = () =>
      trainExchangeModel(taxonomy, [...taught, ...Array.from({ length: 20 }, () => never).flat()], []);
    expect(ended(createExtractor({ ...knowledge, exchangeModel: stays }), sold)).toEqual([]);
  });
});
