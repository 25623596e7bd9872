import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IdTable } from "#domain/id-table.ts";

const id = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.constantFrom("", "P1", "P10", "人", "é", "e\u0301", "0".repeat(200)),
);

describe("a table of ids", () => {
  it("gives each id one row, in the order they came, and knows no other", () => {
    fc.assert(
      fc.property(fc.array(id, { maxLength: 300 }), fc.array(id), (given, asked) => {
        const ids = given.map((one) => one.toWellFormed());
        const rows = new Map<string, number>();
        for (const one of ids) if (!rows.has(one)) rows.set(one, rows.size);
        const table = new IdTable();

        const added = ids.map((one) => table.add(one));

        expect(added).toEqual(ids.map((one) => rows.get(one)));
        expect(table.size).toBe(rows.size);
        expect([...rows].map(([, row]) => table.idAt(row))).toEqual([...rows.keys()]);
        for (const one of asked.map((a) => a.toWellFormed())) expect(table.rowOf(one)).toBe(rows.get(one));
      }),
    );
  });

  it("made again from its bytes, it is the same and goes on", () => {
    const table = new IdTable();
    for (let n = 0; n < 5000; n++) table.add(`customer-${n * 7}`);

    const again = new IdTable(table.kept());
    const next = again.add("新客");

    expect(next).toBe(5000);
    expect([again.rowOf("customer-0"), again.rowOf("customer-34993"), again.idAt(4999)]).toEqual([
      0,
      4999,
      "customer-34993",
    ]);
    expect(table.rowOf("新客")).toBeUndefined();
  });

  it("takes little more than the ids' own bytes", () => {
    const table = new IdTable();
    for (let n = 0; n < 100_000; n++) table.add(`person-${String(n).padStart(19, "0")}`);

    expect(table.bytes).toBeLessThan(100_000 * (26 * 1.5 + 6 + 12));
  });
});
