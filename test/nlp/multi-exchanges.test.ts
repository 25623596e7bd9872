import { describe, expect, test } from "vitest";
import { closeImplied, type TagKey } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);
const closed = (tags: readonly TagKey[]): Set<TagKey> =>
  new Set(tags.flatMap((tag) => closeImplied(knowledge.taxonomy, tag)));

const heard = readCueLines("multi-exchanges").map(({ tags, traps, turns }) => ({
  wanted: closed(tags),
  shown: closed(extract(turns).cues.map(({ tag }) => tag)),
  traps,
}));
const sum = (count: (line: (typeof heard)[number]) => number): number => heard.reduce((n, line) => n + count(line), 0);
const found = sum(({ wanted, shown }) => [...wanted].filter((tag) => shown.has(tag)).length);

describe("exchanges by kind of question and kind of answer", () => {
  test("seven of ten tags are heard", () => {
    expect(found / sum(({ wanted }) => wanted.size)).toBeGreaterThan(0.7);
  });

  test("and four of five of those heard are right", () => {
    expect(found / sum(({ shown }) => shown.size)).toBeGreaterThan(0.75);
  });

  test("what is denied, another's or only supposed is seldom taken for the subject's", () => {
    const trapped = sum(({ traps, shown }) => traps.filter((tag) => shown.has(tag)).length);
    expect(trapped / sum(({ traps }) => traps.length)).toBeLessThan(0.12);
  });
});

const talk = (...turns: [string, string][]) => extract(turns.map(([who, text]) => ({ who, text })));
const tagsOf = (...turns: [string, string][]) => talk(...turns).cues.map(({ tag }) => tag);

describe("what stands between a question and its answer", () => {
  test("a city that replaces the one asked about takes it back", () => {
    const { cues, retractions } = talk(
      ["koe", "还是寄武汉光谷那个地址哈"],
      ["customer", "早不在那了 现在在佛山 刚租的房"],
    );
    expect(cues.map(({ tag }) => tag)).toContain("city:佛山");
    expect(retractions.map(({ tag }) => tag)).toContain("city:武汉");
  });

  test("who is called to step forward by a place has it", () => {
    expect(tagsOf(["小蔡", "合肥的举个手 分箱草莓"], ["customer", "✋ 滨湖"])).toContain("city:合肥");
  });

  test("hearsay that is put to the seller is a worry of one's own", () => {
    expect(tagsOf(["customer", "论坛里都说冬天续航腰斩 你给句实话"])).toContain("range");
  });

  test("members' own plans ask for no help", () => {
    expect(tagsOf(["阿松", "周末一起打球?"], ["customer", "这周轮到我值班 走不开"])).not.toContain("helpful_answerer");
  });
});
