import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import type { Lexicon } from "./compile.ts";
import { keepBytes, nlpFile, root } from "./files.ts";
import { decodeLexicon, encodeLexicon } from "./lexicon-file.ts";

/** What else the compiled form depends on: raise it when pattern.ts, compile.ts, layout.ts, pieces.ts, beside.ts or automaton.ts give another result for the same packs, or the file another shape. */
const FORM = 32;

/**
 * The lexicon compiled from the pack files as they are now: read from dist/ where it was compiled before, else made by `compile` and kept there.
 * A dist/ that cannot be written costs only the time to compile.
 */
export function cachedLexicon(packs: readonly string[], compile: () => Lexicon): Lexicon {
  const key = keyOf(packs);
  const file = fileOf(packs);
  const kept = readKept(file, key);
  if (kept) return kept;
  const lexicon = compile();
  keepBytes(file, encodeLexicon(key, lexicon));
  // Read back, so that a first start holds the same compact tables as every later one.
  return readKept(file, key) ?? lexicon;
}

/** Whether a compiled lexicon lies there that is younger than every file it was made from: by their times, which `cachedLexicon` does not trust. */
export function isLexiconKept(packs: readonly string[]): boolean {
  const made = statSync(fileOf(packs), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sourcesOf(packs).every((name) => statSync(nlpFile(`packs/${name}`)).mtimeMs <= made);
}

const fileOf = (packs: readonly string[]): string => join(root(), "dist", "nlp", `lexicon-${packs.join("-")}.bin`);

function readKept(file: string, key: string): Lexicon | undefined {
  try {
    return decodeLexicon(key, readFileSync(file));
  } catch {
    return undefined;
  }
}

function keyOf(packs: readonly string[]): string {
  const hash = createHash("sha1").update(`${FORM} ${endianness()}`);
  for (const name of sourcesOf(packs)) hash.update(name).update(readFileSync(nlpFile(`packs/${name}`)));
  return hash.digest("hex");
}

/** What a lexicon is made from, below `packs`. */
function sourcesOf(packs: readonly string[]): string[] {
  const files = packs.flatMap((pack) =>
    readdirSync(nlpFile(`packs/${pack}`))
      .sort()
      .map((name) => `${pack}/${name}`),
  );
  return ["taxonomy.json", "traditional.txt", ...files];
}
