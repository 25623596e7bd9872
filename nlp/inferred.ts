import { definitionOf } from "#domain/taxonomy.ts";
import { type Clauses, contextOf } from "./clauses.ts";
import { befriended, friendsIn } from "./false-friends.ts";
import { insideOf, isAshore } from "./heard.ts";
import { heldIn } from "./held-words.ts";
import { judge } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import { mindsNot } from "./minding.ts";
import type { Witness } from "./odds.ts";
import type { Found, Reading } from "./reading.ts";
import { scopeOf } from "./scope.ts";
import type { Whose } from "./whose.ts";
import { WHOLE } from "./witness.ts";

/** Below these odds the model's word alone proposes nothing (docs/data.md). */
const SPEAKS = 0;
/** Fewer units than this are an answer, which its question explains, or nothing. */
const LEAST = { zh: 8, en: 20 };

/** What others do shows these roles, which this model never sees. */
const OF_THE_GROUP = new Set(["helpful_answerer", "opinion_leader", "organizer", "potential_koc"]);

/** The words that speak for a tag are looked into as a phrase is. What is wrong with a thing is often said by a `not` (`塞不下`): it denies no need. */
const LIKE_A_PHRASE = { manner: "says", negates: false } as const;
const LIKE_A_COMPLAINT = { manner: "says", negates: true } as const;

/**
 * What the model takes a turn to show that no phrase was found for: the words that speak most for it stand for a phrase, and the words around them are
 * judged as they are around one. Of moods it proposes none: they take any words, and in talk about nothing it was wrong too often (docs/data.md).
 */
export function inferredIn(
  knowledge: Knowledge,
  witness: Witness,
  reading: Reading,
  names: readonly string[],
  topic: Whose,
  found: readonly Found[],
): Found[] {
  const { folded, said, at, clauses } = reading;
  if (folded.n > WHOLE || folded.n < LEAST[reading.lang]) return [];
  said.odds ??= witness.hear(folded, 0, folded.n);
  const odds = said.odds;
  return odds.above(SPEAKS).flatMap((tag): Found[] => {
    const definition = definitionOf(knowledge.taxonomy, tag);
    if (!definition || definition.retired || definition.dimension === "emotion" || OF_THE_GROUP.has(tag)) return [];
    if (found.some((f) => f.tag === tag && f.turn === at && f.way !== "hints")) return [];
    const words = heldIn(knowledge.scope[reading.lang], clauses.text);
    if (isAshore(words, clauses.text, tag)) return [];
    const { start, end } = inOneClause(clauses, witness.wordsFor(folded, 0, folded.n, tag));
    if (befriended(knowledge, friendsIn(knowledge, reading), tag, { start, end })) return [];
    const { dimension } = definition;
    const like = dimension === "need" ? LIKE_A_COMPLAINT : LIKE_A_PHRASE;
    const inside = insideOf(words, clauses.text.slice(start, end), like, dimension);
    // Who does not mind a thing says so right before it, which may speak for the need as well (`不看重油耗`).
    const last = lastWordAt(clauses.text, start, end);
    const indifferent = dimension === "need" && mindsNot(contextOf(clauses, last, end), words);
    const scope = scopeOf(clauses, start, end, words, names, topic, { ...inside, indifferent });
    if (judge(scope, "says", dimension, tag) !== "holds") return [];
    const place = { reading, start, end };
    return [
      { tag, place, turn: at, way: "infers", evidence: `core/model/${tag}#odds`, ended: false, odds: odds.of(tag) },
    ];
  });
}

/** The part of a span that lies in one clause, the longest. */
function inOneClause({ clauseOf, clauseAt }: Clauses, span: { start: number; end: number }): typeof span {
  let longest = { start: span.start, end: span.start };
  for (let clause = clauseOf[span.start]!; clause <= clauseOf[Math.max(span.start, span.end - 1)]!; clause++) {
    const start = Math.max(span.start, clauseAt[clause]!);
    const end = Math.min(span.end, clauseAt[clause + 1]!);
    if (end - start > longest.end - longest.start) longest = { start, end };
  }
  return longest;
}

/** Where the last word of a span begins: so many Chinese characters, or what stands behind the last space. */
const lastWordAt = (text: string, start: number, end: number): number =>
  Math.max(start, /[a-z0-9]/.test(text[end - 1] ?? "") ? text.lastIndexOf(" ", end - 1) + 1 : end - LAST_WORD);
const LAST_WORD = 2;
