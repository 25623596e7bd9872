import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { keepBytes, nlpFile, root } from "./files.ts";

const require = createRequire(import.meta.url);

/** The YAML library, loaded where a file has changed and must be parsed: a start without changes does without it. */
export const yaml = (): typeof import("yaml") => require("yaml") as typeof import("yaml");

/**
 * What a YAML file of the `nlp` room holds. What was parsed is kept as JSON in dist/ and used again until the file changes: that is some twenty times
 * quicker. Throws with line and column where the file is not YAML.
 */
export function readYaml(name: string): unknown {
  const source = readFileSync(nlpFile(name));
  const key = createHash("sha1").update(source).digest("hex");
  const file = join(root(), "dist", "nlp", `${name.replaceAll("/", "-")}.json`);
  try {
    const kept = JSON.parse(readFileSync(file, "utf8")) as { key: string; value: unknown };
    if (kept.key === key) return kept.value;
  } catch {
    // Not kept yet, or not whole: it is made anew.
  }
  const value: unknown = yaml().parse(source.toString("utf8"));
  keepBytes(file, JSON.stringify({ key, value }));
  return value;
}
