import type { Sentiment } from "./corpus.ts";
import type { Reading } from "./judge.ts";

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
      tone[k]! += toneNear(reading, term.start, term.end);
    }
  }
  if (!strength.some((s) => s > 0)) addSigns(reading, names, strength, tone);
  const most = Math.max(...strength);
  const out: AspectJudged[] = [];
  names.forEach((aspect, k) => {
    if (strength[k]! === 0 || strength[k]! < most * passing) return;
    const t = tone[k]! / strength[k]!;
    const local: Sentiment = t > clear ? "positive" : t < -clear ? "negative" : "neutral";
    out.push({ aspect, sentiment: whole === "neutral" ? "neutral" : local });
  });
  return out;
}

function addSigns(reading: Reading, names: readonly string[], strength: Float64Array, tone: Float64Array): void {
  for (const term of reading.terms) {
    for (let k = 0; k < names.length; k++) {
      if (!(term.entry.signs & (1 << k))) continue;
      strength[k]! += 0.5;
      tone[k]! += toneNear(reading, term.start, term.end);
    }
  }
}

/** The sum of the opinions in the clause of a term, or right after it. */
function toneNear(reading: Reading, start: number, end: number): number {
  let sum = 0;
  const { heard, asks } = reading.hearing;
  for (const o of heard) {
    const distance = o.start >= end ? o.start - end : o.end <= start ? start - o.end + 2 : 0;
    if (distance > 12) continue;
    sum += o.value * (asks[o.clause] ? 0.3 : 1) * (distance > 7 ? 0.5 : 1);
  }
  return sum;
}
