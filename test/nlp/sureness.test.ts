import { describe, expect, test } from "vitest";
import { createListener } from "#nlp/extract.ts";
import { fitSureness, type Judged, judgedIn } from "#nlp/fit-sureness.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { seeded } from "#nlp/seeded.ts";
import { sureness, TRAITS, type Traits } from "#nlp/sureness.ts";

const traits = (some: Partial<Traits>): Traits => ({
  ...{ phrases: 1, model: -2, both: -2, unasked: 0, rival: 0, answers: 0, length: 2.5, pieces: 1 },
  ...some,
});

test("the likelier the model takes a tag for, the longer the turn and the more evidence, the surer it is", () => {
  const plain = sureness(traits({}), "need");
  for (const more of [{ model: 0, both: 0 }, { length: 3.5 }, { pieces: 3 }])
    expect(sureness(traits(more), "need")).toBeGreaterThan(plain);
  expect(sureness(traits({ rival: 4 }), "need")).toBeLessThan(plain);
});

test("facts of life are surer than needs that are heard as well, and nothing is quite sure", () => {
  expect(sureness(traits({}), "interest")).toBeGreaterThan(sureness(traits({}), "need"));
  expect(sureness(traits({ model: 30, both: 30 }), "interest")).toBe(0.98);
});

describe("fitting it", () => {
  /** Cues that are right by what the model says and by nothing else, those of one dimension more often. */
  const made = (n: number): Judged[] => {
    const random = seeded(5);
    return Array.from({ length: n }, () => {
      const dimension = random() < 0.5 ? "family" : "need";
      const model = 6 * random() - 3;
      const drawn = Object.fromEntries(TRAITS.map((name) => [name, random()])) as Traits;
      const odds = model + (dimension === "family" ? 1 : -1);
      return { traits: { ...drawn, model }, dimension, right: random() < 1 / (1 + Math.exp(-odds)) };
    });
  };

  test("finds what they were made by", () => {
    const { weights, base } = fitSureness(made(4000));
    expect(weights.model).toBeGreaterThan(0.8);
    expect(weights.model).toBeLessThan(1.2);
    for (const name of TRAITS) if (name !== "model") expect(Math.abs(weights[name])).toBeLessThan(0.5);
    expect(base["family"]! - base["need"]!).toBeGreaterThan(1.5);
  });

  test("judges what is heard by the tags that hold, and by what these imply", () => {
    const knowledge = loadKnowledge();
    const listen = createListener(knowledge);
    const turns = [{ who: "customer", text: "家里两个娃 老大上小学了" }];
    const rightOf = (tags: string[]) =>
      judgedIn(knowledge.taxonomy, listen, [{ turns, tags }]).map(({ right }) => right);
    expect(rightOf(["two_kids", "school_age_kid"])).toContain(true);
    expect(rightOf([])).not.toContain(true);
    expect(rightOf([]).length).toBe(rightOf(["two_kids"]).length);
  });
});
