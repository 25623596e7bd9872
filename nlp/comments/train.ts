import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { nlpFile } from "../files.ts";
import { permitted, type Row, readRows, readTurns, sharedData } from "./corpus.ts";
import { addCertainty, createReading, denseCount, type Head, logit, neutralDenseCount, type Reading } from "./judge.ts";
import { type Example, learn } from "./linear.ts";
import { compileLexicon } from "./opinions.ts";
import { ownText } from "./own-text.ts";
import { type CommentPacks, readCommentPacks } from "./packs.ts";
import { teachSpans } from "./span-training.ts";
import { compileTerms } from "./terms.ts";
import { asBytes, type CommentWeights, saveWeights } from "./weights.ts";

/** All that a model is taught with. `talk` and `posts` have no labels: what the lexicon hears nothing in counts, lightly, as neutral. */
export type Lessons = { rows: Row[]; talk: string[]; posts: string[]; packs: CommentPacks };

type Seen = { hashes: Uint32Array; dense: Float64Array; opinions: number };

/** Teaches the two heads; the same lessons give the same weights. */
export function teach({ rows, talk, posts, packs }: Lessons): CommentWeights {
  const reading = createReading(compileLexicon(packs), compileTerms(packs));
  const own = ownText(packs.talk, 40, 7);
  const labelled = [...rows.filter((r) => r.sentiment !== null), ...own].map((r, i) => ({
    ...see(reading, r.text),
    sentiment: r.sentiment,
    own: i >= rows.filter((row) => row.sentiment !== null).length,
  }));
  const polarity = learn(
    labelled
      .filter((r) => r.sentiment !== "neutral")
      .map((r) => example(r, r.sentiment === "positive", r.own ? 0.3 : 1, denseCount)),
    denseCount,
    { epochs: 8, rate: 0.25, gramless: 0.2, seeds: [1, 2, 3] },
  );
  const shipped = asBytes(polarity).head;
  const examples: Example[] = labelled.map((r) => {
    certain(r, shipped);
    const neutral = r.sentiment === "neutral";
    return example(r, neutral, r.own ? 1 : neutral ? 5 : 1, neutralDenseCount);
  });
  for (const text of [...talk, ...posts]) {
    const seen = see(reading, text);
    const odds = certain(seen, shipped);
    if (seen.opinions === 0) examples.push(example(seen, true, 0.3, neutralDenseCount));
    else if (Math.abs(seen.dense[2]!) > 0.6 && Math.abs(odds) > 1.5)
      examples.push(example(seen, false, 0.3, neutralDenseCount));
  }
  return {
    polarity,
    neutral: learn(examples, neutralDenseCount, { epochs: 5, rate: 0.2, gramless: 0.4, seeds: [4, 5, 6] }),
    neutralAbove: 1.25,
    spans: teachSpans(
      rows.filter((r) => r.aspects?.some((a) => a.opinion)),
      reading,
    ),
  };
}

function see(reading: Reading, text: string): Seen {
  reading.read(text);
  return {
    hashes: reading.grams.hashes.slice(0, reading.grams.count),
    dense: reading.dense.slice(),
    opinions: reading.hearing.heard.length,
  };
}

function certain(seen: Seen, polarity: Head): number {
  const odds = logit(polarity, seen.hashes, seen.hashes.length, seen.dense);
  addCertainty(seen.dense, odds);
  return odds;
}

function example(seen: Seen, is: boolean, weight: number, size: number): Example {
  return { hashes: seen.hashes, dense: seen.dense.subarray(0, size), is: is ? 1 : 0, weight };
}

/** Reads the permitted sets of a folder; `keep` says which rows may be learnt from. */
export function readLessons(folder: string, keep: (row: Row) => boolean = () => true): Lessons {
  return {
    rows: permitted.reviews.flatMap((set) => readRows(set, folder).filter(keep)),
    talk: permitted.talk.flatMap((set) => readTurns(set, folder).filter((text, i) => text.length > 5 && i % 4 === 0)),
    posts: permitted.posts.flatMap((set) => readRows(set, folder).map((r) => r.text)),
    packs: readCommentPacks(nlpFile("packs/comments")),
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const begun = performance.now();
  saveWeights(teach(readLessons(sharedData())));
  writeSync(2, `nlp/model/comments.bin written in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
}
