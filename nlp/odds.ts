import type { TagKey } from "#domain/taxonomy.ts";
import { type CueModel, ENDED } from "./cue-model.ts";
import { type Features, featuresOf, featuresOfExchange, newFeatures } from "./features.ts";
import type { Folded } from "./fold.ts";
import type { Meanings } from "./meanings.ts";
import { type NumberTable, tableOf, valueAt } from "./number-table.ts";
import { newTokens, tokenize } from "./tokens.ts";

/** The log odds by which a model takes words to show each of its tags. */
export type Odds = {
  /** Undefined for tags that it was not taught. Of `ENDED`: that something ended. */
  of(tag: TagKey): number | undefined;
  /** The tags with odds of at least so much. */
  above(bar: number): readonly TagKey[];
  /** The highest of all tags. */
  readonly most: number;
};

/** Asks a model what words show. Keeps buffers of its own. */
export type Witness = {
  /** The classes of words that it knows. */
  readonly meanings: Meanings;
  /** What the units of a folded text from one to another show. */
  hear(folded: Folded, from: number, to: number): Odds;
  /** What a turn shows together with what others said right before it, to a model that was taught so; `hasSpoken`: its speaker had spoken before. */
  hearExchange(own: Folded, before: readonly Folded[], hasSpoken: boolean): Odds;
  /** The part of them that speaks most for a tag. */
  wordsFor(folded: Folded, from: number, to: number, tag: TagKey): { start: number; end: number };
};

export function createWitness(model: CueModel): Witness {
  const { tags, bias, scale, grain, meanings } = model;
  const placeOf = new Map(tags.map((tag, place) => [tag, place]));
  const { places, records } = layWeights(model);
  const tokens = newTokens();
  const features = newFeatures();
  /** Where the records of the features lie; 0 for those that the model does not know. */
  let recordOf = new Int32Array(512);
  const sums = new Int32Array(tags.length);
  /** The number of the question: features met for earlier ones are told apart by it. */
  let time = 0;

  /** What is looked up is looked up for all features at once: memory answers many such questions in the time of one. */
  const lookUp = ({ key, n }: Features): number => {
    if (recordOf.length < n) recordOf = new Int32Array(n * 2);
    for (let k = 0; k < n; k++) recordOf[k] = valueAt(places, key[k]!);
    return n;
  };
  const featuresIn = (folded: Folded, from: number, to: number): Features =>
    featuresOf(tokenize(folded, from, to, tokens), meanings, features);
  const tell = (n: number): Odds => {
    time++;
    sums.fill(0);
    let squares = 0;
    for (let k = 0; k < n; k++) {
      const at = recordOf[k]!;
      if (at === 0 || records[at] === time) continue;
      records[at] = time;
      const head = records[at + record.head]!;
      const rarity = head & record.mostRare;
      squares += rarity * rarity;
      for (let w = at + record.weights, end = w + (head >> record.pairsAt); w < end; w++) {
        const two = records[w]!;
        sums[tagIn(two)]! += weightIn(two);
        sums[tagIn(two >> NEXT)]! += weightIn(two >> NEXT);
      }
    }
    const share = squares === 0 ? 0 : scale / (Math.sqrt(squares) * grain);
    // A typed array of a few numbers takes five times as long to make.
    const odds: number[] = new Array(tags.length);
    for (let t = 0; t < odds.length; t++) odds[t] = bias[t]! + sums[t]! * share;
    return new Told(tags, placeOf, odds);
  };
  const hear = (folded: Folded, from: number, to: number): Odds => tell(lookUp(featuresIn(folded, from, to)));
  const hearExchange = (own: Folded, before: readonly Folded[], hasSpoken: boolean): Odds =>
    tell(lookUp(featuresOfExchange(own, before, hasSpoken, meanings, features)));

  const wordsFor = (folded: Folded, from: number, to: number, tag: TagKey) => {
    const place = placeOf.get(tag)!;
    const n = lookUp(featuresIn(folded, from, to));
    const speaks = new Float64Array(tokens.n);
    for (let k = 0; k < n; k++) {
      const weight = recordOf[k] === 0 ? 0 : weightFor(records, recordOf[k]!, place);
      const [first, last] = [features.first[k]!, features.last[k]!];
      if (weight !== 0) for (let token = first; token <= last; token++) speaks[token]! += weight / (last - first + 1);
    }
    const { first, last } = heaviestRun(speaks);
    return { start: tokens.start[first] ?? from, end: tokens.end[last] ?? to };
  };
  return { meanings, hear, hearExchange, wordsFor };
}

