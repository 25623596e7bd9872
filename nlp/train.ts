import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TagKey } from "#domain/taxonomy.ts";
import { type CueModel, encodeModel } from "./cue-model.ts";
import { eachFeature, FEATURES, newTokens, tokenize } from "./features.ts";
import { nlpFile, root } from "./files.ts";
import { foldInto, newFolded } from "./fold.ts";
import { builtInClasses, SHIPPED_PACKS, suggestible } from "./knowledge.ts";
import { loadPacks, type Phrase } from "./pack.ts";
import { createPhraseSampler, seeded } from "./phrase-sampler.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** Sets whose licence lets weights trained on them ship, used as talk that shows no tag; docs/data.md has the list with licences. */
const TALK = ["dlg_crosswoz", "dlg_kdconv", "intent_banking77_en", "intent_clinc150_en", "intent_macslu_car_zh"];
const PER_PHRASE = 6;
const EPOCHS = 6;
const RATE = 0.25;
const DECAY = 2e-6;
const SMALLEST = 6;
/** Above the sum that one clause of talk in two thousand passes; chosen on the development set among 0, 1, 2 and 3. */
const CAUTION = 1;

type Sample = { features: Int32Array; tag: number; weight: number };

/** Trains the model of `cue-model.ts` from the packs and from talk without tags. The same packs, data and seed give the same bytes. */
export function trainCueModel(phrases: readonly Phrase[], talk: readonly string[], seed = 7): CueModel {
  const random = seeded(seed);
  const taught = phrases.filter(
    (p) => (p.manner === "says" || p.manner === "asks" || p.manner === "hints") && p.tag !== "city",
  );
  const tags = [...new Set(taught.map((p) => p.tag))].sort();
  const samples = [...taughtSamples(taught, tags, talk, random), ...talk.map((text) => sampleOf(text, -1, 1))];
  shuffle(samples, random);
  const dense = new Float32Array(FEATURES * tags.length);
  const bias = new Float32Array(tags.length).fill(-4);
  learn(samples, tags, dense, bias, random);
  return pack(tags, dense, bias, talk);
}

function* taughtSamples(
  phrases: readonly Phrase[],
  tags: readonly TagKey[],
  talk: readonly string[],
  random: () => number,
): Iterable<Sample> {
  const sample = createPhraseSampler(talk, random);
  for (const phrase of phrases) {
    const tag = tags.indexOf(phrase.tag);
    const weight = phrase.manner === "hints" ? 0.3 : 1;
    for (let k = 0; k < PER_PHRASE; k++) yield sampleOf(sample(phrase), tag, weight);
  }
}

const buffer = newFolded();
const tokens = newTokens();

function sampleOf(text: string, tag: number, weight: number): Sample {
  foldInto(text, buffer);
  tokenize(buffer, 0, buffer.n, tokens);
  const features = new Set<number>();
  eachFeature(tokens, (feature) => features.add(feature));
  return { features: Int32Array.from(features), tag, weight };
}

function shuffle<T>(list: T[], random: () => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}

/** One logistic regression a tag, by stochastic gradient descent; a phrase's tag is right and all others wrong. */
function learn(
  samples: readonly Sample[],
  tags: readonly TagKey[],
  dense: Float32Array,
  bias: Float32Array,
  random: () => number,
): void {
  const width = tags.length;
  const sums = new Float32Array(width);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rate = RATE / (1 + epoch);
    for (let s = 0; s < samples.length; s++) {
      const { features, tag, weight } = samples[Math.floor(random() * samples.length)]!;
      sums.set(bias);
      for (const feature of features) {
        const row = feature * width;
        for (let t = 0; t < width; t++) sums[t]! += dense[row + t]!;
      }
      for (let t = 0; t < width; t++) {
        const chance = 1 / (1 + Math.exp(-sums[t]!));
        const error = (t === tag ? 1 : 0) - chance;
        sums[t] = Math.abs(error) < 0.01 ? 0 : error * rate * (t === tag ? weight : 1);
      }
      for (let t = 0; t < width; t++) bias[t]! += 0.1 * sums[t]!;
      for (const feature of features) {
        const row = feature * width;
        for (let t = 0; t < width; t++) if (sums[t] !== 0) dense[row + t]! += sums[t]! - DECAY * dense[row + t]!;
      }
    }
  }
}

/** Keeps the weights that matter, as whole numbers; thresholds let hardly any of the talk pass. */
function pack(tags: TagKey[], dense: Float32Array, bias: Float32Array, talk: readonly string[]): CueModel {
  const width = tags.length;
  let most = 0;
  for (const w of dense) most = Math.max(most, Math.abs(w));
  const scale = most / 127;
  const at = new Int32Array(FEATURES + 1);
  const tagOf: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < FEATURES; f++) {
    at[f] = tagOf.length;
    for (let t = 0; t < width; t++) {
      const whole = Math.round(dense[f * width + t]! / scale);
      if (Math.abs(whole) < SMALLEST) continue;
      tagOf.push(t);
      weight.push(whole);
    }
  }
  at[FEATURES] = tagOf.length;
  const model: CueModel = {
    tags,
    thresholds: tags.map(() => 0),
    bias: Array.from(bias, (b) => Math.round(b * 1000) / 1000),
    scale,
    at,
    tagOf: Uint8Array.from(tagOf),
    weight: Int8Array.from(weight),
  };
  model.thresholds = thresholdsOf(model, talk);
  return model;
}

function thresholdsOf(model: CueModel, talk: readonly string[]): number[] {
  const sums = talk.map((text) => marginsOf(model, text));
  return model.tags.map((_, t) => {
    const sorted = sums.map((s) => s[t]!).sort((a, b) => b - a);
    return Math.round((CAUTION + Math.max(0, sorted[Math.floor(talk.length / 2000)] ?? 0)) * 1000) / 1000;
  });
}

function marginsOf(model: CueModel, text: string): number[] {
  const sums = [...model.bias];
  for (const feature of sampleOf(text, -1, 1).features) {
    for (let k = model.at[feature]!; k < model.at[feature + 1]!; k++)
      sums[model.tagOf[k]!]! += model.weight[k]! * model.scale;
  }
  return sums;
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
  const bytes = encodeModel(trainCueModel(phrases, readTalk(process.argv[2] ?? join(root(), "..", "shared", "data"))));
  mkdirSync(nlpFile("model"), { recursive: true });
  writeFileSync(nlpFile("model/cues.bin"), bytes);
  console.error(`nlp/model/cues.bin: ${bytes.length} bytes from ${phrases.length} phrases`);
}
