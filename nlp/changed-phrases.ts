import { createHash } from "node:crypto";
import type { TagKey } from "#domain/taxonomy.ts";
import { buildAutomaton, newHits, scanText } from "./automaton.ts";
import { compileLexicon } from "./compile.ts";
import { foldInto, foldUnit, newFolded } from "./fold.ts";
import { createMatcher } from "./match.ts";
import type { Phrase } from "./pack.ts";
import type { Sequence } from "./pattern.ts";

/** A way of saying under a short name that stays the same wherever it stands in its pack. */
export function phraseMark({ tag, manner, lang, pattern }: Phrase): string {
  return createHash("sha1").update([tag, manner, lang, pattern].join("\n")).digest("base64url").slice(0, 10);
}

/** All marks as one, for telling whether anything has changed. */
export function stampOf(marks: readonly string[]): string {
  return createHash("sha1")
    .update([...marks].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}

export type Sieve = {
  /** How many ways of saying it looks for. */
  phrases: number;
  /** The tags that they can bring about. */
  tags: ReadonlySet<TagKey>;
  /** Whether one of them stands in the text; scope and context are not looked at. */
  mayConcern(text: string): boolean;
};

/** Finds the messages that new ways of saying can make a difference to, without hearing all of them anew. */
export function createSieve(phrases: readonly Phrase[]): Sieve {
  const match = createMatcher(compileLexicon(phrases));
  const folded = newFolded();
  const first = buildAutomaton(
    [...new Set(phrases.flatMap(({ sequences }) => sequences.flatMap(tellingWords)))],
    loosely,
  );
  const hits = newHits();
  return {
    phrases: phrases.length,
    tags: new Set(phrases.map(({ tag }) => tag)),
    // Most messages hold none of the words at all: that is seen without folding them.
    mayConcern: (text) => scanText(first, text, hits).n > 0 && match(foldInto(text, folded)).length > 0,
  };
}

/** The words of the piece that is met least: no sequence is found where none of them stands. */
function tellingWords({ pieces }: Sequence): string[] {
  const shortest = (words: readonly string[]) => Math.min(...words.map((word) => word.length));
  return pieces.reduce((best, words) => (shortest(words) > shortest(best) ? words : best));
}

/** Folded, and without spaces and hyphens, which folding drops or keeps by what stands beside them: so nothing is missed. */
function loosely(unit: number): number {
  const folded = foldUnit(unit);
  return folded === 0x20 || folded === 0x2d ? 0 : folded;
}
