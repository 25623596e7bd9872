import type { Cue, Heard, Turn } from "#domain/cue.ts";
import { closeImplied, definitionOf, type TagKey } from "#domain/taxonomy.ts";
import { type Folded, foldInto, newFolded } from "./fold.ts";
import type { Knowledge } from "./knowledge.ts";
import { createMatcher, type Match } from "./match.ts";
import type { Manner } from "./pack.ts";
import { type Clauses, cutClauses, type Scope, scopeOf } from "./scope.ts";

/** Hears what a conversation says about its subject. Deterministic; keeps buffers of its own, so one extractor serves one thread. */
export type Extractor = (turns: readonly Turn[]) => Heard;

const SUBJECT = "customer";
const BASE_SCORE: Record<Manner, number> = { says: 0.9, asks: 0.85, asked: 0.85, hints: 0.45, retracts: 0.85, not: 0 };
const SHOWN = 0.5;
/** Tags of these dimensions are the household's; all others are the subject's own. */
const HOUSEHOLD = new Set(["family", "need", "motive", "stage"]);

type Found = Cue & { manner: Manner; ended: boolean };
type Reading = { turn: Turn; at: number; folded: Folded; clauses: Clauses; matches: Match[] };

/** Builds an extractor over compiled knowledge. */
export function createExtractor(knowledge: Knowledge): Extractor {
  const match = createMatcher(knowledge.lexicon);
  return (turns) => {
    const names = [...new Set(turns.map((t) => t.who))].filter((who) => who !== SUBJECT && who !== "koe" && who.length > 1).map((w) => w.toLowerCase());
    const found: Found[] = [];
    let pending: { tag: TagKey; evidence: string }[] = [];
    turns.forEach((turn, at) => {
      const folded = foldInto(turn.text, newFolded(turn.text.length + 1));
      const matches = match(folded);
      const reading = { turn, at, folded, clauses: cutClauses(folded), matches };
      if (turn.who === SUBJECT) {
        found.push(...answersOf(knowledge, reading, pending), ...heardIn(knowledge, reading, names));
        pending = [];
      } else if (matches.length > 0) pending = askedIn(knowledge, reading);
      else pending = [];
    });
    return settle(knowledge, found);
  };
}

function langOf(reading: Reading): "zh" | "en" {
  return /[\u3400-\u9fff]/.test(reading.turn.text) ? "zh" : "en";
}

function heardIn(knowledge: Knowledge, reading: Reading, names: readonly string[]): Found[] {
  const { phrases } = knowledge.lexicon;
  const words = knowledge.scope[langOf(reading)];
  const barred = reading.matches.filter((m) => phrases[m.phrase]!.manner === "not");
  const found: Found[] = [];
  for (const m of reading.matches) {
    const phrase = phrases[m.phrase]!;
    if (phrase.manner === "not" || phrase.manner === "asked") continue;
    if (barred.some((b) => phrases[b.phrase]!.tag === phrase.tag && b.start < m.end && m.start < b.end)) continue;
    const scope = scopeOf(reading.clauses, m.start, m.end, words, names);
    const dimension = definitionOf(knowledge.taxonomy, phrase.tag)!.dimension;
    const verdict = judge(scope, phrase.manner, dimension);
    if (verdict === "silent") continue;
    found.push(foundAt(reading, m.start, m.end, phrase.tag, phrase.evidence, phrase.manner, verdict === "ended"));
  }
  return found;
}

