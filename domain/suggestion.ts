import type { Cue } from "./cue.ts";
import { ok, type Result, refuse } from "./result.ts";
import { closeImplied, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** A question to a KOE about one tag of one customer, with the words that raised it. */
export type Suggestion = {
  id: string;
  /** One card holds the questions about one customer, four at most. */
  cardId: string;
  personId: string;
  tag: TagKey;
  /** Whether the words say that it holds, or that it holds no longer; or whether it still does, since it was last heard long ago. */
  kind: "hold" | "retract" | "keep";
  quote: string;
  messageId: string | null;
  conversationId: string | null;
  askedOf: string;
  score: number;
  evidence: string[];
  status: "open" | "confirmed" | "rejected" | "expired" | "withdrawn";
  createdAt: number;
  expiresAt: number;
  answeredAt: number | null;
  answeredBy: string | null;
};

export const suggestionsPerCard = 4;
/** A question that nobody answered for two weeks is no longer asked: the talk it stands on has gone cold. */
export const suggestionLifeMs = 14 * 86_400_000;
/** Below this no KOE is troubled with a cue: hearing gives none out, and what experience pushed below is asked about now and then. */
export const worthAsking = 0.36;
/** A tag that was refused is not suggested again for the same person for this long, however often it is heard. */
const refusedForMs = 30 * 86_400_000;

/** What is already known of the person, as far as asking is concerned. */
export type AskedBefore = {
  heldTags: ReadonlySet<TagKey>;
  openSuggestions: readonly Pick<Suggestion, "tag" | "kind">[];
  refusals: readonly { tag: TagKey; answeredAt: number }[];
};

export type Question = { cue: Cue; kind: Suggestion["kind"] };

/**
 * Which of the cues heard deserve a question: surely enough, not known or asked already, not refused lately. A tag that another
 * question implies is left out, since confirming that one holds this one too.
 */
export function worthOf(
  heard: { cues: readonly Cue[]; retractions: readonly Cue[] },
  before: AskedBefore,
  taxonomy: Taxonomy,
  now: number,
): Question[] {
  const isOpen = (tag: TagKey, kind: Suggestion["kind"]) =>
    before.openSuggestions.some((s) => s.tag === tag && s.kind === kind);
  const refused = (tag: TagKey) => before.refusals.some((r) => r.tag === tag && now - r.answeredAt < refusedForMs);
  const holds = heard.cues
    .filter(
      (cue) =>
        cue.score >= worthAsking && !before.heldTags.has(cue.tag) && !isOpen(cue.tag, "hold") && !refused(cue.tag),
    )
    .map((cue): Question => ({ cue, kind: "hold" }));
  const ends = heard.retractions
    .filter((cue) => cue.score >= worthAsking && before.heldTags.has(cue.tag) && !isOpen(cue.tag, "retract"))
    .map((cue): Question => ({ cue, kind: "retract" }));
  const implied = new Set(holds.flatMap(({ cue }) => closeImplied(taxonomy, cue.tag).slice(1)));
  return [...holds.filter(({ cue }) => !implied.has(cue.tag)), ...ends].sort((a, b) => b.cue.score - a.cue.score);
}

/** Fewer characters say too little to whoever must answer. */
const quoteAtLeast = 4;

/** The words that raised a question; where they are very few, with what was said around them. */
export function quoteFrom(text: string, words: string): string {
  const at = text.indexOf(words);
  if (at < 0 || [...words].length >= quoteAtLeast) return words;
  const before = [...text.slice(0, at)];
  const after = [...text.slice(at + words.length)];
  const missing = quoteAtLeast - [...words].length;
  const following = after.slice(0, missing).join("");
  const leading = before.slice(Math.max(0, before.length - Math.max(0, missing - after.length))).join("");
  return `${leading}${words}${following}`;
}

export type Verdict = "confirmed" | "rejected";
export type AnswerRefusal = "not-asked" | "already-answered" | "expired" | "withdrawn";

/** Settles an open suggestion. The first answer stands: a later tap, even by the same person, is refused. */
export function answerSuggestion(
  suggestion: Suggestion,
  tap: { by: string; verdict: Verdict },
  now: number,
): Result<Suggestion, AnswerRefusal> {
  if (tap.by !== suggestion.askedOf) return refuse("not-asked");
  if (suggestion.status === "withdrawn") return refuse("withdrawn");
  if (suggestion.status === "expired" || (suggestion.status === "open" && now >= suggestion.expiresAt))
    return refuse("expired");
  if (suggestion.status !== "open") return refuse("already-answered");
  return ok({ ...suggestion, status: tap.verdict, answeredBy: tap.by, answeredAt: now });
}
