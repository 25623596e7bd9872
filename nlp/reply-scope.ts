import { definitionOf, type TagKey } from "#domain/taxonomy.ts";
import type { Verdict } from "./judge.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Reading } from "./reading.ts";
import { scopeOf } from "./scope.ts";
import { kindOf, peopleIn } from "./scope-words.ts";

/** What one is, has and does; needs, purchases and moods are answered in so few words that nothing stands around them. */
const STATES = new Set(["identity", "family", "interest", "life_event", "place", "community"]);
/** Household members may have these instead of the subject. */
const OF_THE_HOUSEHOLD = new Set(["family", "life_event", "place"]);

/** Taken back in the next words: `爱钓鱼 不过早就不钓了`. */
const TAKEN_BACK =
  /^[^。!?]{0,8}(?:早就?|已经|现在|都|后来|如今)(?:不|没)[^,。!?]{1,4}了|^,? ?(?:but )?(?:not any ?more|gave (?:it|that) up|no longer)/;

/**
 * Whether the words by which a reply shows a tag say it of the subject now: `以前老钓鱼`, `要是有空就去露营` and `我室友爱打游戏` answer the question, and show
 * nothing. A plain yes or no (no words) holds.
 */
export function verdictOn({ taxonomy, scope }: Knowledge, reading: Reading, tag: TagKey, words: string): Verdict {
  const dimension = definitionOf(taxonomy, tag)?.dimension ?? "";
  const at = words === "" || !STATES.has(dimension) ? -1 : reading.clauses.text.indexOf(words);
  if (at < 0) return "holds";
  const around = scopeOf(reading.clauses, at, at + words.length, scope[reading.lang], NOBODY);
  if (around.whose === "others" || (isKin(around.whose) && !OF_THE_HOUSEHOLD.has(dimension))) return "silent";
  if (around.whose === "addressee" && !OF_THE_HOUSEHOLD.has(dimension)) return "silent";
  if (around.hypothetical || around.imagined) return "silent";
  if (around.over || TAKEN_BACK.test(reading.clauses.text.slice(at + words.length))) return "ended";
  return around.past ? "silent" : "holds";
}

/**
 * Whether a reply that goes along with a question (`平时钓鱼吧`) does so for the subject and for now: not `我爸钓`, not `小时候养过`. A plain yes at its head
 * settles it.
 */
export function goesForNow({ taxonomy, scope }: Knowledge, { clauses, lang }: Reading, tag: TagKey): boolean {
  const dimension = definitionOf(taxonomy, tag)?.dimension ?? "";
  if (!STATES.has(dimension)) return true;
  const words = scope[lang];
  const first = clauses.text.slice(0, clauses.clauseAt[1] ?? clauses.text.length);
  if (words.affirm.test(first)) return true;
  if (words.hypothetical.test(first) || (words.past.test(first) && !words.still.test(first))) return false;
  const doer = peopleIn(words, first)[0];
  if (!doer || doer.index > FIRST_WORDS) return true;
  const kind = kindOf(doer);
  return kind !== "others" && (OF_THE_HOUSEHOLD.has(dimension) || !isKin(kind));
}
/** Who does it stands at the head: `那是我嫂子`. */
const FIRST_WORDS = 3;

const NOBODY: readonly string[] = [];
const isKin = (whose: string): boolean => whose === "partner" || whose === "child" || whose === "elder";
