import { type Around, type Clauses, FAR } from "./clauses.ts";
import type { ScopeWords } from "./scope-words.ts";
import { householdMeant } from "./whose.ts";

/** Words of saying quote only what stands close behind them. */
const NEAR = 24;

/** Single quotes of speech: one that opens a word and none that closes before, one that closes a word behind. */
const OPENED = /(?:^|[ ,:(])'[^']+(?:[a-z]'[a-z][^']*)*$/;
const CLOSED = /^(?:[^']|[a-z]'[a-z])*'(?:[ ,.!?)]|$)/;

/** Whether the words are somebody's, not the subject's: in quotation marks, or behind a word of saying. */
export function quotedOf(around: Around, words: ScopeWords): boolean {
  return (
    isMarkedOff(around) ||
    REPOSTED.test(around.upTo) ||
    words.quoted.test((around.left + subjectOf(around)).slice(-NEAR)) ||
    SAYING.test(around.right)
  );
}

/** A repost keeps the words of whom it takes up behind their name: `真的假的//@某某:我家娃也中招了`. */
const REPOSTED = /\/\/@/;

/** The subject that a phrase begins with belongs to the words of saying before it, too: `以为` and `我有孩子`. */
export const subjectOf = ({ span }: Around): string => /^(?:我|(?:i|we) )/.exec(span)?.[0] ?? "";

/** What is talked of as a saying: `贵有贵的道理这话谁都会说`. */
const SAYING =
  /^[^,。!?]{0,2}(?:这|那)(?:句|种|些)?(?:话|说法|说辞|口号|调调)|^[^,。!?]{0,2}(?:谁都会说|都这么[说讲]|说[得的]好听)/;

/** What one's own family says of the goods is said for the household. */
export function saidAtHome(around: Around, words: ScopeWords): boolean {
  return (
    /[他她][^,。]{0,4}(?:说|讲|嫌|抱怨|吐槽)[^,。]{0,3}$|\bs?he (?:says|said|complains)[^,.]{0,12}$/.test(
      around.left,
    ) &&
    !isMarkedOff(around) &&
    householdMeant(around, words) !== undefined
  );
}

/** Whether the span stands in quotation marks or in a title. */
function isMarkedOff(around: Around): boolean {
  const right = around.sentenceRight;
  const [double, single, title] = [right.includes('"'), right.includes("'"), right.includes("》")];
  if (!double && !single && !title) return false;
  const left = around.sentenceLeft;
  return (
    (double && (left.match(/"/g) ?? []).length % 2 === 1) ||
    (single && CLOSED.test(right) && OPENED.test(left + around.span)) ||
    (title && /《[^》]*$/.test(left) && /^[^《]*》/.test(right))
  );
}

/** What stands on a screen or a page, unless the subject comes between to speak of themselves. */
export function toldOf(around: Around, words: ScopeWords): boolean {
  const left = around.before + around.left;
  const first = words.media.find(left);
  if (!first) return words.media.test(around.span.slice(-2) + around.right);
  return !words.self.test(left.slice(first.index + first[0].length));
}

/** Whether a turn is an advert, an announcement or a forwarded post: words that address everybody and never say "I". */
export function isAnnounced({ text }: Clauses, words: ScopeWords): boolean {
  return words.announced.test(text) && !words.self.test(text.slice(0, 4 * FAR));
}
