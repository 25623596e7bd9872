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
if (existsSync(join(root, "tsconfig.json")) && !isBundleFresh() && canBuild()) await buildOrSay();
if (!existsSync(cli)) {
  console.error("koloop is not built: run `npm ci` (with development packages) or `npm run build` first.");
  process.exit(1);
}
const entry = bundleEntry();
if (entry) runBundle(entry);
else await import(pathToFileURL(cli).href);

/** Somebody else's checkout may be run, and not be written: its owner has to build what has changed. */
async function buildOrSay() {
  try {
    await build();
  } catch (fault) {
    if (!["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(fault.code)) throw fault;
    console.error(
      `源码改过,要重新编译,但写不了 ${fault.path}:请由文件夹的主人运行 npm run build / the sources have changed and must be built, and ${fault.path} cannot be written (${fault.code}): let the folder's owner run npm run build`,
    );
    process.exit(1);
  }
}

function canBuild() {
  try {
    createRequire(import.meta.url).resolve("typescript");
    return true;
  } catch {
    return false;
  }
}
