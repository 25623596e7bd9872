import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileLexicon, type Lexicon, type Rows } from "#nlp/compile.ts";
import { nlpFile } from "#nlp/files.ts";
import { builtInClasses, suggestible } from "#nlp/knowledge.ts";
import { decodeLexicon, encodeLexicon } from "#nlp/lexicon-file.ts";
import { loadPacks } from "#nlp/pack.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { readYaml, yaml } from "#nlp/yaml.ts";

const lexicon = compileLexicon(
  loadPacks(nlpFile("packs"), ["retail"], suggestible(loadTaxonomy()), builtInClasses()).slice(0, 300),
);

const rowsOf = <T>(rows: Rows<T>) => Array.from({ length: rows.length }, (_, k) => rows.at(k));

describe("the compiled lexicon on file", () => {
  it("comes back as it was written", () => {
    const back = decodeLexicon("k", encodeLexicon("k", lexicon)) as Lexicon;

    expect(rowsOf(back.phrases)).toEqual(rowsOf(lexicon.phrases));
    const { phrases: _, ...tables } = back;
    expect(tables).toEqual(Object.fromEntries(Object.keys(tables).map((name) => [name, lexicon[name as "steps"]])));
  });

  it("copies nothing: every table is a view into the bytes that were read", () => {
    const bytes = encodeLexicon("k", lexicon);
    const back = decodeLexicon("k", bytes) as Lexicon;

    expect(back.automaton.states.buffer).toBe(bytes.buffer);
    expect(back.members.buffer).toBe(bytes.buffer);
  });

  it("is not taken where it was made from something else", () => {
    expect(decodeLexicon("other", encodeLexicon("k", lexicon))).toBeUndefined();
  });

  it("is not taken where it was cut off, at whatever place", () => {
    const bytes = encodeLexicon("k", lexicon);
    const cuts = [0, 3, 4, 100, bytes.length >> 1, bytes.length - 9];

    const taken = cuts.map((length) => decodeLexicon("k", Buffer.from(bytes.subarray(0, length))));

    expect(taken).toEqual(cuts.map(() => undefined));
  });
});

describe("a YAML file kept as JSON", () => {
  it.each([
    "packs/core/cities.yaml",
    "packs/core/scope.yaml",
    "packs/core/sensitive.yaml",
    "packs/people/moments.yaml",
  ])("%s says the same as the YAML, parsed now or kept before", (name) => {
    const written: unknown = yaml().parse(readFileSync(nlpFile(name), "utf8"));

    expect(readYaml(name)).toEqual(written);
    expect(readYaml(name)).toEqual(written);
  });
});
