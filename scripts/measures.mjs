// Writes docs/measures.md from domain/measures.ts; --check exits 1 where it is not current.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { measuresText } = await import(join(root, "dist", "cards", "measures-page.js"));
const path = join(root, "docs", "measures.md");
const text = measuresText();
if (process.argv[2] === "--check") process.exitCode = readFileSync(path, "utf8") === text ? 0 : 1;
else writeFileSync(path, text);
