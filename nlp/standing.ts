import { type Hits, newHits } from "./automaton.ts";
import { output } from "./layout.ts";
import { hashOf } from "./pieces.ts";

/** Where the literals that were found in a text stand. Filled anew for each text. */
export type Standing = {
  /** Literals and where they end, in order of the ends. The automaton fills in its outputs, of which the literals are kept. */
  hits: Hits;
  /** For each hit, where it begins, and the hash of its literal. */
  start: Int32Array;
  hash: Int32Array;
  /** For each place of the text, how many hits end there or before. */
  upTo: Int32Array;
  /** For each place the longest hit that begins there, and for each hit the next shorter one that begins where it does; -1 where there is none. */
  firstFrom: Int32Array;
  nextFrom: Int32Array;
  /** The hits that lead to gates, so many of them; and those that lead to false friends. */
  shows: Int32Array;
  showing: number;
  bars: Int32Array;
  barring: number;
};

export function newStanding(): Standing {
  return {
    hits: newHits(),
    ...forHits(512),
    ...forPlaces(512),
    showing: 0,
    barring: 0,
  };
}

const forHits = (n: number) => ({
  start: new Int32Array(n),
  hash: new Int32Array(n),
  nextFrom: new Int32Array(n),
  shows: new Int32Array(n),
  bars: new Int32Array(n),
});
const forPlaces = (n: number) => ({ upTo: new Int32Array(n), firstFrom: new Int32Array(n) });

/** Tells where the hits in a text of `n` units stand and what they lead to. */
export function arrange(standing: Standing, n: number): void {
  const { hits } = standing;
  if (standing.start.length < hits.n) Object.assign(standing, forHits(hits.n * 2));
  if (standing.upTo.length <= n) Object.assign(standing, forPlaces(n * 2));
  const { start, hash, upTo, firstFrom, nextFrom, shows, bars } = standing;
  for (let place = 0, h = 0; place <= n; place++) {
    while (h < hits.n && hits.end[h]! <= place) h++;
    upTo[place] = h;
    firstFrom[place] = -1;
  }
  for (let h = 0; h < hits.n; h++) {
    const from = hits.end[h]! - ((hits.phrase[h]! >> output.lengthAt) & output.mostUnits);
    start[h] = from;
    nextFrom[h] = firstFrom[from]!;
    firstFrom[from] = h;
  }
  standing.showing = 0;
  standing.barring = 0;
  for (let h = 0; h < hits.n; h++) {
    const found = hits.phrase[h]!;
    if ((found & output.shows) !== 0) shows[standing.showing++] = h;
    if ((found & output.bars) !== 0) bars[standing.barring++] = h;
    hits.phrase[h] = found & output.literal;
    hash[h] = hashOf(found & output.literal);
  }
}
