import { definitionOf } from "#domain/taxonomy.ts";
import { isAshore } from "./heard.ts";
import { heldIn } from "./held-words.ts";
import { judge } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Witness } from "./odds.ts";
import type { Found, Reading } from "./reading.ts";
import { scopeOf } from "./scope.ts";
import type { Whose } from "./whose.ts";
import { WHOLE } from "./witness.ts";

/** Below these odds the model's word alone proposes nothing (docs/data.md). */
const SPEAKS = 0;
/** Fewer units than this are an answer, which its question explains, or nothing. */
const LEAST = { zh: 8, en: 20 };

/** What others do shows these roles, which the model never sees. */
const OF_THE_GROUP = new Set(["helpful_answerer", "opinion_leader", "organizer", "potential_koc"]);

const NOTHING_AROUND = { negated: false, others: false, supposed: false, past: false };

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
    const { start, end } = witness.wordsFor(folded, 0, folded.n, tag);
    const scope = scopeOf(clauses, start, end, words, names, topic, NOTHING_AROUND);
    if (judge(scope, "says", definition.dimension, tag) !== "holds") return [];
    const place = { reading, start, end };
    return [
      { tag, place, turn: at, way: "infers", evidence: `core/model/${tag}#odds`, ended: false, odds: odds.of(tag) },
    ];
  });
}
