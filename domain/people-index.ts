/**
 * People in memory for questions over many of them: who holds these tags and not those, how many, and the best of them by a score. Bitsets
 * answer counts, postings (per tag, the people that hold it, in order) add up scores; both are typed arrays, so that a million people with
 * a dozen tags each fit in about 80 MB. Fed by the ledger, one change at a time; equal to what the tables say at any moment.
 */
import type { TagKey } from "./taxonomy.ts";

/** A plain question over tags: all of these, at least one of those (if any are named), none of the rest. */
export type TagQuery = { all?: readonly TagKey[]; any?: readonly TagKey[]; none?: readonly TagKey[] };

type TagColumn = { bits: Uint32Array; postings: Uint32Array | null; count: number };

export class PeopleIndex {
  private ids: string[] = [];
  private readonly rows = new Map<string, number>();
  private readonly columns = new Map<TagKey, TagColumn>();
  private words = 0;

  /** How many people it knows. */
  get size(): number {
    return this.ids.length;
  }

  idAt(row: number): string {
    return this.ids[row]!;
  }

  rowOf(id: string): number | undefined {
    return this.rows.get(id);
  }

  /** Adds a person, or finds them; returns their row. Rows never move. */
  addPerson(id: string): number {
    const known = this.rows.get(id);
    if (known !== undefined) return known;
    const row = this.ids.push(id) - 1;
    this.rows.set(id, row);
    if (row >> 5 >= this.words) this.grow(Math.max(64, this.words * 2));
    return row;
  }

  /** Makes room for so many people at once; loading a million goes faster for it. */
  reserve(people: number): void {
    const words = (people + 31) >> 5;
    if (words > this.words) this.grow(words);
  }

  private grow(words: number): void {
    for (const column of this.columns.values()) {
      const bits = new Uint32Array(words);
      bits.set(column.bits);
      column.bits = bits;
    }
    this.words = words;
  }

  private column(tag: TagKey): TagColumn {
    let column = this.columns.get(tag);
    if (!column) {
      column = { bits: new Uint32Array(this.words), postings: null, count: 0 };
      this.columns.set(tag, column);
    }
    return column;
  }

  /** The person holds the tag from now on. Holding it twice changes nothing. */
  hold(row: number, tag: TagKey): void {
    const column = this.column(tag);
    const bit = 1 << (row & 31);
    if (column.bits[row >> 5]! & bit) return;
    column.bits[row >> 5]! |= bit;
    column.count++;
    column.postings = null;
  }

  /** The person holds the tag no longer. */
  drop(row: number, tag: TagKey): void {
    const column = this.columns.get(tag);
    const bit = 1 << (row & 31);
    if (!column || !(column.bits[row >> 5]! & bit)) return;
    column.bits[row >> 5]! &= ~bit;
    column.count--;
    column.postings = null;
  }

  holds(row: number, tag: TagKey): boolean {
    const column = this.columns.get(tag);
    return column !== undefined && (column.bits[row >> 5]! & (1 << (row & 31))) !== 0;
  }

  /** The rows that hold a tag, ascending; kept until the tag's holders change. */
  holdersOf(tag: TagKey): Uint32Array {
    const column = this.columns.get(tag);
    if (!column) return new Uint32Array(0);
    if (!column.postings) {
      column.postings = new Uint32Array(column.count);
      let n = 0;
      forEachBit(column.bits, this.words, (row) => {
        column.postings![n++] = row;
      });
    }
    return column.postings;
  }

  /** The set of rows that a question holds for; `size` rows, one bit each. A question that names nothing holds for everybody. */
  select(query: TagQuery, into = new Uint32Array(this.words)): Uint32Array {
    into.fill(0);
    const size = this.ids.length;
    into.fill(0xffffffff, 0, size >> 5);
    if (size & 31) into[size >> 5] = (1 << (size & 31)) - 1;
    const any = query.any ?? [];
    if (any.length > 0) {
      const columns = any.map((tag) => this.columns.get(tag)?.bits);
      for (let w = 0; w < this.words; w++) {
        let union = 0;
        for (const bits of columns) if (bits) union |= bits[w]!;
        into[w]! &= union;
      }
    }
    for (const tag of query.all ?? []) {
      const bits = this.columns.get(tag)?.bits;
      if (!bits) return into.fill(0);
      for (let w = 0; w < this.words; w++) into[w]! &= bits[w]!;
    }
    for (const tag of query.none ?? []) {
      const bits = this.columns.get(tag)?.bits;
      if (bits) for (let w = 0; w < this.words; w++) into[w]! &= ~bits[w]!;
    }
    return into;
  }

