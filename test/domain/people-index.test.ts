import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bestOf, forEachBit, PeopleIndex, popCount } from "#domain/people-index.ts";

const tag = fc.constantFrom("a", "b", "c", "d", "e");
const change = fc.record({ row: fc.integer({ min: 0, max: 99 }), tag, hold: fc.boolean() });
const query = fc.record({
  all: fc.array(tag, { maxLength: 2 }),
  any: fc.array(tag, { maxLength: 3 }),
  none: fc.array(tag, { maxLength: 2 }),
});

/** The same history in the index and in plain sets. */
function play(changes: { row: number; tag: string; hold: boolean }[], people: number) {
  const index = new PeopleIndex();
  const sets = Array.from({ length: people }, () => new Set<string>());
  for (let p = 0; p < people; p++) index.addPerson(`p${p}`);
  for (const c of changes) {
    const row = c.row % people;
    if (c.hold) {
      index.hold(row, c.tag);
      sets[row]!.add(c.tag);
    } else {
      index.drop(row, c.tag);
      sets[row]!.delete(c.tag);
    }
  }
  return { index, sets };
}

const holds = (tags: Set<string>, q: { all: string[]; any: string[]; none: string[] }) =>
  q.all.every((t) => tags.has(t)) &&
  (q.any.length === 0 || q.any.some((t) => tags.has(t))) &&
  !q.none.some((t) => tags.has(t));

describe("the people index", () => {
  it("counts and selects what a search person by person would, after any history", () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        query,
        (changes, people, q) => {
          const { index, sets } = play(changes, people);

          const rows: number[] = [];
          const selected = index.select(q);
          forEachBit(selected, selected.length, (row) => rows.push(row));

          const wanted = sets.flatMap((tags, row) => (holds(tags, q) ? [row] : []));
          expect(rows).toEqual(wanted);
          expect(index.count(q)).toBe(wanted.length);
          expect(popCount(selected)).toBe(wanted.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("finds the same best people as sorting all of them, earlier rows first among equals", () => {
    const weights = fc.array(fc.record({ tag, weight: fc.integer({ min: -2, max: 3 }) }), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 200 }),
        query,
        weights,
        fc.integer({ min: 0, max: 30 }),
        (changes, q, tags, most) => {
          const { index, sets } = play(changes, 80);
          const base = Float32Array.from({ length: 80 }, (_, i) => (i * 7) % 5);

          const found = bestOf(index, index.select(q), { base, tags }, most);

          const wanted = sets
            .map((held, row) => ({
              row,
              held,
              score: base[row]! + tags.reduce((sum, w) => sum + (held.has(w.tag) ? w.weight : 0), 0),
            }))
            .filter((p) => holds(p.held, q))
            .sort((a, b) => b.score - a.score || a.row - b.row)
            .slice(0, most)
            .map(({ row, score }) => ({ row, score }));
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("counts A and B and not C in one pass, also where a tag was never held", () => {
    const { index } = play(
      [
        { row: 1, tag: "a", hold: true },
        { row: 1, tag: "b", hold: true },
      ],
      40,
    );

    expect(index.count({ all: ["a", "b"], none: ["c"] })).toBe(1);
    expect(index.count({ all: ["a", "never"], none: ["c"] })).toBe(0);
  });
});
