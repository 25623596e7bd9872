import { readFileSync } from "node:fs";
import { closeImplied } from "#domain/taxonomy.ts";
import type { Extractor } from "#nlp/extract.ts";
import { nlpFile } from "#nlp/files.ts";
import type { Knowledge } from "#nlp/knowledge.ts";
import { type LabelledLine, readLines } from "#nlp/lines.ts";

/** The lines of `nlp/lines/NAME.txt`. */
export const readCueLines = (name: string): LabelledLine[] =>
  readLines(readFileSync(nlpFile(`lines/${name}.txt`), "utf8"));

/** The same lines as they are heard, tags with all that they imply: what is shown, what is shown and was not meant, and what has ended. */
export const hearCueLines = (name: string, extract: Extractor, { taxonomy }: Knowledge) =>
  readCueLines(name).map(({ tags, traps, retracted, turns }) => {
    const { cues, retractions } = extract(turns);
    const meant = new Set(tags.flatMap((tag) => closeImplied(taxonomy, tag)));
    const shown = new Set(cues.flatMap(({ tag }) => closeImplied(taxonomy, tag)));
    const ended = new Set(retractions.map(({ tag }) => tag));
    return { meant, traps, retracted, shown, ended, wrong: [...shown].filter((tag) => !meant.has(tag)) };
  });

export const shareOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;
