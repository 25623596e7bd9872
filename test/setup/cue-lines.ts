import { readFileSync } from "node:fs";
import { nlpFile } from "#nlp/files.ts";
import { type LabelledLine, readLines } from "#nlp/lines.ts";

/** The lines of `nlp/lines/NAME.txt`. */
export const readCueLines = (name: string): LabelledLine[] =>
  readLines(readFileSync(nlpFile(`lines/${name}.txt`), "utf8"));
