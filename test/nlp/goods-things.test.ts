import { describe, expect, test } from "vitest";
import { closeImplied, definitionOf } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { readCueLines } from "../setup/cue-lines.ts";

const { taxonomy } = loadKnowledge();
const extract = createExtractor(loadKnowledge());

const isOfThings = (tag: string): boolean => ["need", "emotion"].includes(definitionOf(taxonomy, tag)?.dimension ?? "");
const heardIn = (text: string): Set<string> =>
  new Set(extract([{ who: "customer", text }]).cues.flatMap(({ tag }) => closeImplied(taxonomy, tag)));

const heard = readCueLines("goods-things").map(({ tags, traps, turns }) => ({
  tags: tags.filter(isOfThings),
  traps: traps.filter(isOfThings),
  shown: new Set(
    extract(turns)
      .cues.flatMap(({ tag }) => closeImplied(taxonomy, tag))
      .filter(isOfThings),
  ),
}));

const share = (some: readonly boolean[]): number => some.filter(Boolean).length / some.length;

describe("needs and moods over things of every kind", () => {
  test("are heard in at least the share reached when they were written", () => {
    const wanted = heard.flatMap(({ tags, shown }) => tags.map((tag) => shown.has(tag)));
    expect(wanted.length).toBeGreaterThan(600);
    expect(share(wanted)).toBeGreaterThan(0.785);
  });

  test("are what at least the share then reached of the suggested ones are", () => {
    const suggested = heard.flatMap(({ tags, shown }) => [...shown].map((tag) => tags.includes(tag)));
    expect(share(suggested)).toBeGreaterThan(0.895);
  });

  test("are not taken from other causes of pain, other people's things or what is only asked in passing", () => {
    const sprung = heard.flatMap(({ traps, shown }) => traps.map((tag) => shown.has(tag)));
    expect(sprung.length).toBeGreaterThan(100);
    expect(share(sprung)).toBeLessThan(0.05);
  });
});

describe("what only a car has", () => {
  test("is not heard of a thing of the household", () => {
    expect(heardIn("吸尘器有没有劲 动力足不足")).not.toContain("power");
    expect(heardIn("这件衬衫里头味儿大 做工粗糙")).not.toContain("interior");
  });

  test("is heard of a car that such a thing goes into", () => {
    expect(heardIn("后备箱放台洗衣机 起步有没有劲")).toContain("power");
  });
});
