import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Lexicon } from "./compile.ts";
import { nlpFile, root } from "./files.ts";

/** What else the compiled form depends on: raise it when pattern.ts or compile.ts give another result for the same packs. */
const FORM = 11;

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
  try {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, serialize({ key, lexicon }));
    renameSync(draft, file);
  } catch {
    rmSync(`${file}.${process.pid}`, { force: true });
  }
  return lexicon;
}

function readKept(file: string, key: string): Lexicon | undefined {
  try {
    const kept = deserialize(readFileSync(file)) as { key: string; lexicon: Lexicon };
    return kept.key === key ? kept.lexicon : undefined;
  } catch {
    return undefined;
  }
}

function keyOf(packs: readonly string[]): string {
  const hash = createHash("sha1").update(`${FORM} ${process.versions.v8}`);
  const add = (name: string) => hash.update(name).update(readFileSync(nlpFile(`packs/${name}`)));
  add("taxonomy.json");
  add("traditional.txt");
  for (const pack of packs) {
    for (const name of readdirSync(nlpFile(`packs/${pack}`)).sort()) add(`${pack}/${name}`);
  }
  return hash.digest("hex");
}
