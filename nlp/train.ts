import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Turn } from "#domain/cue.ts";
import { closeImplied, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { type CueModel, encodeModel, shareOf } from "./cue-model.ts";
import { eachFeature, FEATURES, newTokens, tokenize } from "./features.ts";
import { nlpFile, root } from "./files.ts";
import { foldInto, newFolded } from "./fold.ts";
import { builtInClasses, SHIPPED_PACKS, suggestible } from "./knowledge.ts";
import { type LabelledLine, readAllLines } from "./lines.ts";
import { loadPacks, type Phrase } from "./pack.ts";
import { createPhraseSampler, seeded } from "./phrase-sampler.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** Sets whose licence lets weights trained on them ship, used as talk that shows no tag; docs/data.md has the list with licences. */
const TALK = ["dlg_crosswoz", "dlg_kdconv", "intent_banking77_en", "intent_clinc150_en", "intent_macslu_car_zh"];
const PER_PHRASE = 4;
const EPOCHS = 8;
const RATE = 2;
/** What a sample counts: a line written as people talk, a phrase of a pack among pieces of talk, a hint of one, talk that shows nothing. */
const WORTH = { line: 3, phrase: 0.5, hint: 0.2, talk: 0.7 };
/** Weights are kept as whole numbers; smaller ones than this are left out. */
const SMALLEST = 24;
/** What fewer samples than this share is left out: it cannot be told from chance. */
const SHARED = 4;

type Sample = { features: Int32Array; tags: readonly number[]; worth: number };

/**
 * Trains the model of `cue-model.ts` from labelled lines of our own, from the packs and from talk without tags: one logistic regression a tag, by
 * AdaGrad (Duchi, Hazan and Singer 2011). The same packs, lines, talk and seed give the same bytes.
 */
export function trainCueModel(
  taxonomy: Taxonomy,
  phrases: readonly Phrase[],
  lines: readonly LabelledLine[],
  talk: readonly string[],
  seed = 7,
): CueModel {
  const random = seeded(seed);
  const taught = phrases.filter(
    (p) => (p.manner === "says" || p.manner === "asks" || p.manner === "hints") && p.tag !== "city",
  );
  const tags = [...new Set([...taught.map((p) => p.tag), ...lines.flatMap((line) => line.tags)])]
    .filter((tag) => taxonomy.tags.has(tag))
    .sort();
  const placeOf = new Map(tags.map((tag, place) => [tag, place]));
  const places = (some: readonly TagKey[]) =>
    [...new Set(some.flatMap((tag) => closeImplied(taxonomy, tag)))].flatMap((tag) => placeOf.get(tag) ?? []);
  const samples: Sample[] = [
    ...lines.map(({ tags: shown, turns }) => sampleOf(ownWords(turns), places(shown), WORTH.line)),
    ...phraseSamples(taught, places, talk, random),
    ...talk.map((text) => sampleOf(text, [], WORTH.talk)),
  ];
  keepShared(samples);
  const dense = new Float32Array(FEATURES * tags.length);
  const bias = new Float32Array(tags.length).fill(-4);
  learn(samples, dense, bias, random);
  return pack(tags, dense, bias);
}

const ownWords = (turns: readonly Turn[]): string =>
  turns
    .filter(({ who }) => who === "customer")
    .map(({ text }) => text)
    .join("。");

function* phraseSamples(
  phrases: readonly Phrase[],
  places: (tags: readonly TagKey[]) => number[],
  talk: readonly string[],
  random: () => number,
): Iterable<Sample> {
  const sample = createPhraseSampler(talk, random);
  for (const phrase of phrases) {
    const worth = phrase.manner === "hints" ? WORTH.hint : WORTH.phrase;
    for (let k = 0; k < PER_PHRASE; k++) yield sampleOf(sample(phrase), places([phrase.tag]), worth);
  }
}

const buffer = newFolded();
const tokens = newTokens();

function sampleOf(text: string, tags: readonly number[], worth: number): Sample {
  foldInto(text, buffer);
  tokenize(buffer, 0, buffer.n, tokens);
  const features = new Set<number>();
  eachFeature(tokens, (feature) => features.add(feature));
  return { features: Int32Array.from(features), tags, worth };
}

function keepShared(samples: Sample[]): void {
  const met = new Int32Array(FEATURES);
  for (const { features } of samples) for (const feature of features) met[feature]!++;
  for (const sample of samples) sample.features = sample.features.filter((feature) => met[feature]! >= SHARED);
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** Errors so small teach nothing more. */
const LEARNT = 0.004;

function learn(samples: Sample[], dense: Float32Array, bias: Float32Array, random: () => number): void {
  const width = bias.length;
  const seen = new Float32Array(dense.length).fill(1e-3);
  const sums = new Float32Array(width);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    shuffle(samples, random);
    for (const { features, tags, worth } of samples) {
      const share = shareOf(features.length);
      sums.set(bias);
      for (const feature of features) {
        const row = feature * width;
        for (let t = 0; t < width; t++) sums[t]! += dense[row + t]! * share;
      }
      for (let t = 0; t < width; t++) {
        const error = ((tags.includes(t) ? 1 : 0) - 1 / (1 + Math.exp(-sums[t]!))) * worth;
        if (Math.abs(error) < LEARNT) continue;
        bias[t]! += 0.02 * error;
        for (const feature of features) {
          const at = feature * width + t;
          const slope = error * share;
          seen[at]! += slope * slope;
          dense[at]! += (RATE * slope) / Math.sqrt(seen[at]!);
        }
      }
    }
  }
}

/** Keeps the weights that matter, as whole numbers. */
function pack(tags: TagKey[], dense: Float32Array, bias: Float32Array): CueModel {
  const width = tags.length;
  const scale = mostOf(dense) / 127;
  const at = new Int32Array(FEATURES + 1);
  const tagOf: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < FEATURES; f++) {
    at[f] = tagOf.length;
    for (let t = 0; t < width; t++) {
      const whole = Math.max(-127, Math.min(127, Math.round(dense[f * width + t]! / scale)));
      if (Math.abs(whole) < SMALLEST) continue;
      tagOf.push(t);
      weight.push(whole);
    }
  }
  at[FEATURES] = tagOf.length;
  return {
    tags,
    bias: Array.from(bias, (b) => Math.round(b * 1000) / 1000),
    scale,
    at,
    tagOf: Uint8Array.from(tagOf),
    weight: Int8Array.from(weight),
  };
}

