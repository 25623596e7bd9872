import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nlpFile, root } from "#nlp/files.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { createMatcher, type Match } from "#nlp/match.ts";

const { lexicon } = loadKnowledge();
/** Every sequence is looked at wherever its anchor stands: what the matcher does without its short cuts. */
const plain = createMatcher({
  ...lexicon,
  needs: lexicon.needs.map(() => -1),
  alsoNeeds: lexicon.alsoNeeds.map(() => -1),
  barringAt: lexicon.anchoredAt.slice(1),
});
const quick = createMatcher(lexicon);
const keyOf = ({ phrase, start, end }: Match) => `${phrase} ${start} ${end}`;
const isFriend = (match: Match) => lexicon.phrases.at(match.phrase)!.manner === "not";

/** Texts in which the two differ; false friends alone are nothing. */
function different(texts: readonly string[]): string[] {
  const buffer = newFolded();
  return texts.filter((text) => {
    const folded = foldInto(text, buffer);
    const all = plain(folded);
    const due = all.every(isFriend) ? [] : all;
    return due.map(keyOf).sort().join() !== quick(folded).map(keyOf).sort().join();
  });
}

const textsOf = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .flatMap((line) => (JSON.parse(line) as { turns: { text: string }[] }).turns.map((turn) => String(turn.text)));

test("the short cuts of matching lose nothing on our own cases", () => {
  expect(different(textsOf(join(import.meta.dirname, "../fixtures/cues/own.jsonl")))).toEqual([]);
});

test("nor where a pack's own words run into each other", () => {
  const packs = ["core/family.yaml", "core/undoing.yaml", "core/need.yaml"];

  expect(different(packs.flatMap((pack) => readFileSync(nlpFile(`packs/${pack}`), "utf8").split("\n")))).toEqual([]);
});

const development = join(root(), "..", "shared", "data", "cues-dev.jsonl");
test.skipIf(!existsSync(development))("nor on the development set (needs ../shared/data)", () => {
  expect(different(textsOf(development))).toEqual([]);
});
