import fc from "fast-check";
import { expect, test } from "vitest";
import { entriesOf, tableOf, valueAt } from "#nlp/number-table.ts";

const ENTRIES = fc.uniqueArray(fc.tuple(fc.integer(), fc.integer({ min: 1, max: 0x7fffffff })), {
  selector: ([key]) => key,
});
const asTable = (entries: readonly (readonly [number, number])[]) =>
  tableOf(
    entries.map(([key]) => key),
    (k) => entries[k]![1],
  );

test("a table knows the value of each of its keys, and 0 of any other", () => {
  fc.assert(
    fc.property(ENTRIES, fc.integer(), (entries, other) => {
      const table = asTable(entries);
      const known = new Map(entries);

      expect(entries.map(([key]) => valueAt(table, key))).toEqual(entries.map(([, value]) => value));
      expect(valueAt(table, other)).toBe(known.get(other) ?? 0);
    }),
  );
});

test("tables that hold the same list the same, in whatever order it was put in", () => {
  fc.assert(
    fc.property(ENTRIES, (entries) => {
      const listed = entriesOf(asTable(entries));

      expect(listed).toEqual(entries.toSorted(([a], [b]) => a - b));
      expect(entriesOf(asTable(entries.toReversed()))).toEqual(listed);
    }),
  );
});