/**
 * The features of a model, so that one costs two looks into memory: the place of its record by its key, and the records. A record is the time at which the
 * feature was met last; how rare it is and, in the upper bits, how many pairs of weights follow; these, two to a number.
 */
type Weights = { places: NumberTable; records: Int32Array };
const record = { head: 1, mostRare: 0xff, pairsAt: 8, weights: 2 } as const;
/** A weight and, in the lower byte, the place of its tag; the second of a pair lies so much higher. */
const NEXT = 16;
const tagIn = (weight: number): number => weight & 0xff;
const weightIn = (weight: number): number => (weight << NEXT) >> 24;

function layWeights({ keys, rarity, at, tagOf, weight }: CueModel): Weights {
  const pairsOf = (f: number): number => (at[f + 1]! - at[f]! + 1) >> 1;
  const size = keys.reduce((sum, _, f) => sum + record.weights + pairsOf(f), 1);
  const records = new Int32Array(size);
  const half = (k: number, end: number): number => (k < end ? tagOf[k]! | ((weight[k]! & 0xff) << 8) : 0);
  const placeOf = new Int32Array(keys.length);
  let place = 1;
  for (let f = 0; f < keys.length; f++) {
    placeOf[f] = place;
    records[place + record.head] = rarity[f]! | (pairsOf(f) << record.pairsAt);
    place += record.weights;
    for (let k = at[f]!, end = at[f + 1]!; k < end; k += 2)
      records[place++] = half(k, end) | (half(k + 1, end) << NEXT);
  }
  return { places: tableOf(keys, (f) => placeOf[f]!), records };
}

/** The weight of a tag in a record; 0 where it has none. */
function weightFor(records: Int32Array, at: number, tag: number): number {
  const end = at + record.weights + (records[at + record.head]! >> record.pairsAt);
  for (let w = at + record.weights; w < end; w++) {
    const two = records[w]!;
    if (tagIn(two) === tag && weightIn(two) !== 0) return weightIn(two);
    if (tagIn(two >> NEXT) === tag && weightIn(two >> NEXT) !== 0) return weightIn(two >> NEXT);
  }
  return 0;
}

const NONE: readonly TagKey[] = [];

class Told implements Odds {
  private readonly tags: readonly TagKey[];
  private readonly placeOf: ReadonlyMap<TagKey, number>;
  private readonly odds: readonly number[];
  private highest: number | undefined = undefined;

  constructor(tags: readonly TagKey[], placeOf: ReadonlyMap<TagKey, number>, odds: readonly number[]) {
    this.tags = tags;
    this.placeOf = placeOf;
    this.odds = odds;
  }

  of(tag: TagKey): number | undefined {
    const place = this.placeOf.get(tag);
    return place === undefined ? undefined : this.odds[place];
  }

  get most(): number {
    this.highest ??= this.odds.reduce((a, b, t) => (this.tags[t] === ENDED ? a : Math.max(a, b)), -Infinity);
    return this.highest;
  }

  above(bar: number): readonly TagKey[] {
    const { tags, odds } = this;
    let sure: TagKey[] | undefined;
    for (let t = 0; t < odds.length; t++) {
      if (odds[t]! < bar || tags[t] === ENDED) continue;
      sure ??= [];
      sure.push(tags[t]!);
    }
    return sure ?? NONE;
  }
}

/** The run of numbers with the largest sum (Kadane). */
function heaviestRun(numbers: Float64Array): { first: number; last: number } {
  let best = { first: 0, last: 0, sum: -Infinity };
  let first = 0;
  let sum = 0;
  for (let k = 0; k < numbers.length; k++) {
    if (sum <= 0) {
      sum = 0;
      first = k;
    }
    sum += numbers[k]!;
    if (sum > best.sum) best = { first, last: k, sum };
  }
  return best;
}
