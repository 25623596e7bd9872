import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { nlpFile, root } from "#nlp/files.ts";
import { foldInto, newFolded } from "#nlp/fold.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { flag, gate, kind, record, step } from "#nlp/layout.ts";
import { createMatcher, type Match } from "#nlp/match.ts";
import { NO_PIECE } from "#nlp/pieces.ts";

const { lexicon } = loadKnowledge();
/** Every sequence is looked at wherever its anchor stands, false friends of any tag where anything was found: what the matcher does without its short cuts. */
const plain = createMatcher({
  ...lexicon,
  records: askingNothing(lexicon.records),
  gates: standingOpen(lexicon.gates),
  steps: needingNothing(lexicon.steps),
});
const quick = createMatcher(lexicon);
const keyOf = ({ phrase, start, end }: Match) => `${phrase} ${start} ${end}`;
const tagOf = (match: Match) => lexicon.phrases.at(match.phrase)!.tag;
const isFriend = (match: Match) => ["not", "unless"].includes(lexicon.phrases.at(match.phrase)!.manner);

/** No literal asks for a neighbour, and every false friend bars tag 0. */
function askingNothing(records: Int32Array): Int32Array {
  const copy = records.slice();
  for (let at = 1; at < copy.length; at++) {
    for (; copy[at] !== 0; at += record.each) copy[at + 1] = 0;
  }
  return copy;
}

function standingOpen(gates: Uint16Array): Uint16Array {
  const copy = gates.slice();
  for (let at = 1; at < copy.length; ) {
    const sequences = copy[at]! & gate.most;
    copy[at] = sequences | (kind.anyway << gate.kindAt);
    at += gate.tests + copy[at + 1]! + 2 * sequences;
  }
  return copy;
}

/** Nothing else must stand in the text, and all that is found is of tag 0. */
function needingNothing(steps: Int32Array): Int32Array {
  const copy = steps.slice();
  for (let at = 0; at < copy.length; ) {
    copy[at + step.need] = NO_PIECE;
    copy[at + step.also] = NO_PIECE;
    copy[at + step.tag] = 0;
    at += step.pieces + step.each * ((copy[at + step.flags]! >> flag.piecesAt) & flag.most);
  }
  return copy;
}

/** Texts in which the two differ; a false friend of a tag that nothing else shows is nothing. */
function different(texts: readonly string[]): string[] {
  const buffer = newFolded();
  return texts.filter((text) => {
    const folded = foldInto(text, buffer);
    const all = plain(folded);
    const shown = new Set(all.filter((match) => !isFriend(match)).map(tagOf));
    const due = all.filter((match) => shown.has(tagOf(match)));
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
