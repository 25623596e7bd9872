import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the `nlp` room keeps a file of its own (`packs/…`, `model/…`), whether this code runs from the source or from dist/. */
export function nlpFile(name: string): string {
  return join(root(), "nlp", name);
}

let found: string | undefined;

/** The folder with koloop's package.json. */
export function root(): string {
  found ??= findRoot();
  return found;
}

function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "nlp", "packs", "taxonomy.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("koloop's nlp/packs is missing: the installation is incomplete");
    folder = parent;
  }
  return folder;
}

/** Keeps what took time to make, whole or not at all. Where it cannot be written, it is made again the next time. */
export function keepBytes(file: string, bytes: string | Uint8Array): void {
  const draft = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(draft, bytes);
    renameSync(draft, file);
  } catch {
    rmSync(draft, { force: true });
  }
}
