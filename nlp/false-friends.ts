import type { CompiledPhrase } from "./compile.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Match } from "./match.ts";
import { deniesNot } from "./minding.ts";
import type { Reading } from "./reading.ts";

/** A false friend bars a way of saying that it overlaps; words that take a state back only where it holds them and more (`分手大师`). */
function bars(friend: Match, match: Pick<Match, "start" | "end">, manner: CompiledPhrase["manner"]): boolean {
  if (manner === "retracts") {
    const holds = friend.start <= match.start && friend.end >= match.end;
    return holds && friend.end - friend.start > match.end - match.start;
  }
  return friend.start < match.end && match.start < friend.end;
}

/** A few letters that run in from the clause before are no word: the `好我家` of `你好 我家俩娃`, the `老板丈母娘` of `老板 丈母娘一米五`. */
function runsIn(friend: Match, start: number, { clauses: { clauseOf } }: Reading): boolean {
  return friend.start < start && friend.end - friend.start <= FEW && clauseOf[friend.start] !== clauseOf[start];
}
const FEW = 6;

/** A way of saying that begins by denying the false friend means what it says: `不看重油耗` in `不是不看重油耗`. */
function isDenied(friend: Match, match: Match, { folded: { units } }: Reading): boolean {
  if (friend.start <= match.start || friend.start >= match.end) return false;
  const textOf = (start: number, end: number): string => String.fromCharCode(...units.subarray(start, end));
  return deniesNot(textOf(match.start, friend.start), textOf(friend.end, friend.end + CLOSE));
}

/** So near behind stands what calls it untrue: `说不在乎油耗是假的`. */
const CLOSE = 8;

const isFriend = (manner: CompiledPhrase["manner"]): boolean => manner === "not" || manner === "unless";

/** Whether a false friend is one of this phrase: of its tag, and, where it is a friend of the frames of its file alone (`unless`), of its file. */
function isFriendOf(friend: CompiledPhrase, phrase: CompiledPhrase): boolean {
  if (friend.tag !== phrase.tag) return false;
  return friend.manner === "not" || fileOf(friend.evidence) === fileOf(phrase.evidence);
}
const fileOf = (evidence: string): string => evidence.slice(0, evidence.lastIndexOf("/"));

/** Whether one of the false friends of a turn bars a way of saying that was found in it. */
export function isBarred(
  { lexicon: { phrases } }: Knowledge,
  friends: readonly Match[],
  match: Match,
  reading: Reading,
): boolean {
  const phrase = phrases.at(match.phrase)!;
  for (const friend of friends) {
    if (!isFriendOf(phrases.at(friend.phrase)!, phrase)) continue;
    if (!bars(friend, match, phrase.manner) || runsIn(friend, match.start, reading)) continue;
    if (!isDenied(friend, match, reading)) return true;
  }
  return false;
}

/** Whether a false friend of a tag makes up half of these words and more, which then speak for it by no other name either. */
export function befriended(
  { lexicon: { phrases } }: Knowledge,
  friends: readonly Match[],
  tag: string,
  place: Pick<Match, "start" | "end">,
): boolean {
  return friends.some((friend) => {
    const phrase = phrases.at(friend.phrase)!;
    if (phrase.manner !== "not" || phrase.tag !== tag) return false;
    return 2 * (Math.min(friend.end, place.end) - Math.max(friend.start, place.start)) >= place.end - place.start;
  });
}

/** The false friends among the matches of a turn. */
export function friendsIn({ lexicon: { phrases } }: Knowledge, { matches }: Reading): readonly Match[] {
  let friends = NO_FRIENDS;
  for (const match of matches) {
    if (!isFriend(phrases.at(match.phrase)!.manner)) continue;
    if (friends.length === 0) friends = [];
    friends.push(match);
  }
  return friends;
}
const NO_FRIENDS: Match[] = [];
