import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the `nlp` room keeps a file of its own (`packs/…`, `model/…`), whether this code runs from the source or from dist/. */
export function nlpFile(name: string): string {
  return join(root(), "nlp", name);
}

/** The folder with koloop's package.json. */
export function root(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "nlp", "packs", "taxonomy.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("koloop's nlp/packs is missing: the installation is incomplete");
    folder = parent;
  }
  return folder;
}
