// Puts dist/ and the packages that a start needs into a few files, dist/bundle, and has V8 compile them ahead: reading and compiling a thousand files
// takes most of a start's time, and a third of its memory. `npm ci` and `npm run build` call it; an edit takes the bundle away until the next of them (see build.mjs).
import { spawn } from "node:child_process";
import { existsSync, renameSync, rmSync, utimesSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, "dist", "bundle");
const ours = /^#(?:domain|cards|nlp|db|handlers|bot)\//;
/** Left as they are: what is native, reads files beside itself, or is loaded seldom. Ours keep their names, which package.json resolves. */
const apart = [
  /^#bench\//,
  /^#package\.json$/,
  /^(?:better-sqlite3|@prisma\/client|@node-rs\/|@resvg\/|pg-native|wechaty)/,
  /^(?:yaml|pinyin-pro|echarts|hucre|ai|@ai-sdk\/.*|graphile-worker)(?:$|\/)/,
];

/** Makes the bundle anew from dist/. Throws where something cannot be resolved. */
export async function bundle() {
  const { build } = await import("vite");
  const draft = `${out}.${process.pid}`;
  const begun = new Date();
  try {
    await build({
      root,
      configFile: false,
      publicDir: false,
      logLevel: "error",
      plugins: [{ name: "rooms", enforce: "pre", resolveId: placeOf }],
      ssr: { noExternal: true },
      build: {
        ssr: join(root, "dist", "bot", "cli.js"),
        target: "node20",
        outDir: draft,
        emptyOutDir: true,
        // Names stay; `node --enable-source-maps` leads from a trace to the line as it was written.
        minify: false,
        sourcemap: true,
        rolldownOptions: {
          output: {
            format: "cjs",
            // A script that is run from its compiled form cannot `import()`; `require` takes modules of both kinds since Node 20.19.
            dynamicImportInCjs: false,
            // node-fetch, which grammY brings, knows an AbortSignal by the name of its class.
            keepNames: true,
            entryFileNames: "koloop.cjs",
            chunkFileNames: "[name]-[hash].cjs",
            minify: { compress: false, mangle: false, codegen: true },
          },
        },
      },
    });
    // What is edited while this works is not in it.
    utimesSync(join(draft, "koloop.cjs"), begun, begun);
    rmSync(out, { recursive: true, force: true });
    renameSync(draft, out);
    await warm();
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Where it cannot be warmed, as where no port may be opened, the start only takes longer. */
function warm() {
  return new Promise((done) => {
    const child = spawn(process.execPath, [join(root, "scripts", "warm.mjs")], { stdio: "ignore" });
    child.once("error", () => done());
    child.once("exit", () => done());
  });
}

function placeOf(id, from) {
  if (apart.some((pattern) => pattern.test(id))) return { id, external: true };
  if (ours.test(id)) return join(root, "dist", id.slice(1).replace(/\.ts$/, ".js"));
  // The Prisma clients find their engine beside themselves.
  if (id.includes("/generated/") && from) {
    const place = join(dirname(from), id).slice(join(root, "dist").length + 1);
    return { id: `#${place.replace(/\.js$/, ".ts")}`, external: true };
  }
  return null;
}

/** Whether what it takes is installed: a production install has the bundle that came with it. */
export function canBundle() {
  try {
    createRequire(import.meta.url).resolve("vite/package.json");
    return existsSync(join(root, "dist", "bot", "cli.js"));
  } catch {
    return false;
  }
}

/** The entry, where there is a bundle of what dist/ holds now. */
export function bundleEntry() {
  const entry = join(out, "koloop.cjs");
  return existsSync(entry) ? entry : undefined;
}

/** Says that dist/ has changed. Only the entry goes: what runs from the bundle may still load its other files. */
export function outdateBundle() {
  rmSync(join(out, "koloop.cjs"), { force: true });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await bundle();
