// Builds the web messenger's page into dist/page. Skips quietly where nothing changed since: `npm start` calls it each time.
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = join(root, "bot", "channels", "web", "page");
const out = join(root, "dist", "page");

/** Returns whether anything was built. Throws where a source does not compile. */
export async function buildPage() {
  if (!existsSync(join(page, "index.html")) || isFresh()) return false;
  const { build } = await import("vite");
  await build({
    root: page,
    configFile: false,
    base: "/",
    logLevel: "warn",
    resolve: {
      alias: [{ find: /^#(cards|domain)\/(.*)$/, replacement: `${root}/$1/$2` }],
    },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    // The content policy allows our own files only: nothing may be put inline, not even a small picture.
    build: {
      outDir: out,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: "es2022",
    },
  });
  return true;
}

function isFresh() {
  const built = join(out, "index.html");
  if (!existsSync(built)) return false;
  const at = statSync(built).mtimeMs;
  const sources = [page, dirname(page)].flatMap((folder) =>
    readdirSync(folder, { recursive: folder === page, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name)),
  );
  return [...sources, fileURLToPath(import.meta.url)].every((file) => statSync(file).mtimeMs < at);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  console.error((await buildPage()) ? "dist/page: built" : "dist/page: up to date");
}
