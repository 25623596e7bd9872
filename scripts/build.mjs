// Transpiles every TypeScript source whose copy in dist/ is missing or older. Types are checked by `npm run types`;
// here speed matters, since `npm run koloop` calls it before each command of a source checkout.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle, bundleEntry, canBundle, outdateBundle } from "./bundle.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rooms = ["domain", "cards", "nlp", "db", "handlers", "bot", "bench", "demo"];

/** Whether there is a bundle, and nothing that it was made from was touched since. Half as long as looking through dist/ as well. */
export function isBundleFresh() {
  const entry = bundleEntry();
  if (!entry) return false;
  const made = statSync(entry).mtimeMs;
  return rooms.every((room) => isOlder(join(root, room), made));
}

/** A folder is touched where a file comes or goes. */
function isOlder(folder, than) {
  if (statSync(folder).mtimeMs > than) return false;
  return readdirSync(folder, { withFileTypes: true }).every((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return isOlder(path, than);
    return !entry.name.endsWith(".ts") || statSync(path).mtimeMs <= than;
  });
}

/** Brings dist/ up to date; returns how many files were written. Throws where a source does not parse. */
export async function build() {
  const begun = new Date();
  const stale = [];
  const expected = new Set();
  for (const room of rooms) {
    for (const file of sources(join(root, room))) {
      const out = join(root, "dist", file.slice(root.length + 1).replace(/\.ts$/, ".js"));
      expected.add(out);
      if (!existsSync(out) || statSync(out).mtimeMs < statSync(file).mtimeMs) stale.push([file, out]);
    }
    for (const out of files(join(root, "dist", room), ".js")) {
      if (expected.has(out)) continue;
      rmSync(out);
      outdateBundle();
    }
  }
  if (stale.length === 0) {
    const entry = bundleEntry();
    if (entry) utimesSync(entry, begun, begun);
    return 0;
  }
  outdateBundle();
  const ts = (await import("typescript")).default;
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  for (const [file, out] of stale) {
    const result = ts.transpileModule(readFileSync(file, "utf8"), {
      fileName: file,
      reportDiagnostics: true,
      compilerOptions: {
        ...options,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
        inlineSourceMap: true,
      },
    });
    const fault = result.diagnostics?.find((d) => d.category === ts.DiagnosticCategory.Error);
    if (fault) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(fault.messageText, "\n")}`);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, result.outputText);
  }
  return stale.length;
}

function* sources(folder) {
  for (const file of files(folder, ".ts")) {
    if (!file.endsWith(".d.ts") && !file.includes(`${join("web", "page")}/`)) yield file;
  }
}

function* files(folder, ending) {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path, ending);
    else if (entry.name.endsWith(ending)) yield path;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const written = await build();
  console.error(`dist: ${written} files written`);
  if (!bundleEntry() && canBundle()) await bundle();
}
