import type { Turn } from "#domain/cue.ts";

/** The turns of a talk, each written as `koe: …`, `c: …` (the subject) or `阿凯: …`. */
export const talk = (...said: string[]): Turn[] =>
  said.map((turn) => {
    const [who = "", text = ""] = turn.split(": ");
    return { who: who === "c" ? "customer" : who, text };
  });
