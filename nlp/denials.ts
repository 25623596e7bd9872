import { closeImplied, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Found, Reading, Way } from "./reading.ts";
import { scopeOf } from "./scope.ts";

/** The subject says plainly that a tag does not hold (`没娃`, `我又不养猫`). */
export type Denial = { tag: TagKey; turn: number };

/** What a turn denies of its subject. Nothing is denied in a question, a supposition, of others, or of a past that is over. */
export function denialsIn(knowledge: Knowledge, reading: Reading, names: readonly string[]): readonly Denial[] {
  const { phrases } = knowledge.lexicon;
  if (!reading.matches.some((m) => phrases.at(m.phrase)!.manner === "denies")) return NONE;
  return reading.matches.flatMap((m) => {
    const { manner, tag } = phrases.at(m.phrase)!;
    if (manner !== "denies") return [];
    if (reading.lang === "zh" && !isWhole(reading, m.end)) return [];
    const scope = scopeOf(reading.clauses, m.start, m.end, knowledge.scope[reading.lang], names);
    const holds = scope.negated || scope.hypothetical || scope.past || scope.asked || scope.quoted || scope.told;
    return holds || scope.whose === "others" ? [] : [{ tag, turn: reading.at }];
  });
}

const NONE: readonly Denial[] = [];

/** Whether the clause ends here, or goes on with a particle or what follows from the denial; `没孩子气` and `没出差的时候` deny something else. */
function isWhole({ clauses: { text, clauseOf, clauseAt } }: Reading, end: number): boolean {
  const rest = text.slice(end, clauseAt[clauseOf[end - 1]! + 1]);
  return /^(?:[,。!?;]|$|[的过](?!时候|日子|那)|[呢啊呀哈哦嘛啦给要别不所就用装买推发])/.test(rest);
}

/** Ways of hearing that a plain word to the contrary outweighs wherever they stand in the talk. */
const WEAK_WAYS: ReadonlySet<Way> = new Set(["asks", "hints", "elicited"]);

/** What was heard without what its subject denies: all of it in the same turn, and weak evidence of any turn. */
export function withoutDenied(
  taxonomy: Taxonomy,
  found: readonly Found[],
  denied: readonly Denial[],
): readonly Found[] {
  if (denied.length === 0) return found;
  return found.filter((f) => {
    if (f.ended) return true;
    const shown = closeImplied(taxonomy, f.tag);
    return !denied.some((d) => shown.includes(d.tag) && (f.turn === d.turn || WEAK_WAYS.has(f.way)));
  });
}
