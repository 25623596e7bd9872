import type { TagKey } from "./taxonomy.ts";

/** One thing said. `who` is `customer` for the subject, `koe` for the employee, any other name for another member of a group. */
export type Turn = { who: string; text: string };

/** Something heard about the subject: a tag, the exact words that show it, and how surely. */
export type Cue = {
  tag: TagKey;
  /** An exact substring of `turns[turn].text`. */
  quote: string;
  turn: number;
  /** A probability, 0 to 1: of the cues scored 0.8, eight in ten are right. */
  score: number;
  /** What in the packs heard it, as `pack/dimension/tag#n`; verdicts are counted by it. */
  evidence: string[];
};

/** All that a conversation says about its subject: what holds, and what holds no longer. */
export type Heard = { cues: Cue[]; retractions: Cue[] };
