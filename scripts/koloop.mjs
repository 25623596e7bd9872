#!/usr/bin/env node
// The `koloop` command: brings dist/ up to date in a source checkout (a few milliseconds when nothing changed), then runs it, from the bundle where
// there is one of the same sources.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, isBundleFresh } from "./build.mjs";
import { bundleEntry } from "./bundle.mjs";
import { runBundle } from "./run-bundle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, "dist", "bot", "cli.js");
if (existsSync(join(root, "tsconfig.json")) && !isBundleFresh() && canBuild()) await build();
if (!existsSync(cli)) {
  console.error("koloop is not built: run `npm ci` (with development packages) or `npm run build` first.");
  process.exit(1);
}
const entry = bundleEntry();
if (entry) runBundle(entry);
else await import(pathToFileURL(cli).href);

function canBuild() {
  try {
    createRequire(import.meta.url).resolve("typescript");
    return true;
  } catch {
    return false;
  }
}
