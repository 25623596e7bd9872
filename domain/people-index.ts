/**
 * People in memory for questions over many of them: who holds these tags and not those, how many, and the best of them by a score. Bitsets
 * answer counts, postings (per tag, the people that hold it, in order) add up scores; both are typed arrays, so that a million people with
 * a dozen tags each fit in about 80 MB. Fed by the ledger, one change at a time; equal to what the tables say at any moment.
 */
import { type IdBytes, IdTable } from "./id-table.ts";
import type { TagKey } from "./taxonomy.ts";

/** A plain question over tags: all of these, at least one of those (if any are named), none of the rest. */
export type TagQuery = { all?: readonly TagKey[]; any?: readonly TagKey[]; none?: readonly TagKey[] };

type TagColumn = { bits: Uint32Array; postings: Uint32Array | null; count: number };

export class PeopleIndex {
  private ids = new IdTable();
  private readonly columns = new Map<TagKey, TagColumn>();
  private words = 0;

  /** Takes up what `idsAndColumns` once gave. The columns are kept, not copied. */
  static from(ids: IdBytes, columns: ReadonlyMap<TagKey, Uint32Array>): PeopleIndex {
    const index = new PeopleIndex();
    index.ids = new IdTable(ids);
    index.words = Math.max(64, (index.size + 31) >> 5);
    for (const [tag, kept] of columns) {
      const bits = kept.length >= index.words ? kept.subarray(0, index.words) : new Uint32Array(index.words);
      if (bits.length > kept.length) bits.set(kept);
      index.columns.set(tag, { bits, postings: null, count: popCount(bits) });
    }
    return index;
  }

  /** Everything it knows, to be kept elsewhere: who stands in which row, and each tag's bits. */
  idsAndColumns(): { ids: IdBytes; columns: Map<TagKey, Uint32Array> } {
    const words = (this.size + 31) >> 5;
    return {
      ids: this.ids.kept(),
      columns: new Map([...this.columns].map(([tag, column]) => [tag, column.bits.subarray(0, words)])),
    };
  }

  /** The tags that somebody holds or has held. */
  tags(): TagKey[] {
    return [...this.columns.keys()];
  }

  /** About how much memory it takes: a bit a person and tag, and the ids. */
  get bytes(): number {
    return this.columns.size * this.words * 4 + this.ids.bytes;
  }

  /** How many people it knows. */
  get size(): number {
    return this.ids.size;
  }

  idAt(row: number): string {
    return this.ids.idAt(row);
  }

  rowOf(id: string): number | undefined {
    return this.ids.rowOf(id);
  }

  /** Adds a person, or finds them; returns their row. Rows never move. */
  addPerson(id: string): number {
    const row = this.ids.add(id);
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

  /** The set of rows that a question holds for, one bit each. A question that names nothing holds for everybody. */
  select(query: TagQuery, into: Uint32Array = new Uint32Array(this.words)): Uint32Array {
    const { size } = this;
    const all = (query.all ?? []).map((tag) => this.columns.get(tag)?.bits);
    const any = (query.any ?? []).flatMap((tag) => this.columns.get(tag)?.bits ?? []);
    const none = (query.none ?? []).flatMap((tag) => this.columns.get(tag)?.bits ?? []);
    if (all.includes(undefined) || (query.any?.length && any.length === 0)) return into.fill(0);
    const must = all as Uint32Array[];
    const used = (size + 31) >> 5;
    for (let w = 0; w < used; w++) {
      let set = any.length === 0 ? -1 : 0;
      for (let k = 0; k < any.length; k++) set |= any[k]![w]!;
      for (let k = 0; k < must.length; k++) set &= must[k]![w]!;
      for (let k = 0; k < none.length; k++) set &= ~none[k]![w]!;
      into[w] = set;
    }
    if (size & 31) into[used - 1]! &= (1 << (size & 31)) - 1;
    return into.fill(0, used);
  }

  /** How many people a question holds for. */
  count(query: TagQuery): number {
    const [all, any, none] = [query.all ?? [], query.any ?? [], query.none ?? []];
    if (all.length === 1 && any.length + none.length === 0) return this.columns.get(all[0]!)?.count ?? 0;
    if (all.length === 2 && any.length === 0 && none.length === 1)
      return this.countTwoWithout(all[0]!, all[1]!, none[0]!);
    return popCount(this.select(query), this.words);
  }

  /** The commonest question, "A and B and not C", in one pass without a set in between. */
  private countTwoWithout(a: TagKey, b: TagKey, c: TagKey): number {
    const [x, y] = [this.columns.get(a)?.bits, this.columns.get(b)?.bits];
    if (!x || !y) return 0;
    const z = this.columns.get(c)?.bits;
    const words = Math.min(this.words, (this.size + 31) >> 5);
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

/** Walks the eligible once. The best so far are a min-heap in two arrays; its root is the worst that still counts. */
function bestRows(eligible: Uint32Array, sums: Float32Array, most: number): Scored[] {
  const rows = new Int32Array(most);
  const values = new Float32Array(most);
  let size = 0;
  let bar = Number.NEGATIVE_INFINITY;
  for (let w = 0; w < eligible.length; w++) {
    for (let rest = eligible[w]!; rest !== 0; rest &= rest - 1) {
      const row = (w << 5) + 31 - Math.clz32(rest & -rest);
      const value = sums[row]!;
      // Rows come in ascending order, so of equal scores the earlier is in already.
      if (value <= bar) continue;
      if (size < most) riseFrom(rows, values, size++, row, value);
      else sinkFrom(rows, values, size, row, value);
      if (size === most) bar = values[0]!;
    }
  }
  const found = Array.from({ length: size }, (_, i) => ({ row: rows[i]!, score: values[i]! }));
  return found.sort((a, b) => b.score - a.score || a.row - b.row);
}

/** Is (row, value) to leave before entry `i`? The lower score, of equals the later row. */
const leavesFirst = (rows: Int32Array, values: Float32Array, i: number, row: number, value: number): boolean =>
  value < values[i]! || (value === values[i]! && row > rows[i]!);

function riseFrom(rows: Int32Array, values: Float32Array, start: number, row: number, value: number): void {
  let i = start;
  for (let up = (i - 1) >> 1; i > 0 && leavesFirst(rows, values, up, row, value); i = up, up = (i - 1) >> 1) {
    values[i] = values[up]!;
    rows[i] = rows[up]!;
  }
  values[i] = value;
  rows[i] = row;
}

/** Puts a new entry in the root's place. */
function sinkFrom(rows: Int32Array, values: Float32Array, size: number, row: number, value: number): void {
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= size) break;
    if (child + 1 < size && leavesFirst(rows, values, child, rows[child + 1]!, values[child + 1]!)) child++;
    if (leavesFirst(rows, values, child, row, value)) break;
    values[i] = values[child]!;
    rows[i] = rows[child]!;
    i = child;
  }
  values[i] = value;
  rows[i] = row;
}
