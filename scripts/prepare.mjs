// Runs at the end of `npm ci`: both Prisma clients, dist/, and the web page. Skips quietly what a production install leaves out.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const require = createRequire(import.meta.url);
const has = (name) => {
  try {
    require.resolve(`${name}/package.json`);
    return true;
  } catch {
    return false;
  }
};

if (has("prisma")) {
  console.error("koloop: generating the database clients …");
  await import("./prisma-generate.mjs");
}
if (has("typescript")) {
  console.error("koloop: building …");
  const { build } = await import("./build.mjs");
  await build();
  console.error("koloop: compiling what hearing knows …");
  const { createExtractor } = await import("../dist/nlp/extract.js");
  const { loadKnowledge } = await import("../dist/nlp/knowledge.js");
  const { loadPeopleRules } = await import("../dist/nlp/people-packs.js");
  await import("../dist/nlp/sensitive.js");
  const knowledge = loadKnowledge();
  createExtractor(knowledge)([{ who: "customer", text: "你好" }]);
  loadPeopleRules(knowledge.taxonomy);
}
const { bundle, canBundle } = await import("./bundle.mjs");
if (canBundle()) {
  console.error("koloop: putting together what a start needs …");
  await bundle();
}
if (has("vite") && has("preact")) {
  console.error("koloop: building the web page …");
  const { buildPage } = await import("./build-page.mjs");
  await buildPage();
}
