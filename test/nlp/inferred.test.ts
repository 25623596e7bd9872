import { expect, test } from "vitest";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readLines } from "#nlp/lines.ts";
import { trainCueModel } from "#nlp/train.ts";

const knowledge = loadKnowledge();
const words = ["咕噜墩上蹲了一宿", "咕噜墩那边口好", "又去咕噜墩守了半天", "咕噜墩的夜最安静"];
const lines = readLines(words.map((text) => `fishing|${text}`).join("\n"));
const talk = ["今天天气不错", "给我推荐个酒店", "晚上一起吃饭吧", "这个怎么卖", "好的 谢谢", "明天到店里看看"];
const model = trainCueModel(
  knowledge.taxonomy,
  [],
  Array.from({ length: 10 }, () => lines).flat(),
  Array.from({ length: 10 }, () => talk).flat(),
);
const extract = createExtractor({ ...knowledge, model: () => model });
const heard = (text: string) => extract([{ who: "customer", text }]).cues;

test("what no phrase names is heard where the model is sure, with the words that show it", () => {
  const [cue] = heard("吃了饭 又在咕噜墩蹲了一宿");
  expect(cue).toMatchObject({ tag: "fishing", turn: 0, evidence: ["core/model/fishing#odds"] });
  expect(cue!.quote).toContain("咕噜墩");
});

test("not of others, of what is only supposed, or is denied", () => {
  expect(heard("我同事又去咕噜墩蹲了一宿")).toEqual([]);
  expect(heard("要是能去咕噜墩蹲了一宿就好了")).toEqual([]);
  expect(heard("我没去咕噜墩蹲了一宿")).toEqual([]);
});

test("a need is not heard from who does not mind, though the words are those of who does", () => {
  const minding = readLines(
    ["不看重咕噜率才怪", "谁说我不看重咕噜率", "咕噜率我看得最重"].map((t) => `energy_cost|${t}`).join("\n"),
  );
  const taught = trainCueModel(
    knowledge.taxonomy,
    [],
    Array.from({ length: 10 }, () => minding).flat(),
    Array.from({ length: 10 }, () => talk).flat(),
  );
  const hear = createExtractor({ ...knowledge, model: () => taught });
  const tagsOf = (text: string) => hear([{ who: "customer", text }]).cues.map(({ tag }) => tag);
  expect(tagsOf("买车嘛 咕噜率我看得最重")).toContain("energy_cost");
  expect(tagsOf("买车嘛 不看重咕噜率")).not.toContain("energy_cost");
});

test("nor where a false friend of the tag makes up the words that speak most for it", () => {
  const said = readLines(
    ["空军抢券", "又空军抢券", "空军抢券呀", "空军抢券去了"].map((t) => `fishing|${t}`).join("\n"),
  );
  const taught = trainCueModel(
    knowledge.taxonomy,
    [],
    Array.from({ length: 10 }, () => said).flat(),
    Array.from({ length: 10 }, () => talk).flat(),
  );
  const hear = createExtractor({ ...knowledge, model: () => taught });
  const tags = hear([{ who: "customer", text: "看了看 空军抢券红包" }]).cues.map(({ tag }) => tag);
  expect(tags).not.toContain("fishing");
});
