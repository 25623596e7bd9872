import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Turn } from "#domain/cue.ts";
import { closeImplied, definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { createListener, type Listener } from "./extract.ts";
import { loadKnowledge } from "./knowledge.ts";
import { readLines } from "./lines.ts";
import { regress } from "./regression.ts";
import { seeded } from "./seeded.ts";
import { TRAITS, type Traits } from "./sureness.ts";
import { weigh } from "./weigh.ts";

/** A talk and the tags that hold in it. */
export type Told = { turns: readonly Turn[]; tags: readonly TagKey[] };
/** Something that may be shown, and whether it is right. */
export type Judged = { traits: Traits; dimension: string; right: boolean };
/** What nlp/sureness.ts holds. */
export type Fit = { weights: Traits; base: Record<string, number> };

/** What is heard in these talks, shown or not, and whether it is right. */
export function judgedIn(taxonomy: Taxonomy, listen: Listener, talks: readonly Told[]): Judged[] {
  return talks.flatMap(({ turns, tags }) => {
    const holds = new Set(tags.flatMap((tag) => closeImplied(taxonomy, tag)));
    const standing = listen(turns).filter(({ ended }) => !ended);
    return weigh(taxonomy, standing).flatMap(({ tag, traits }): Judged[] => {
      const dimension = definitionOf(taxonomy, tag)?.dimension ?? "";
      return traits ? [{ traits, dimension, right: holds.has(tag) }] : [];
    });
  });
}

/** What each judged cue counts against large weights. */
const WORTH = 0.3;

/** The logistic regression over traits and dimensions that makes these judgements likeliest. */
export function fitSureness(judged: readonly Judged[]): Fit {
  const dimensions = [...new Set(judged.map(({ dimension }) => dimension))].sort();
  const width = TRAITS.length + dimensions.length;
  const sizes = TRAITS.map((name) => spreadOf(judged.map(({ traits }) => traits[name])));
  const each = TRAITS.length + 1;
  const places = TRAITS.map((_, k) => k);
  const learnt = regress(
    {
      at: Int32Array.from({ length: judged.length + 1 }, (_, i) => i * each),
      feature: Int32Array.from(
        judged.flatMap(({ dimension }) => [...places, TRAITS.length + dimensions.indexOf(dimension)]),
      ),
      value: Float32Array.from(
        judged.flatMap(({ traits }) => [...TRAITS.map((name, k) => traits[name] / sizes[k]!), 2]),
      ),
      worth: new Float64Array(judged.length).fill(WORTH),
      width,
    },
    Uint8Array.from(judged, ({ right }) => (right ? 1 : 0)),
    seeded(7),
  );
  const weights = Object.fromEntries(TRAITS.map((name, k) => [name, rounded(learnt.weights[k]! / sizes[k]!)]));
  const base = dimensions.map((name, d) => [name, rounded(learnt.bias + 2 * learnt.weights[TRAITS.length + d]!)]);
  return { weights: weights as Traits, base: Object.fromEntries(base) };
}

const rounded = (n: number): number => Math.round(n * 100) / 100;

/** Root of the mean square: traits of any size are held back alike. */
const spreadOf = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length) || 1;

function readTold(file: string): Told[] {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".txt")) return readLines(text);
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { turns: Turn[]; gold: { tag: TagKey }[] })
    .map(({ turns, gold }) => ({ turns, tags: gold.map(({ tag }) => tag) }));
}

/** `node dist/nlp/fit-sureness.js FILES`: lines (.txt) or cases (.jsonl) that neither phrases nor model have learnt from. */
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const knowledge = loadKnowledge();
  const judged = judgedIn(knowledge.taxonomy, createListener(knowledge), process.argv.slice(2).flatMap(readTold));
  console.error(`${judged.length} cues, ${judged.filter(({ right }) => right).length} of them right`);
  console.log(JSON.stringify(fitSureness(judged), null, 2));
}
