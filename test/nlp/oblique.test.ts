import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Turn } from "#domain/cue.ts";
import { closeImplied } from "#domain/taxonomy.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const knowledge = loadKnowledge();
const extract = createExtractor(knowledge);

/** Lines of `tags|words` or `tags|question >> answer`; the tag `-` is none. */
const lines = readFileSync(new URL("../fixtures/cues/oblique.txt", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line.includes("|") && !line.startsWith("#"))
  .map((line) => {
    const [tags = "", said = ""] = line.split("|");
    const [first, answer] = said.split(" >> ");
    const turns: Turn[] = answer
      ? [
          { who: "koe", text: first! },
          { who: "customer", text: answer },
        ]
      : [{ who: "customer", text: said }];
    return { tags: tags.split(" ").filter((tag) => tag !== "-"), heard: extract(turns).cues.map(({ tag }) => tag) };
  });

describe("hears what is said round a corner", () => {
  test("in three of four oblique lines about what is needed, for whom, where the deal stands and how it pleases", () => {
    const wanted = lines.flatMap(({ tags, heard }) => {
      const closed = new Set(heard.flatMap((tag) => closeImplied(knowledge.taxonomy, tag)));
      return tags.map((tag) => closed.has(tag));
    });
    expect(wanted.filter(Boolean).length / wanted.length).toBeGreaterThan(0.758);
  });

  test("and little in talk of trains, bosses and neighbours", () => {
    const idle = lines.filter(({ tags }) => tags.length === 0);
    expect(idle.length).toBeGreaterThan(30);
    expect(idle.flatMap(({ heard }) => heard).length / idle.length).toBeLessThan(0.25);
  });
});
