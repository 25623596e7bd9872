import type { Cue } from "./cue.ts";
import type { TagKey } from "./taxonomy.ts";

/** What people answered to suggestions: of one tag, or of all that one piece of evidence brought up. */
export type VerdictCount = { confirmed: number; rejected: number };

/** Verdicts so far, counted by tag and by evidence id (`pack/dimension/tag#n`). */
export type Experience = { byTag: ReadonlyMap<TagKey, VerdictCount>; byEvidence: ReadonlyMap<string, VerdictCount> };

/** How many verdicts the packs' own estimate weighs: a phrase is soon known, a tag holds many phrases and moves slowly. */
const EVIDENCE_PRIOR = 6;
const TAG_PRIOR = 30;
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
 * Whether to ask about a cue, given the score from which cues are shown and a number drawn evenly from 0 to 1. What experience pushed below the
 * threshold is asked about one time in ten.
 */
export function isWorthAsking(cue: Cue, experience: Experience, threshold: number, draw: number): boolean {
  if (cue.score < threshold) return false;
  return learnedScore(cue, experience) >= threshold || draw < STILL_ASKED;
}

/** One verdict more. */
export function withVerdict(experience: Experience, cue: Cue, verdict: "confirmed" | "rejected"): Experience {
  const evidence = new Map(experience.byEvidence);
  for (const id of cue.evidence) evidence.set(id, added(evidence.get(id), verdict));
  const tags = new Map(experience.byTag).set(cue.tag, added(experience.byTag.get(cue.tag), verdict));
  return { byTag: tags, byEvidence: evidence };
}

/** No verdicts yet. */
export const NO_EXPERIENCE: Experience = { byTag: new Map(), byEvidence: new Map() };

function posterior(prior: number, seen: VerdictCount | undefined, weight: number): number {
  if (!seen) return prior;
  return (prior * weight + seen.confirmed) / (weight + seen.confirmed + seen.rejected);
}

function added(seen: VerdictCount | undefined, verdict: "confirmed" | "rejected"): VerdictCount {
  const { confirmed, rejected } = seen ?? { confirmed: 0, rejected: 0 };
  return verdict === "confirmed" ? { confirmed: confirmed + 1, rejected } : { confirmed, rejected: rejected + 1 };
}
