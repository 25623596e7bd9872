import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { endianness } from "node:os";
import { join } from "node:path";
import type { Lexicon } from "./compile.ts";
import { keepBytes, nlpFile, root } from "./files.ts";
import { decodeLexicon, encodeLexicon } from "./lexicon-file.ts";

/** What else the compiled form depends on: raise it when pattern.ts, compile.ts, layout.ts, pieces.ts, beside.ts or automaton.ts give another result for the same packs, or the file another shape. */
const FORM = 24;

/**
 * The lexicon compiled from the pack files as they are now: read from dist/ where it was compiled before, else made by `compile` and kept there.
 * A dist/ that cannot be written costs only the time to compile.
 */
export function cachedLexicon(packs: readonly string[], compile: () => Lexicon): Lexicon {
  const key = keyOf(packs);
  const file = join(root(), "dist", "nlp", `lexicon-${packs.join("-")}.bin`);
  const kept = readKept(file, key);
  if (kept) return kept;
  const lexicon = compile();
  keepBytes(file, encodeLexicon(key, lexicon));
  // Read back, so that a first start holds the same compact tables as every later one.
  return readKept(file, key) ?? lexicon;
}

function readKept(file: string, key: string): Lexicon | undefined {
  try {
    return decodeLexicon(key, readFileSync(file));
  } catch {
    return undefined;
  }
}

function keyOf(packs: readonly string[]): string {
  const hash = createHash("sha1").update(`${FORM} ${endianness()}`);
  const add = (name: string) => hash.update(name).update(readFileSync(nlpFile(`packs/${name}`)));
  add("taxonomy.json");
  add("traditional.txt");
  for (const pack of packs) {
    for (const name of readdirSync(nlpFile(`packs/${pack}`)).sort()) add(`${pack}/${name}`);
  }
  return hash.digest("hex");
}