/** Whether the scope leaves the words standing, cancels them, or says that the state ended. */
function judge(scope: Scope, manner: Manner, dimension: string): "holds" | "ended" | "silent" {
  const own = !HOUSEHOLD.has(dimension);
  const need = dimension === "need";
  if (scope.whose === "others" && !(need && scope.asked)) return "silent";
  if (own && (scope.whose === "partner" || scope.whose === "child" || scope.whose === "elder")) return "silent";
  if (scope.whose === "addressee" && !need && dimension !== "emotion" && dimension !== "stage") return "silent";
  if (manner === "retracts") return scope.hypothetical || scope.asked ? "silent" : "ended";
  if (need) return scope.indifferent ? "silent" : "holds";
  if (scope.hypothetical && dimension !== "stage" && dimension !== "motive") return "silent";
  if (scope.ended) return "ended";
  if (scope.negated) return "silent";
  if (scope.past && dimension !== "stage") return "silent";
  if (scope.asked && manner !== "asks" && dimension !== "motive" && scope.whose !== "self") return "silent";
  if (scope.quoted) return "silent";
  return "holds";
}

function askedIn(knowledge: Knowledge, reading: Reading): { tag: TagKey; evidence: string }[] {
  const { phrases } = knowledge.lexicon;
  return reading.matches
    .filter((m) => phrases[m.phrase]!.manner === "asked" || phrases[m.phrase]!.manner === "says")
    .map((m) => ({ tag: phrases[m.phrase]!.tag, evidence: phrases[m.phrase]!.evidence }));
}

function answersOf(knowledge: Knowledge, reading: Reading, pending: { tag: TagKey; evidence: string }[]): Found[] {
  if (pending.length === 0) return [];
  const words = knowledge.scope[langOf(reading)];
  const { text, clauseAt } = reading.clauses;
  if (words.deny.test(text) || !words.affirm.test(text)) return [];
  const end = clauseAt[1] ?? text.length;
  return pending.map(({ tag, evidence }) => foundAt(reading, 0, end, tag, evidence, "asked", false));
}

function foundAt(reading: Reading, start: number, end: number, tag: TagKey, evidence: string, manner: Manner, ended: boolean): Found {
  const { folded, turn, at } = reading;
  const last = folded.at[end - 1]!;
  const quote = turn.text.slice(folded.at[start]!, last + 1);
  return { tag, quote, turn: at, score: BASE_SCORE[manner], evidence: [evidence], manner, ended };
}

/** One cue a tag, one tag a group, what ended apart from what holds. */
function settle(knowledge: Knowledge, found: readonly Found[]): Heard {
  const holds = merge(found.filter((f) => !f.ended));
  const ended = merge(found.filter((f) => f.ended));
  const retractions = ended.filter((r) => !holds.some((h) => h.tag === r.tag && h.turn > r.turn));
  const gone = new Set(retractions.map((r) => r.tag));
  const cues = holds.filter((h) => h.score >= SHOWN && !closeImplied(knowledge.taxonomy, h.tag).some((tag) => gone.has(tag)));
  return { cues: oneOfGroup(knowledge, cues), retractions };
}

function merge(found: readonly Found[]): Cue[] {
  const best = new Map<TagKey, Cue>();
  for (const { manner: _manner, ended: _ended, ...cue } of found) {
    const known = best.get(cue.tag);
    if (!known) best.set(cue.tag, cue);
    else {
      const better = cue.score > known.score ? cue : known;
      const score = Math.min(0.99, 1 - (1 - known.score) * (known.evidence.some((e) => cue.evidence.includes(e)) ? 1 : 1 - cue.score * 0.5));
      best.set(cue.tag, { ...better, score: Math.max(better.score, score), evidence: [...new Set([...known.evidence, ...cue.evidence])] });
    }
  }
  return [...best.values()];
}

function oneOfGroup(knowledge: Knowledge, cues: readonly Cue[]): Cue[] {
  const groupOf = (tag: TagKey) => definitionOf(knowledge.taxonomy, tag)?.group;
  return cues.filter((cue) => {
    const group = groupOf(cue.tag);
    if (!group) return true;
    const rivals = cues.filter((c) => groupOf(c.tag) === group);
    const best = rivals.reduce((a, b) => (b.score > a.score || (b.score === a.score && b.turn > a.turn) ? b : a));
    return best.tag === cue.tag;
  });
}