/** The size of all but the one weight in two thousand that is larger: the few largest are cut, so that the many keep their grain. */
function mostOf(dense: Float32Array): number {
  const sizes = dense
    .filter((w) => w !== 0)
    .map(Math.abs)
    .sort();
  return sizes[Math.floor(sizes.length * 0.9995)] ?? 1;
}

/** Talk that may be learned from, cut into clauses. */
export function readTalk(data: string, most = 30_000): string[] {
  const clauses: string[] = [];
  for (const set of TALK) {
    const file = join(data, set, "dev.jsonl");
    if (!existsSync(file)) throw new Error(`training needs ${set}: see docs/data.md`);
    const texts = readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .flatMap((line) => textsOf(JSON.parse(line)));
    clauses.push(
      ...texts
        .flatMap((text) => text.split(/[,.，。！？!?；;\n]/))
        .filter((clause) => clause.length > 3)
        .slice(0, most / TALK.length),
    );
  }
  return clauses;
}

function textsOf(row: { text?: string; turns?: { text?: string }[] }): string[] {
  return row.turns ? row.turns.map((turn) => String(turn.text ?? "")) : [String(row.text ?? "")];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const taxonomy = loadTaxonomy();
  const phrases = loadPacks(nlpFile("packs"), SHIPPED_PACKS, suggestible(taxonomy), builtInClasses());
  const lines = readAllLines();
  const talk = readTalk(process.argv[2] ?? join(root(), "..", "shared", "data"));
  const bytes = encodeModel(trainCueModel(taxonomy, phrases, lines, talk));
  mkdirSync(nlpFile("model"), { recursive: true });
  writeFileSync(nlpFile("model/cues.bin"), bytes);
  console.error(`nlp/model/cues.bin: ${bytes.length} bytes from ${lines.length} lines and ${phrases.length} phrases`);
}
