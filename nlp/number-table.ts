/**
 * An open table from 32-bit numbers to whole numbers above 0, at least half of it free. Key and value lie side by side, for one look into memory; the value
 * is 0 where a place is free.
 */
export type NumberTable = Int32Array;

/** A table of these keys, each with the value that belongs to its place in the list. */
export function tableOf(keys: ArrayLike<number>, valueAtPlace: (place: number) => number): NumberTable {
  const table = new Int32Array(2 ** (Math.ceil(Math.log2(Math.max(2, keys.length * 2))) + 1));
  for (let place = 0; place < keys.length; place++) {
    const slot = slotFor(table, keys[place]!);
    table[slot] = keys[place]!;
    table[slot + 1] = valueAtPlace(place);
  }
  return table;
}

/** The value of a key; 0 where the table does not hold it. */
export const valueAt = (table: NumberTable, key: number): number => table[slotFor(table, key) + 1]!;

/** Where a key lies, or would lie: by the upper bits of a product, and from there on where others have come first. */
function slotFor(table: NumberTable, key: number): number {
  let slot = (Math.imul(key, 0x9e3779b1) >>> (Math.clz32(table.length) + 2)) << 1;
  while (table[slot + 1] !== 0 && table[slot] !== key) slot = (slot + 2) & (table.length - 1);
  return slot;
}

/** The keys and values of a table, by key: the same for tables that hold the same. */
export function entriesOf(table: NumberTable): (readonly [number, number])[] {
  const entries: (readonly [number, number])[] = [];
  for (let slot = 0; slot < table.length; slot += 2)
    if (table[slot + 1] !== 0) entries.push([table[slot]!, table[slot + 1]!]);
  return entries.sort(([a], [b]) => a - b);
}
