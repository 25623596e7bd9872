/**
 * Sets of units as one table of bits, to tell at a look whether the unit beside a word is one that may stand there: a row for each column of units and
 * in it a bit for each set. A set that does not hold a unit may seem to, one that holds it never seems not to.
 */
export type UnitSets = Int32Array;

/** Units fall into so many columns; that some share one costs a look and changes nothing. Column 0 is that of no unit: there the text ends. */
const COLUMNS = 512;
const WORD = 32;

/** Where the row of a unit begins, of rows of so many numbers. */
export const rowOf = (unit: number, length: number): number => (1 + (Math.imul(unit, 0x9e3779b1) >>> 23)) * length;
/** The numbers of each row. */
export const rowLength = (sets: UnitSets): number => sets.length / (COLUMNS + 1);

/** What a word asks of its neighbour, as one number: that the unit before it, or the one behind it, is of a set. 0 asks nothing: set 0 holds all. */
export const besideOf = (set: number, before: boolean): number => (set << 1) | (before ? 1 : 0);

/**
 * 1 where the unit before a word, or the one behind it, each given by its row, may be what is asked for; else 0. It has no branch: which way it would go
 * no processor could guess.
 */
export const maySuit = (sets: UnitSets, before: number, behind: number, beside: number): number =>
  (sets[behind + ((before - behind) & -(beside & 1)) + (beside >> 6)]! >> ((beside >> 1) & (WORD - 1))) & 1;

/** Collects sets, and lays them out: those first that are asked for most, so that few lines of a row are read. */
export function newUnitSets() {
  const sets = new Map<string, { of: number; heat: number }>();
  return {
    /** A number for a set of units, for now; `heat` is how often it will be asked for, on any scale. */
    add(units: string, heat: number): number {
      const set = sets.get(units) ?? { of: sets.size, heat: 0 };
      set.heat += heat;
      sets.set(units, set);
      return set.of;
    },
    /** The table, and by the number that a set had until now, its number there. */
    lay(): { unitSets: UnitSets; numbers: Int32Array } {
      const hottest = [...sets].sort(([, a], [, b]) => b.heat - a.heat || a.of - b.of);
      const length = Math.ceil((sets.size + 1) / WORD);
      const unitSets = new Int32Array((COLUMNS + 1) * length);
      const numbers = new Int32Array(sets.size);
      for (let row = 0; row < unitSets.length; row += length) unitSets[row] = 1;
      for (const [k, [units, { of }]] of hottest.entries()) {
        const number = k + 1;
        numbers[of] = number;
        for (let u = 0; u < units.length; u++)
          unitSets[rowOf(units.charCodeAt(u), length) + (number >> 5)]! |= 1 << (number & (WORD - 1));
      }
      return { unitSets, numbers };
    },
  };
}
