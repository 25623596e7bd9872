/** What is kept for a while only. Days after which it goes. */
export type Kept =
  | "messages"
  | "quotes"
  | "outbox"
  | "seen-events"
  | "dead-events"
  | "dialogues"
  | "web-posts"
  | "backup-keys";

/**
 * Words go first: what was said is needed for a talk's context, the tag that came of it stands by itself. What is delivered is kept as long
 * as somebody may ask why they got it; the marks against doubles longer than any vendor delivers again. Tags and figures fade or are
 * counted, and go when their person does.
 */
export const keptDays: Record<Kept, number> = {
  messages: 90,
  quotes: 365,
  outbox: 90,
  "seen-events": 30,
  "dead-events": 90,
  dialogues: 30,
  "web-posts": 90,
  // A backup from before somebody was forgotten can be read for so long after it.
  "backup-keys": 30,
};

const dayMs = 86_400_000;

/** What was kept before this time goes. Epoch milliseconds. */
export const endsBefore = (kept: Kept, now: number): number => now - keptDays[kept] * dayMs;
