import { type AspectJudged, aspectsOf } from "./comments/aspects.ts";
import type { Sentiment } from "./comments/corpus.ts";
import { folded } from "./comments/fold.ts";
import { addCertainty, createReading, logit, probability } from "./comments/judge.ts";
import { keywordsOf, type Leads } from "./comments/keywords.ts";
import { compileLexicon, type Lexicon } from "./comments/opinions.ts";
import { type CommentPacks, readCommentPacks } from "./comments/packs.ts";
import { createTagger, spansOf } from "./comments/spans.ts";
import { compileTerms, type TermIndex } from "./comments/terms.ts";
import { type CommentWeights, loadWeights } from "./comments/weights.ts";
import { nlpFile } from "./files.ts";

export type { AspectJudged, Sentiment };

/** What a comment says. `score` is the probability, 0 to 1, of the named sentiment; `keywords` are exact stretches of the text. */
export type CommentRead = { sentiment: Sentiment; score: number; keywords: string[]; aspects: AspectJudged[] };

export type CommentReader = (text: string) => CommentRead;

/** The packs compiled and the trained weights: all that a reader needs. */
export type CommentModel = { lexicon: Lexicon; terms: TermIndex; leads: Leads; weights: CommentWeights };

/** Compiles the comment packs and loads the committed weights. Throws with file and line where a pack is broken. */
export function loadCommentModel(): CommentModel {
  return commentModel(readCommentPacks(nlpFile("packs/comments")), loadWeights());
}

export function commentModel(packs: CommentPacks, weights: CommentWeights): CommentModel {
  const { stronger, weaker, negators } = packs.scope;
  const words = new Set(
    [...stronger, ...weaker, ...negators, "也", "都", "还", "就"].map(folded).filter((w) => w.length <= 4),
  );
  return { lexicon: compileLexicon(packs), terms: compileTerms(packs), leads: { words, longest: 4 }, weights };
}

/** A reader of comments. It answers any text, however long or broken, the same way each time; it is not for use from two threads. */
export function createCommentReader(model: CommentModel): CommentReader {
  const reading = createReading(model.lexicon, model.terms);
  const tagger = createTagger();
  const { polarity, neutral, spans } = model.weights;
  return (text) => {
    reading.read(text);
    const { grams, dense } = reading;
    const good = logit(polarity, grams.hashes, grams.count, dense);
    addCertainty(dense, good);
    const undecided = logit(neutral, grams.hashes, grams.count, dense);
    const { sentiment, score } = verdict(good, undecided - model.weights.neutralAbove);
    tagger.prepare(reading);
    const marked = spansOf(tagger.tag(spans, reading.length), reading.length);
    return {
      sentiment,
      score,
      keywords: keywordsOf(text, reading, marked, model.leads),
      aspects: aspectsOf(reading, model.terms.aspects, sentiment),
    };
  };
}

function verdict(good: number, undecided: number): { sentiment: Sentiment; score: number } {
  const neutral = probability(undecided);
  const positive = probability(good);
  if (undecided > 0) return { sentiment: "neutral", score: rounded(neutral) };
  const sentiment = good > 0 ? "positive" : "negative";
  return { sentiment, score: rounded((1 - neutral) * Math.max(positive, 1 - positive)) };
}

const rounded = (n: number): number => Math.round(n * 1000) / 1000;
