import type { TagKey } from "#domain/taxonomy.ts";
import type { CueModel } from "./cue-model.ts";
import { eachFeature } from "./features.ts";
import type { Folded } from "./fold.ts";
import { newTokens, tokenize } from "./tokens.ts";

/** The log odds by which a model takes words to show each of its tags. */
export type Odds = {
  /** Undefined for tags that it was not taught. */
  of(tag: TagKey): number | undefined;
  /** The tags with odds of at least so much. */
  above(bar: number): readonly TagKey[];
  /** The highest of all. */
  readonly most: number;
};

/** Asks a model what words show. Keeps buffers of its own. */
export type Witness = {
  /** What the units of a folded text from one to another show. */
  hear(folded: Folded, from: number, to: number): Odds;
  /** The part of them that speaks most for a tag. */
  wordsFor(folded: Folded, from: number, to: number, tag: TagKey): { start: number; end: number };
};

export function createWitness(model: CueModel): Witness {
  const { tags, bias, scale, grain, meanings, rarity, at, tagOf, weight } = model;
  const placeOf = new Map(tags.map((tag, place) => [tag, place]));
  const featureOf = indexOf(model.keys);
  const tokens = newTokens();
  const sums = new Float64Array(tags.length);
  /** When each feature was met last: those of earlier words are told apart by their time. */
  const metAt = new Int32Array(model.keys.length);
  let time = 0;

  const hear = (folded: Folded, from: number, to: number): Odds => {
    tokenize(folded, from, to, tokens);
    time++;
    sums.fill(0);
    let squares = 0;
    eachFeature(tokens, meanings, (key) => {
      const f = featureOf(key);
      if (f < 0 || metAt[f] === time) return;
      metAt[f] = time;
      squares += rarity[f]! * rarity[f]!;
      for (let k = at[f]!, end = at[f + 1]!; k < end; k++) sums[tagOf[k]!]! += weight[k]!;
    });
    const share = squares === 0 ? 0 : scale / (Math.sqrt(squares) * grain);
    // A typed array of a few numbers takes five times as long to make.
    const odds: number[] = new Array(tags.length);
    for (let t = 0; t < odds.length; t++) odds[t] = bias[t]! + sums[t]! * share;
    return new Told(tags, placeOf, odds);
  };

  const wordsFor = (folded: Folded, from: number, to: number, tag: TagKey) => {
    const place = placeOf.get(tag)!;
    tokenize(folded, from, to, tokens);
    const speaks = new Float64Array(tokens.n);
    eachFeature(tokens, meanings, (key, first, last) => {
      const f = featureOf(key);
      if (f < 0) return;
      for (let k = at[f]!; k < at[f + 1]!; k++) {
        if (tagOf[k] !== place) continue;
        for (let token = first; token <= last; token++) speaks[token]! += weight[k]! / (last - first + 1);
      }
    });
    const { first, last } = heaviestRun(speaks);
    return { start: tokens.start[first] ?? from, end: tokens.end[last] ?? to };
  };
  return { hear, wordsFor };
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
    this.highest ??= Math.max(...this.odds);
    return this.highest;
  }

  above(bar: number): readonly TagKey[] {
    const { tags, odds } = this;
    let sure: TagKey[] | undefined;
    for (let t = 0; t < odds.length; t++) {
      if (odds[t]! < bar) continue;
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

/** Finds the place of a key in a list; -1 where it is not in it. Key and place lie side by side, for one look into memory. */
function indexOf(keys: Int32Array): (key: number) => number {
  const bits = Math.ceil(Math.log2(Math.max(2, keys.length * 2)));
  const table = new Int32Array(2 ** (bits + 1));
  const last = table.length - 1;
  const placeOf = (key: number) => (Math.imul(key, 0x9e3779b1) >>> (32 - bits)) << 1;
  for (const [f, key] of keys.entries()) {
    let place = placeOf(key);
    while (table[place + 1] !== 0) place = (place + 2) & last;
    table[place] = key;
    table[place + 1] = f + 1;
  }
  return (key) => {
    for (let place = placeOf(key); table[place + 1] !== 0; place = (place + 2) & last)
      if (table[place] === key) return table[place + 1]! - 1;
    return -1;
  };
}
