// For those who write packs: what the packs hear on the development set and on real talk without labels.
//   node scripts/try-pack.mjs [--tag TAG] [--dimension DIM] [--pack PACK] [--talk N] [--all]
// --tag/--dimension limit the report; --talk N reads N unlabelled dialogues (default 600) and lists what fired there;
// --all also looks at the half of the development set that is kept for scoring (do not write phrases from it).
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "./build.mjs";

await build();
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const load = (name) => import(pathToFileURL(join(root, "dist", "nlp", name)).href);
const { readPacks } = await load("pack.js");
const { loadTaxonomy } = await load("vocabulary.js");
const { builtInClasses, knowledgeOf, suggestible, SHIPPED_PACKS } = await load("knowledge.js");
const { createExtractor } = await load("extract.js");
const { scoreHearing } = await load("evaluate.js");

const options = Object.fromEntries(
  process.argv.slice(2).flatMap((a, i, all) => (a.startsWith("--") ? [[a.slice(2), all[i + 1] ?? "true"]] : [])),
);
const data = join(root, "..", "shared", "data");
const shared = existsSync(data) ? data : join(root, "..", "..", "shared", "data");
const started = performance.now();
const taxonomy = loadTaxonomy();
const packs = SHIPPED_PACKS.filter((p) => existsSync(join(root, "nlp/packs", p)));
const { phrases, faults } = readPacks(join(root, "nlp/packs"), packs, suggestible(taxonomy), builtInClasses());
for (const fault of faults) console.log(`FAULT ${fault}`);
const knowledge = knowledgeOf(taxonomy, phrases);
const extract = createExtractor(knowledge);
console.log(
  `${phrases.length} phrases, ${knowledge.lexicon.automaton.lengths.length} literals, ready in ${Math.round(performance.now() - started)} ms`,
);
const patternOf = new Map(phrases.map((p) => [p.evidence, `${p.manner} ${p.pattern}`]));
const wanted = (tag) =>
  (!options.tag || tag === options.tag) &&
  (!options.dimension || (tag.startsWith("city:") ? "place" : taxonomy.tags.get(tag)?.dimension) === options.dimension);

const cases = readFileSync(join(shared, "cues-dev.jsonl"), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((l) => JSON.parse(l));
const isOdd = (c) => Number(c.id.slice(-1)) % 2 === 1;
const show = (s) =>
  `F1 ${pc(s.f1)} precision ${pc(s.precision)} recall ${pc(s.recall)} traps ${pc(s.trapRate)} retraction ${pc(s.retractionF1)} evidence ${pc(s.evidenceRate)} false/100 empty ${s.falsePer100Empty.toFixed(1)}`;
const pc = (x) => (100 * x).toFixed(1);
const looked = scoreHearing(taxonomy, cases.filter(isOdd), extract);
const kept = scoreHearing(
  taxonomy,
  cases.filter((c) => !isOdd(c)),
  extract,
);
console.log(`all     ${show(scoreHearing(taxonomy, cases, extract))}`);
console.log(`looked  ${show(looked)}`);
console.log(`kept    ${show(kept)}`);
if (options.brief) process.exit(0);

console.log("\n== by tag, half that may be looked at (right/wrong/missed) ==");
console.log(
  [...looked.byTag]
    .filter(([t]) => wanted(t))
    .sort((a, b) => b[1].missed + b[1].wrong - a[1].missed - a[1].wrong)
    .map(([t, x]) => `${t} ${x.right}/${x.wrong}/${x.missed}`)
    .join("  "),
);
const byId = new Map(cases.map((c) => [c.id, c]));
for (const mistake of options.all ? [...looked.mistakes, ...kept.mistakes] : looked.mistakes) {
  const c = byId.get(mistake.id);
  const touches = ["wrong", "missed", "trapped", "retractWrong", "retractMissed"].filter((k) =>
    mistake[k].some(wanted),
  );
  if (touches.length === 0) continue;
  const heard = extract(c.turns);
  console.log(`\n${c.id} [${c.kind}]`);
  for (const t of c.turns) console.log(`    ${t.who}: ${t.text}`);
  for (const k of touches) {
    for (const tag of mistake[k].filter(wanted)) {
      const cue = [...heard.cues, ...heard.retractions].find((x) => x.tag === tag);
      const gold = c.gold.find((g) => g.tag === tag);
      console.log(
        `  ${k.toUpperCase()} ${tag}${gold ? ` gold "${gold.quote}"` : ""}${cue ? ` heard "${cue.quote}" by ${cue.evidence.map((e) => `${e} {${patternOf.get(e) ?? ""}}`).join(" + ")}` : ""}`,
      );
    }
  }
}

const talk = Number(options.talk ?? 600);
const dialogues = [];
for (const folder of readdirSync(shared)
  .filter((f) => f.startsWith("dlg_"))
  .sort()) {
  const lines = readFileSync(join(shared, folder, "dev.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean);
  const step = Math.max(1, Math.floor(lines.length / (talk / 8)));
  for (let i = 0; i < lines.length; i += step) {
    const row = JSON.parse(lines[i]);
    dialogues.push({
      set: folder,
      turns: (row.turns ?? [{ text: row.text }]).map((t) => ({
        who: ["staff", "system", "wizard"].includes(t.speaker) ? "koe" : "customer",
        text: String(t.text ?? ""),
      })),
    });
  }
}
const fired = new Map();
let turns = 0;
let suggestions = 0;
for (const d of dialogues) {
  turns += d.turns.length;
  for (const cue of extract(d.turns).cues) {
    suggestions++;
    if (!wanted(cue.tag)) continue;
    const key = `${cue.tag} ${cue.evidence[0]} {${patternOf.get(cue.evidence[0]) ?? ""}}`;
    fired.set(key, [...(fired.get(key) ?? []), `${d.set}: ${d.turns[cue.turn].text.slice(0, 70)}`]);
  }
}
console.log(
  `\n== talk without labels: ${dialogues.length} dialogues, ${turns} turns, ${suggestions} suggestions (1 per ${(turns / Math.max(1, suggestions)).toFixed(0)} turns); nearly all are false ==`,
);
for (const [key, texts] of [...fired].sort((a, b) => b[1].length - a[1].length).slice(0, 60))
  console.log(`${texts.length}x ${key}\n      ${texts.slice(0, 2).join("\n      ")}`);
