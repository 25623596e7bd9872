/** Ids as bytes one behind the other, and where each ends: what a table of ids is kept as. */
export type IdBytes = { text: Uint8Array; ends: Uint32Array };

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** A code unit takes three bytes at most. */
const bytesPerUnit = 3;

/**
 * Ids and their rows, both ways: the first id has row 0, the next row 1. A million ids as strings in a Map take some 110 MB; as bytes, with a hash
 * table of numbers over them, they take their own length and 16 bytes each.
 */
export class IdTable {
  private text: Uint8Array;
  private ends: Uint32Array;
  /** Open addressing: a row and one, or 0 where nothing lies. Never more than half full. */
  private slots: Uint32Array;
  private count: number;
  private scratch = new Uint8Array(96);

  constructor(kept: IdBytes = { text: new Uint8Array(0), ends: new Uint32Array(0) }) {
    this.text = kept.text;
    this.ends = kept.ends;
    this.count = kept.ends.length;
    this.slots = new Uint32Array(slotsFor(this.count));
    this.fillSlots();
  }

  get size(): number {
    return this.count;
  }

  /** How much memory it takes. */
  get bytes(): number {
    return this.text.byteLength + this.ends.byteLength + this.slots.byteLength;
  }

  idAt(row: number): string {
    return decoder.decode(this.text.subarray(this.startOf(row), this.ends[row]));
  }

  rowOf(id: string): number | undefined {
    const length = this.encode(id);
    const found = this.slots[this.slotOf(this.scratch, 0, length)]!;
    return found === 0 ? undefined : found - 1;
  }

  /** Adds an id, or finds it; returns its row. */
  add(id: string): number {
    const length = this.encode(id);
    const slot = this.slotOf(this.scratch, 0, length);
    const known = this.slots[slot]!;
    if (known !== 0) return known - 1;
    const row = this.count++;
    const start = this.startOf(row);
    if (start + length > this.text.length) this.text = grown(this.text, start + length, new Uint8Array(0));
    this.text.set(this.scratch.subarray(0, length), start);
    if (row === this.ends.length) this.ends = grown(this.ends, row + 1, new Uint32Array(0));
    this.ends[row] = start + length;
    this.slots[slot] = row + 1;
    if (this.count * 2 > this.slots.length) {
      this.slots = new Uint32Array(slotsFor(this.count));
      this.fillSlots();
    }
    return row;
  }

  /** What it can be made from again; views, not copies. */
  kept(): IdBytes {
    return { text: this.text.subarray(0, this.startOf(this.count)), ends: this.ends.subarray(0, this.count) };
  }

  private startOf(row: number): number {
    return row === 0 ? 0 : this.ends[row - 1]!;
  }

  private encode(id: string): number {
    if (this.scratch.length < id.length * bytesPerUnit) this.scratch = new Uint8Array(id.length * bytesPerUnit);
    return encoder.encodeInto(id, this.scratch).written;
  }

  private fillSlots(): void {
    for (let row = 0; row < this.count; row++) {
      const start = this.startOf(row);
      this.slots[this.slotOf(this.text, start, this.ends[row]! - start)] = row + 1;
    }
  }

  /** The slot of these bytes: theirs, or the free one where they belong. */
  private slotOf(bytes: Uint8Array, start: number, length: number): number {
    const mask = this.slots.length - 1;
    for (let slot = hashOf(bytes, start, length) & mask; ; slot = (slot + 1) & mask) {
      const found = this.slots[slot]!;
      if (found === 0 || this.equals(found - 1, bytes, start, length)) return slot;
    }
  }

  private equals(row: number, bytes: Uint8Array, start: number, length: number): boolean {
    const own = this.startOf(row);
    if (this.ends[row]! - own !== length) return false;
    for (let k = 0; k < length; k++) if (this.text[own + k] !== bytes[start + k]) return false;
    return true;
  }
}

const slotsFor = (count: number): number => 2 ** Math.ceil(Math.log2(Math.max(64, count * 2 + 2)));

/** Half as much again as before, so that adding one by one stays cheap and little lies idle. */
function grown<T extends Uint8Array | Uint32Array>(array: T, least: number, empty: T): T {
  const wider = new (empty.constructor as new (length: number) => T)(Math.max(1024, least, array.length * 1.5) | 0);
  wider.set(array);
  return wider;
}

/** FNV-1a, its bits mixed once more, since the table looks at the lowest ones only. */
function hashOf(bytes: Uint8Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let k = start; k < start + length; k++) hash = Math.imul(hash ^ bytes[k]!, 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
