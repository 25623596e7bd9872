import type { Sentiment } from "./corpus.ts";
import type { Reading } from "./judge.ts";
import type { Heard } from "./opinions.ts";
import type { Term } from "./terms.ts";

export type AspectJudged = { aspect: string; sentiment: Sentiment };

/** An aspect named less than so often as the main one is passed by, not spoken of. */
const passing = 0.5;
/** An aspect is judged where the opinions near its terms come to this, a term. */
const clear = 1;

/**
 * The car aspects a comment speaks of, each with how the clauses around judge it. An aspect is named by a term; a sign names it only in
 * a comment that has no term at all. What no opinion stands near is spoken of without being judged: neutral.
 */
export function aspectsOf(reading: Reading, names: readonly string[], whole: Sentiment): AspectJudged[] {
  const strength = new Float64Array(names.length);
  const tone = new Float64Array(names.length);
  for (const term of reading.terms) {
    const bits = term.entry.aspects;
    for (let k = 0; k < names.length; k++) {
      if (!(bits & (1 << k))) continue;
      strength[k]! += 1;
      tone[k]! += toneNear(reading, term);
    }
  }
  if (!strength.some((s) => s > 0)) addSigns(reading, names, strength, tone);
  const most = Math.max(...strength);
  const tones = tone.map((t, k) => (strength[k]! > 0 ? t / strength[k]! : 0));
  const mixed = Math.max(...tones) >= clear && Math.min(...tones) <= -clear;
  const out: AspectJudged[] = [];
  names.forEach((aspect, k) => {
    if (strength[k]! === 0 || strength[k]! < most * passing) return;
    out.push({ aspect, sentiment: judged(tones[k]!, whole, mixed) });
  });
  return out;
}

/** A comment that weighs good against bad is neutral as a whole, not in its aspects; one that judges nothing judges no aspect. */
function judged(tone: number, whole: Sentiment, mixed: boolean): Sentiment {
  if (whole === "neutral" && !mixed) return "neutral";
  if (tone >= clear) return "positive";
  return tone <= -clear ? "negative" : "neutral";
}

function addSigns(reading: Reading, names: readonly string[], strength: Float64Array, tone: Float64Array): void {
  for (const term of reading.terms) {
    for (let k = 0; k < names.length; k++) {
      if (!(term.entry.signs & (1 << k))) continue;
      strength[k]! += 0.5;
      tone[k]! += toneNear(reading, term);
    }
  }
}

/** The sum of the opinions near a term, less where far, less where asked; an opinion that stands nearer another aspect's term is that one's. */
function toneNear(reading: Reading, term: Term): number {
  let sum = 0;
  const { heard, asks } = reading.hearing;
  for (const o of heard) {
    const distance = gap(term, o);
    if (distance > 8 || claimedByAnother(reading, term, o, distance)) continue;
    sum += o.value * (asks[o.clause] ? 0.3 : 1) * (distance > 4 ? 0.5 : 1);
  }
  return sum;
}

/** Characters between; an opinion before its thing counts as two further away. */
function gap(term: Term, o: Heard): number {
  if (o.start >= term.end) return o.start - term.end;
  return o.end <= term.start ? term.start - o.end + 2 : 0;
}

function claimedByAnother(reading: Reading, term: Term, o: Heard, distance: number): boolean {
  for (const other of reading.terms) {
    if (other.entry.aspects !== 0 && (other.entry.aspects & term.entry.aspects) === 0 && gap(other, o) < distance)
      return true;
  }
  return false;
}