  /** How many people a question holds for. */
  count(query: TagQuery): number {
    const [all, any, none] = [query.all ?? [], query.any ?? [], query.none ?? []];
    if (all.length === 2 && any.length === 0 && none.length === 1)
      return this.countTwoWithout(all[0]!, all[1]!, none[0]!);
    return popCount(this.select(query), this.words);
  }

  /** The commonest question, "A and B and not C", in one pass without a set in between. */
  private countTwoWithout(a: TagKey, b: TagKey, c: TagKey): number {
    const [x, y] = [this.columns.get(a)?.bits, this.columns.get(b)?.bits];
    if (!x || !y) return 0;
    const z = this.columns.get(c)?.bits;
    const words = Math.min(this.words, (this.ids.length + 31) >> 5);
    let total = 0;
    for (let w = 0; w < words; w++) total += pop32(x[w]! & y[w]! & (z ? ~z[w]! : -1));
    return total;
  }
}

export function pop32(v: number): number {
  let x = v - ((v >>> 1) & 0x55555555);
  x = (x & 0x33333333) + ((x >>> 2) & 0x33333333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function popCount(bits: Uint32Array, words = bits.length): number {
  let total = 0;
  for (let w = 0; w < words; w++) total += pop32(bits[w]!);
  return total;
}

/** Calls with each set bit's number, ascending. */
export function forEachBit(bits: Uint32Array, words: number, each: (row: number) => void): void {
  for (let w = 0; w < words; w++) {
    for (let rest = bits[w]!; rest !== 0; rest &= rest - 1) each((w << 5) + 31 - Math.clz32(rest & -rest));
  }
}

export type Scored = { row: number; score: number };

/** What adds up to a person's score beside their tags. `base` per row; `tags` add their weight to everybody who holds them. */
export type IndexScore = { base: Float32Array; tags: readonly { tag: TagKey; weight: number }[] };

/**
 * The best of the eligible, best first; of equal scores the earlier row. Weights are added along the postings into one array, then the
 * eligible are walked once and the best kept in a heap, so that the cost is that of the tags asked for, not of all tags held.
 */
export function bestOf(
  index: PeopleIndex,
  eligible: Uint32Array,
  score: IndexScore,
  most: number,
  scratch?: Float32Array,
): Scored[] {
  if (most <= 0) return [];
  const sums = scratch ?? new Float32Array(index.size);
  sums.set(score.base.subarray(0, index.size));
  for (const { tag, weight } of score.tags) {
    const rows = index.holdersOf(tag);
    for (let k = 0; k < rows.length; k++) sums[rows[k]!]! += weight;
  }
  return bestRows(eligible, sums, most);
}

/** A min-heap of the best so far, in two arrays; its root is the worst that still counts. */
function bestRows(eligible: Uint32Array, sums: Float32Array, most: number): Scored[] {
  const rows = new Int32Array(most);
  const values = new Float32Array(most);
  let size = 0;
  const worse = (i: number, j: number): boolean =>
    values[i]! < values[j]! || (values[i]! === values[j]! && rows[i]! > rows[j]!);
  const swap = (i: number, j: number): void => {
    const [r, v] = [rows[i]!, values[i]!];
    [rows[i], values[i]] = [rows[j]!, values[j]!];
    [rows[j], values[j]] = [r, v];
  };
  const sink = (from: number): void => {
    for (let i = from; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) if (child < size && worse(child, least)) least = child;
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  };
  let bar = Number.NEGATIVE_INFINITY;
  for (let w = 0; w < eligible.length; w++) {
    for (let rest = eligible[w]!; rest !== 0; rest &= rest - 1) {
      const row = (w << 5) + 31 - Math.clz32(rest & -rest);
      const value = sums[row]!;
      if (value <= bar) continue;
      if (size < most) {
        rows[size] = row;
        values[size] = value;
        for (let i = size++; i > 0 && worse(i, (i - 1) >> 1); i = (i - 1) >> 1) swap(i, (i - 1) >> 1);
      } else {
        rows[0] = row;
        values[0] = value;
        sink(0);
      }
      if (size === most) bar = values[0]!;
    }
  }
  return Array.from({ length: size }, (_, i) => ({ row: rows[i]!, score: values[i]! })).sort(
    (a, b) => b.score - a.score || a.row - b.row,
  );
}
