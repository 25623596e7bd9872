import { isLetter } from "./fold.ts";
import { openingsOf } from "./openings.ts";

/** Of many things, each with an expression, those whose expression matches a text; in their order. */
export type Among<T> = (text: string) => readonly T[];

const WORD = 32;
const NONE: readonly never[] = [];
/** A beginning of two units as one number, which is never 0. */
const pairOf = (first: number, second: number): number => (first << 16) | second;

/**
 * Asks a hundred expressions for the price of few: on one way through the text, each is tried only where it can begin, by the two units that stand there.
 * The tables are made when the first text comes.
 */
export function among<T>(things: readonly T[], expressionOf: (thing: T) => RegExp): Among<T> {
  let search: ((text: string) => Int32Array) | undefined;
  return (text) => {
    search ??= searchFor(things.map(expressionOf));
    const held = search(text);
    let found = NONE as readonly T[] as T[];
    for (let w = 0; w < held.length; w++) {
      for (let left = held[w]!; left !== 0; left &= left - 1) {
        if (found.length === 0) found = [];
        found.push(things[w * WORD + 31 - Math.clz32(left & -left)]!);
      }
    }
    return found;
  };
}

/** For a text, a bit for each expression that matches it. The bits hold until the next text. */
function searchFor(expressions: readonly RegExp[]): (text: string) => Int32Array {
  const held = new Int32Array(Math.ceil(expressions.length / WORD));
  const anywhere: { k: number; expression: Pick<RegExp, "test"> }[] = [];
  const byOpening = new Map<string, number[]>();
  for (const [k, expression] of expressions.entries()) {
    const { openings, rest } = taken(expression);
    if (rest) anywhere.push({ k, expression: rest });
    for (const opening of openings) byOpening.set(opening, [...(byOpening.get(opening) ?? []), k]);
  }
  const { listAt, lists } = layOut(byOpening);
  const sticky: RegExp[] = [];
  const ofWords = expressions.map(beginsWord);
  const tryAt = (list: number, text: string, at: number): void => {
    const withinWord = at > 0 && isLetter(text.charCodeAt(at - 1));
    for (let i = list + lists[list]!; i > list; i--) {
      const k = lists[i]!;
      if (withinWord && ofWords[k]) continue;
      const bit = 1 << (k & (WORD - 1));
      if ((held[k >> 5]! & bit) !== 0) continue;
      sticky[k] ??= stickyOf(expressions[k]!);
      const expression = sticky[k];
      expression.lastIndex = at;
      if (expression.test(text)) held[k >> 5]! |= bit;
    }
  };
  return (text) => {
    for (let w = 0; w < held.length; w++) held[w] = 0;
    for (const { k, expression } of anywhere) if (expression.test(text)) held[k >> 5]! |= 1 << (k & (WORD - 1));
    for (let at = 0, unit = text.charCodeAt(0); at < text.length; at++) {
      const behind = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
      const alone = listAt(pairOf(unit, 0));
      const pair = behind === 0 ? 0 : listAt(pairOf(unit, behind));
      if (alone !== 0) tryAt(alone, text, at);
      if (pair !== 0) tryAt(pair, text, at);
      unit = behind;
    }
    return held;
  };
}

/** Whether a match stands behind no letter. */
const beginsWord = ({ source }: RegExp): boolean =>
  source.startsWith("(?<![a-z])") && alternativesOf(source).length === 1;

const stickyOf = ({ source, unicode }: RegExp): RegExp => new RegExp(source, unicode ? "uy" : "y");

/** With what an expression can begin, and what of it can begin with nearly anything: this is asked of the whole text. */
function taken(expression: RegExp): { openings: ReadonlySet<string>; rest?: Pick<RegExp, "test"> } {
  const { source, flags } = expression;
  const whole = readOpenings(source);
  if (whole) return { openings: whole };
  const parts = /\\[1-9k]/.test(source) ? [source] : alternativesOf(source);
  const openings = parts.map(readOpenings);
  const rest = parts.filter((_, k) => !openings[k]);
  const known = new Set(openings.flatMap((each) => [...(each ?? [])]));
  return { openings: known, rest: rest.length === parts.length ? expression : new RegExp(rest.join("|"), flags) };
}

/** The openings of an expression; undefined also where it cannot be taken apart. */
function readOpenings(source: string): ReadonlySet<string> | undefined {
  try {
    return openingsOf(source);
  } catch {
    return undefined;
  }
}

/** What the bars outside all brackets part. */
function alternativesOf(source: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const [sign] of source.matchAll(/\\.|\[(?:[^\]\\]|\\.)*\]|./gsu)) {
    if (sign === "(") depth++;
    if (sign === ")") depth--;
    if (sign === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts;
}

/**
 * Where the lists of the expressions lie that begin with a pair, or with one unit whatever follows; 0 for none. A list is how many there are, and which.
 */
function layOut(byOpening: ReadonlyMap<string, readonly number[]>) {
  const power = Math.max(4, 32 - Math.clz32(byOpening.size * 2));
  const last = (1 << power) - 1;
  const pairs = new Int32Array(last + 1);
  const places = new Int32Array(last + 1);
  const flat = [0];
  const placeOf = (pair: number): number => {
    let place = Math.imul(pair, 0x9e3779b1) >>> (32 - power);
    while (pairs[place] !== pair && pairs[place] !== 0) place = (place + 1) & last;
    return place;
  };
  for (const [opening, list] of byOpening) {
    const pair = pairOf(opening.charCodeAt(0), opening.length > 1 ? opening.charCodeAt(1) : 0);
    const place = placeOf(pair);
    pairs[place] = pair;
    places[place] = flat.length;
    flat.push(list.length, ...list);
  }
  const lists = Uint16Array.from(flat);
  /** Nothing is kept at the places of pairs that no expression begins with. */
  return { lists, listAt: (pair: number): number => places[placeOf(pair)]! };
}
