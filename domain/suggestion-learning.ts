import type { Cue } from "./cue.ts";
import type { TagKey } from "./taxonomy.ts";

/** What people answered to suggestions: of one tag, or of all that one piece of evidence brought up. Older answers count less than one each. */
export type VerdictCount = { confirmed: number; rejected: number };

/** Verdicts so far, counted by tag and by evidence id (`pack/dimension/tag#n`). */
export type Experience = { byTag: ReadonlyMap<TagKey, VerdictCount>; byEvidence: ReadonlyMap<string, VerdictCount> };

/** How many verdicts the packs' own estimate weighs: a phrase is soon known, a tag holds many phrases and moves slowly. */
const EVIDENCE_PRIOR = 6;
const TAG_PRIOR = 60;
/** With each verdict those before it lose this much: a phrase that was right a hundred times and then wrong twenty times in a row is asked less. */
const EVIDENCE_FADES = 0.07;
const TAG_FADES = 0.02;
/** Experience speaks against what it makes wrong more often than right; of what was less sure from the first, against what it makes less sure still. */
const DOUBTED = 0.5;
/** Of suggestions that experience speaks against, this share is still made, so that a mistake of the past can show itself. */
const STILL_ASKED = 0.1;

/**
 * The cue's score moved by experience: a Beta posterior whose prior is the score itself, first by the verdicts on its tag, then by those on its
 * strongest evidence. Without verdicts the score is unchanged; it always lies between 0 and 1.
 */
export function learnedScore(cue: Cue, experience: Experience): number {
  const byTag = posterior(cue.score, experience.byTag.get(cue.tag), TAG_PRIOR);
  const scores = cue.evidence.map((id) => posterior(byTag, experience.byEvidence.get(id), EVIDENCE_PRIOR));
  return scores.length === 0 ? byTag : Math.max(...scores);
}

/**
 * Whether to ask about a cue, given the score from which cues are shown and a number drawn evenly from 0 to 1. What experience speaks against
 * is asked about one time in ten; what it lifted above is asked about although the packs alone would not.
 */
export function isWorthAsking(cue: Cue, experience: Experience, threshold: number, draw: number): boolean {
  const bar = Math.max(threshold, Math.min(cue.score, DOUBTED));
  return learnedScore(cue, experience) >= bar || (cue.score >= threshold && draw < STILL_ASKED);
}

/**
 * The cues with the scores that experience gives them. What it speaks against scores 0, but for the one in ten that is asked about all the same,
 * at the threshold; `draw` gives a number from 0 to 1 for each cue.
 */
export function weighedCues(
  cues: readonly Cue[],
  experience: Experience,
  threshold: number,
  draw: (cue: Cue) => number,
): Cue[] {
  return cues.map((cue) => {
    if (cue.evidence.every((id) => !experience.byEvidence.has(id)) && !experience.byTag.has(cue.tag)) return cue;
    const asks = isWorthAsking(cue, experience, threshold, draw(cue));
    return { ...cue, score: asks ? Math.max(threshold, learnedScore(cue, experience)) : 0 };
  });
}

/** One verdict more. */
export function withVerdict(
  experience: Experience,
  cue: Pick<Cue, "tag" | "evidence">,
  verdict: "confirmed" | "rejected",
): Experience {
  const evidence = new Map(experience.byEvidence);
  for (const id of cue.evidence) evidence.set(id, added(evidence.get(id), verdict, EVIDENCE_FADES));
  const tags = new Map(experience.byTag).set(cue.tag, added(experience.byTag.get(cue.tag), verdict, TAG_FADES));
  return { byTag: tags, byEvidence: evidence };
}

/** No verdicts yet. */
export const NO_EXPERIENCE: Experience = { byTag: new Map(), byEvidence: new Map() };

function posterior(prior: number, seen: VerdictCount | undefined, weight: number): number {
  if (!seen) return prior;
  return (prior * weight + seen.confirmed) / (weight + seen.confirmed + seen.rejected);
}

function added(seen: VerdictCount | undefined, verdict: "confirmed" | "rejected", fades: number): VerdictCount {
  const confirmed = (seen?.confirmed ?? 0) * (1 - fades);
  const rejected = (seen?.rejected ?? 0) * (1 - fades);
  return verdict === "confirmed" ? { confirmed: confirmed + 1, rejected } : { confirmed, rejected: rejected + 1 };
}
