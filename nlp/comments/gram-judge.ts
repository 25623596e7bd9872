import type { Row, Sentiment } from "./corpus.ts";
import { fold, longestRead } from "./fold.ts";
import { createGrams } from "./grams.ts";
import { type Head, logit } from "./judge.ts";
import { learn } from "./linear.ts";

const nothing = new Float64Array(0);

/**
 * A plain n-gram linear model taught on the rows of one set, the peer that issue 3 names: for each sentiment that occurs, grams against
 * the rest; the likeliest wins.
 */
export function gramJudge(rows: readonly Row[]): (text: string) => Sentiment {
  const codes = new Uint16Array(longestRead);
  const grams = createGrams();
  const see = (text: string) => {
    grams.read(codes, fold(text, codes));
    return grams.hashes.slice(0, grams.count);
  };
  const labelled = rows
    .filter((r) => r.sentiment !== null)
    .map((r) => ({ sentiment: r.sentiment!, hashes: see(r.text) }));
  const present = [...new Set(labelled.map((r) => r.sentiment))].sort();
  const heads: [Sentiment, Head][] = present.map((sentiment) => {
    const examples = labelled.map(({ hashes, sentiment: s }) => ({
      hashes,
      dense: nothing,
      is: s === sentiment ? (1 as const) : (0 as const),
      weight: 1,
    }));
    return [sentiment, learn(examples, 0, { epochs: 6, rate: 0.3, gramless: 0, seeds: [5, 6, 7] })];
  });
  return (text) => {
    const hashes = see(text);
    const odds = heads.map(([, head]) => logit(head, hashes, hashes.length, nothing));
    return heads[odds.indexOf(Math.max(...odds))]![0];
  };
}
