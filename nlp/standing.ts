import { type Hits, newHits } from "./automaton.ts";
import { record } from "./layout.ts";

/** Where the literals that were found in a text stand. Filled anew for each text. */
export type Standing = {
  /** Literals and where they end, in order of the ends. */
  hits: Hits;
  /** For each hit, where it begins. */
  start: Int32Array;
  /** For each place of the text, how many hits end there or before. */
  upTo: Int32Array;
  /** For each place the first hit that begins there, and for each hit the next that begins where it does; -1 where there is none. */
  firstFrom: Int32Array;
  nextFrom: Int32Array;
};

export function newStanding(): Standing {
  const [start, upTo, firstFrom, nextFrom] = [0, 0, 0, 0].map(() => new Int32Array(512)) as Four;
  return { hits: newHits(), start, upTo, firstFrom, nextFrom };
}
type Four = [Int32Array, Int32Array, Int32Array, Int32Array];

/** Tells where the hits in a text of `n` units stand, given the records of their literals. */
export function arrange(standing: Standing, records: Int32Array, n: number): void {
  const { hits } = standing;
  if (standing.start.length < hits.n) {
    standing.start = new Int32Array(hits.n * 2);
    standing.nextFrom = new Int32Array(hits.n * 2);
  }
  if (standing.upTo.length <= n) {
    standing.upTo = new Int32Array(n * 2);
    standing.firstFrom = new Int32Array(n * 2);
  }
  const { start, upTo, firstFrom, nextFrom } = standing;
  for (let place = 0, h = 0; place <= n; place++) {
    while (h < hits.n && hits.end[h]! <= place) h++;
    upTo[place] = h;
    firstFrom[place] = -1;
  }
  for (let h = hits.n - 1; h >= 0; h--) {
    const from = hits.end[h]! - (records[hits.phrase[h]!]! & record.lengthOf);
    start[h] = from;
    nextFrom[h] = firstFrom[from]!;
    firstFrom[from] = h;
  }
}
