import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Turn } from "#domain/cue.ts";
import { closeImplied, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { type CueModel, encodeModel } from "./cue-model.ts";
import { featuresOf, newFeatures } from "./features.ts";
import { nlpFile, root } from "./files.ts";
import { foldInto, newFolded } from "./fold.ts";
import { builtInClasses, SHIPPED_PACKS, suggestible } from "./knowledge.ts";
import { type LabelledLine, readAllLines } from "./lines.ts";
import { type Meanings, NO_MEANINGS } from "./meanings.ts";
import { loadMeanings } from "./meanings-packs.ts";
import { loadPacks, type Phrase } from "./pack.ts";
import { createPhraseSampler } from "./phrase-sampler.ts";
import { type Line, regress, type Samples } from "./regression.ts";
import { seeded } from "./seeded.ts";
import { newTokens, tokenize } from "./tokens.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** Sets whose licence lets weights trained on them ship, used as talk that shows no tag; docs/data.md has the list with licences. */
const TALK = ["dlg_crosswoz", "dlg_kdconv", "intent_banking77_en", "intent_clinc150_en", "intent_macslu_car_zh"];
const PER_PHRASE = 2;
/** What a sample counts: a line written as people talk, a phrase of a pack among pieces of talk, a hint of one, talk that shows nothing. */
const WORTH = { line: 12, phrase: 2.8, hint: 0.8, talk: 2.8 };
/** Weights are kept as whole numbers; smaller ones than this are left out. */
const SMALLEST = 8;
/** Of all weights so many are kept as they are, the largest are cut: no few words alone shall decide. */
const WITHIN = 0.9999;
/** What fewer samples than this share is left out: it cannot be told from chance. */
const SHARED = 3;
/** A tag that fewer samples than this show is not taught. */
const TAUGHT = 5;

type Sample = { features: Int32Array; tags: readonly number[]; worth: number };

/**
 * Trains the model of `cue-model.ts` from labelled lines of our own, from the packs and from talk without tags: one logistic regression a tag over
 * features that weigh more the rarer they are, all of a sample together 1 (tf-idf). The same packs, meanings, lines, talk and seed give the same bytes.
 */
export function trainCueModel(
  taxonomy: Taxonomy,
  phrases: readonly Phrase[],
  lines: readonly LabelledLine[],
  talk: readonly string[],
  meanings: Meanings = NO_MEANINGS,
  seed = 7,
): CueModel {
  const random = seeded(seed);
  const taught = phrases.filter((p) => (p.manner === "says" || p.manner === "asks") && p.tag !== "city");
  const tags = [...new Set([...taught.map((p) => p.tag), ...lines.flatMap((line) => line.tags)])]
    .filter((tag) => taxonomy.tags.has(tag))
    .sort();
  const placeOf = new Map(tags.map((tag, place) => [tag, place]));
  const places = (some: readonly TagKey[]) =>
    [...new Set(some.flatMap((tag) => closeImplied(taxonomy, tag)))].flatMap((tag) => placeOf.get(tag) ?? []);
  const sampleOf = (text: string, shown: readonly number[], worth: number): Sample => {
    const features = featuresIn(text, meanings);
    return { features, tags: shown, worth };
  };
  function* ofPhrases(): Iterable<Sample> {
    const sample = createPhraseSampler(talk, random);
    for (const phrase of taught) {
      const worth = phrase.manner === "hints" ? WORTH.hint : WORTH.phrase;
      for (let k = 0; k < PER_PHRASE; k++) yield sampleOf(sample(phrase), places([phrase.tag]), worth);
    }
  }
  const samples: Sample[] = [
    ...lines.map(({ tags: shown, turns }) => sampleOf(ownWords(turns), places(shown), WORTH.line)),
    ...ofPhrases(),
    ...talk.map((text) => sampleOf(text, [], WORTH.talk)),
  ];
  const { keys, rarity } = vocabularyOf(samples);
  const rows = rowsOf(samples, keys, rarity);
  const learnt = tags.map((_, place) => {
    const shows = Uint8Array.from(samples, (sample) => (sample.tags.includes(place) ? 1 : 0));
    return shows.reduce((sum, one) => sum + one, 0) < TAUGHT
      ? { weights: new Float64Array(keys.length), bias: NEVER }
      : regress(rows, shows, random);
  });
  return pack(tags, learnt, meanings, keys, rarity);
}

/** The odds of a tag that was hardly ever met. */
const NEVER = -9;

const ownWords = (turns: readonly Turn[]): string =>
  turns
    .filter(({ who }) => who === "customer")
    .map(({ text }) => text)
    .join("。");

const buffer = newFolded();
const tokens = newTokens();
const features = newFeatures();

/** The features of a text, each once. */
function featuresIn(text: string, meanings: Meanings): Int32Array {
  foldInto(text, buffer);
  tokenize(buffer, 0, buffer.n, tokens);
  featuresOf(tokens, meanings, features);
  return Int32Array.from(new Set(features.key.subarray(0, features.n)));
}

/** The features that several samples share, in order, and how rare each is: its inverse document frequency. */
function vocabularyOf(samples: readonly Sample[]): { keys: Int32Array; rarity: Float64Array } {
  const met = new Map<number, number>();
  for (const { features } of samples) for (const feature of features) met.set(feature, (met.get(feature) ?? 0) + 1);
  const keys = Int32Array.from([...met].filter(([, count]) => count >= SHARED).map(([feature]) => feature)).sort();
  const rarity = Float64Array.from(keys, (key) => Math.log((1 + samples.length) / (1 + met.get(key)!)) + 1);
  return { keys, rarity };
}

function rowsOf(samples: readonly Sample[], keys: Int32Array, rarity: Float64Array): Samples {
  const placeOf = new Map([...keys].map((key, place) => [key, place]));
  const at = new Int32Array(samples.length + 1);
  const feature: number[] = [];
  const value: number[] = [];
  for (const [i, { features }] of samples.entries()) {
    const known = [...features].flatMap((key) => placeOf.get(key) ?? []);
    const length = Math.sqrt(known.reduce((sum, f) => sum + rarity[f]! ** 2, 0));
    for (const f of known) {
      feature.push(f);
      value.push(rarity[f]! / length);
    }
    at[i + 1] = feature.length;
  }
  const worth = Float64Array.from(samples, (sample) => sample.worth);
  return { at, feature: Int32Array.from(feature), value: Float32Array.from(value), worth, width: keys.length };
}

/** Keeps the weights that matter, each with how rare its feature is in it, as whole numbers. */
function pack(
  tags: TagKey[],
  learnt: readonly Line[],
  meanings: Meanings,
  keys: Int32Array,
  rare: Float64Array,
): CueModel {
  const heavy = learnt.flatMap(({ weights }) =>
    [...weights].map((w, f) => Math.abs(w * rare[f]!)).filter((w) => w > 0),
  );
  const scale = (heavy.sort((a, b) => a - b)[Math.floor(heavy.length * WITHIN)] ?? 1) / 127;
  const grain = rare.reduce((most, one) => Math.max(most, one), 1) / 255;
  const rarity = Uint8Array.from(rare, (one) => Math.round(one / grain));
  const at = new Int32Array(keys.length + 1);
  const tagOf: number[] = [];
  const weight: number[] = [];
  for (let f = 0; f < keys.length; f++) {
    for (const [t, { weights }] of learnt.entries()) {
      const whole = Math.max(-127, Math.min(127, Math.round((weights[f]! * rare[f]!) / scale)));
      if (Math.abs(whole) < SMALLEST) continue;
      tagOf.push(t);
      weight.push(whole);
    }
    at[f + 1] = tagOf.length;
  }
  return {
    tags,
    bias: learnt.map(({ bias }) => Math.round(bias * 1000) / 1000),
    scale,
    grain,
    meanings,
    keys,
    rarity,
    at,
    tagOf: Uint8Array.from(tagOf),
    weight: Int8Array.from(weight),
  };
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
  const bytes = encodeModel(trainCueModel(taxonomy, phrases, lines, talk, loadMeanings()));
  mkdirSync(nlpFile("model"), { recursive: true });
  writeFileSync(nlpFile("model/cues.bin"), bytes);
  console.error(`nlp/model/cues.bin: ${bytes.length} bytes from ${lines.length} lines and ${phrases.length} phrases`);
}
