import { isLetter } from "./fold.ts";
import { openingsOf } from "./openings.ts";

/** Of many things, each with an expression, those whose expression matches a text, in their order; where lists are given, of what these hold alone. */
export type Among<T> = (text: string, of?: readonly (readonly T[])[]) => readonly T[];

const WORD = 32;
const NONE: readonly never[] = [];

/**
 * Asks a hundred expressions for the price of few: on one way through the text, each is tried only where it can begin, by the two units that stand there.
 * The tables are made when the first text comes.
 */
export function among<T>(things: readonly T[], expressionOf: (thing: T) => RegExp): Among<T> {
  let search: ReturnType<typeof searchFor> | undefined;
  const wanted = wantedOf(things);
  return (text, of) => {
    search ??= searchFor(things.map(expressionOf));
    const held = search(text, wanted(of));
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

/** A bit for each thing of some lists, or of all; they hold until the next lists. */
function wantedOf<T>(things: readonly T[]): (of?: readonly (readonly T[])[]) => Int32Array {
  const length = Math.ceil(things.length / WORD);
  const all = new Int32Array(length).fill(-1);
  const some = new Int32Array(length);
  const known = new WeakMap<readonly T[], Int32Array>();
  const bitsOf = (list: readonly T[]): Int32Array => {
    const bits = new Int32Array(length);
    for (const [k, thing] of things.entries()) if (list.includes(thing)) bits[k >> 5]! |= 1 << (k & (WORD - 1));
    known.set(list, bits);
    return bits;
  };
  return (of) => {
    if (!of) return all;
    some.fill(0);
    for (const list of of) {
      const bits = known.get(list) ?? bitsOf(list);
      for (let w = 0; w < length; w++) some[w]! |= bits[w]!;
    }
    return some;
  };
}

/** Some of the ways in which an expression can match: few, so that a try is cheap. */
type Part = {
  /** The number of the expression. */
  of: number;
  source: string;
  flags: string;
  openings: ReadonlySet<string>;
  /** Its openings stand somewhere in a match: it is asked of the whole text. */
  within: boolean;
  /** Matches only at the head of a text, or behind no letter. */
  atHead: boolean;
  ofWords: boolean;
};

/** For a text, a bit for each wanted expression that matches it. The bits hold until the next text. */
function searchFor(expressions: readonly RegExp[]): (text: string, wanted: Int32Array) => Int32Array {
  const held = new Int32Array(Math.ceil(expressions.length / WORD));
  /** Those that are still asked for. */
  const open = new Int32Array(held.length);
  const meet = (k: number, bit: number): void => {
    held[k >> 5]! |= bit;
    open[k >> 5]! &= ~bit;
  };
  const anywhere: { k: number; expression: Pick<RegExp, "test"> }[] = [];
  const parts: Part[] = [];
  for (const [k, expression] of expressions.entries()) {
    const taken = takenApart(expression, k);
    if (taken.rest) anywhere.push({ k, expression: taken.rest });
    parts.push(...taken.parts);
  }
  const { kinds, listAt, lists } = layOut(parts);
  const made: RegExp[] = [];
  const tryAt = (list: number, text: string, at: number, withinWord: boolean): void => {
    for (let i = list + lists[list]!; i > list; i--) {
      const part = parts[lists[i]!]!;
      if ((withinWord && part.ofWords) || (at > 0 && part.atHead)) continue;
      const bit = 1 << (part.of & (WORD - 1));
      if ((open[part.of >> 5]! & bit) === 0) continue;
      const expression = made[lists[i]!] ?? new RegExp(part.source, part.flags);
      made[lists[i]!] = expression;
      expression.lastIndex = at;
      if (expression.test(text)) meet(part.of, bit);
    }
  };
  return (text, wanted) => {
    for (let w = 0; w < held.length; w++) {
      held[w] = 0;
      open[w] = wanted[w]!;
    }
    for (const { k, expression } of anywhere) {
      const bit = 1 << (k & (WORD - 1));
      if ((open[k >> 5]! & bit) !== 0 && expression.test(text)) meet(k, bit);
    }
    const { length } = text;
    for (let at = 0, unit = text.charCodeAt(0), before = 0; at < length; at++) {
      const behind = at + 1 < length ? text.charCodeAt(at + 1) : 0;
      const kind = kinds[kindAt(unit)]!;
      if (kind !== 0) {
        const withinWord = isLetter(before);
        const alone = (kind & ALONE) === 0 ? 0 : listAt(unit);
        const pair = (kind & WITH_NEXT) === 0 ? 0 : listAt(pairOf(unit, behind));
        const four = (kind & WITH_THREE) === 0 || withinWord || at + HEAD > length ? 0 : listAt(headOf(text, at));
        if (alone !== 0) tryAt(alone, text, at, withinWord);
        if (pair !== 0) tryAt(pair, text, at, withinWord);
        if (four !== 0) tryAt(four, text, at, withinWord);
      }
      before = unit;
      unit = behind;
    }
    return held;
  };
}

/** So many alternatives are tried together. */
const FEW = 12;

/** An expression in parts by what begins alike, and what of it can begin with nearly anything: this is asked of every text. */
function takenApart(expression: RegExp, of: number): { parts: Part[]; rest?: Pick<RegExp, "test"> } {
  const { source, flags, unicode } = expression;
  const whole = WHOLE_WORDS.exec(source)?.[1];
  const inner = whole === undefined ? undefined : alternativesOf(whole);
  const alternatives = inner ?? alternativesOf(source) ?? [source];
  const ofWords = inner !== undefined;
  const joined = (some: readonly { alternative: string }[]): string => {
    const list = some.map(({ alternative }) => alternative).join("|");
    return ofWords ? `(?<![a-z])(?:${list})(?![a-z])` : list;
  };
  const read = alternatives.map((alternative) => ({
    alternative,
    atHead: alternative.startsWith("^"),
    ...beginningsOf(alternative, ofWords),
  }));
  const parts = KINDS_OF_PARTS.flatMap(({ atHead, within }) => {
    const some = read.filter((each) => each.openings && each.within === within && each.atHead === atHead);
    const alike = some.toSorted((a, b) => firstOf(a.openings) - firstOf(b.openings));
    return Array.from({ length: Math.ceil(alike.length / FEW) }, (_, n): Part => {
      const few = alike.slice(n * FEW, (n + 1) * FEW);
      const openings = new Set(few.flatMap((each) => [...(each.openings ?? [])]));
      const how = `${unicode ? "u" : ""}${within ? "" : "y"}`;
      return {
        of,
        source: joined(few),
        flags: how,
        openings,
        within,
        atHead: atHead && !within,
        ofWords: ofWords && !within,
      };
    });
  });
  const rest = read.filter(({ openings }) => !openings);
  if (rest.length === 0) return { parts };
  return { parts, rest: parts.length === 0 ? expression : new RegExp(joined(rest), flags) };
}

const KINDS_OF_PARTS = [
  { atHead: true, within: false },
  { atHead: false, within: false },
  { atHead: true, within: true },
  { atHead: false, within: true },
];
const WHOLE_WORDS = /^\(\?<!\[a-z\]\)\(\?:(.*)\)\(\?!\[a-z\]\)$/s;
const firstOf = (openings: ReadonlySet<string> | undefined): number => [...(openings ?? [])][0]?.charCodeAt(0) ?? 0;

/** What an alternative begins with: of words a head of four units, since half of all words begin with the same pairs. */
function beginningsOf(alternative: string, ofWords: boolean): { openings?: ReadonlySet<string>; within: boolean } {
  const head = ofWords ? LITERAL.exec(alternative)?.[0] : undefined;
  if (head !== undefined) return { openings: new Set([head]), within: false };
  const openings = readOpenings(alternative);
  if (openings) return { openings, within: false };
  const behind = readOpenings(alternative.replace(ANYTHING, ""));
  return { ...(behind ? { openings: behind } : {}), within: true };
}
const LITERAL = /^[a-z][a-z' ]{3}(?![?*+{])/;
/** Signs at the beginning that nearly anything can stand for. */
const ANYTHING =
  /^(?:\^|\(\?:\^\|\[\^[^\]]*\]\)|\(\?:[^()|]*\)\?|\[\^[^\]\\]*\](?:(?:\{\d+,\d+\}|[?*+])\??)?|\.(?:(?:\{\d+,\d+\}|[?*+])\??)?)+(?![?*+{])/;

/** The openings of an expression; undefined also where it cannot be taken apart. */
function readOpenings(source: string): ReadonlySet<string> | undefined {
  if (REFERS.test(source)) return undefined;
  try {
    return openingsOf(source);
  } catch {
    return undefined;
  }
}

/** Refers to a group by its number or name. */
const REFERS = /\\[1-9k]/;

/** What the bars outside all brackets part; undefined where brackets do not close, or alternatives refer to one another. */
function alternativesOf(source: string): string[] | undefined {
  if (REFERS.test(source)) return undefined;
  const parts = [""];
  let depth = 0;
  for (const [sign] of source.matchAll(/\\.|\[(?:[^\]\\]|\\.)*\]|./gsu)) {
    if (sign === "(") depth++;
    if (sign === ")" && --depth < 0) return undefined;
    if (sign === "|" && depth === 0) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return depth === 0 ? parts : undefined;
}

const KINDS = 1 << 11;
const kindAt = (unit: number): number => (unit ^ (unit >> 11)) & (KINDS - 1);
/** What a unit can do: open a match whatever follows, together with the unit behind it, or with three. */
const ALONE = 1;
const WITH_NEXT = 2;
const WITH_THREE = 4;
const HEAD = 4;
/** A beginning as one number, which is never 0; two that share one cost a try. */
const pairOf = (first: number, second: number): number => (first << 16) | second;
const headOf = (text: string, at: number): number =>
  Math.imul(pairOf(text.charCodeAt(at), text.charCodeAt(at + 1)), 31) ^
    pairOf(text.charCodeAt(at + 3), text.charCodeAt(at + 2)) || 1;
const numberOf = (opening: string): number => {
  if (opening.length > 2) return headOf(opening, 0);
  return opening.length === 1 ? opening.charCodeAt(0) : pairOf(opening.charCodeAt(0), opening.charCodeAt(1));
};

/** What each unit can open, and where the lists of the parts lie that open so; 0 for none. A list is how many there are, and which. */
function layOut(parts: readonly Part[]) {
  const kinds = new Uint8Array(KINDS);
  const byNumber = new Map<number, number[]>();
  for (const [k, { openings }] of parts.entries())
    for (const opening of openings) {
      kinds[kindAt(opening.charCodeAt(0))]! |= opening.length > 2 ? WITH_THREE : opening.length;
      const list = byNumber.get(numberOf(opening));
      if (list) list.push(k);
      else byNumber.set(numberOf(opening), [k]);
    }
  const power = Math.max(4, 32 - Math.clz32(byNumber.size * 2));
  const last = (1 << power) - 1;
  const numbers = new Int32Array(last + 1);
  const places = new Int32Array(last + 1);
  const flat = [0];
  const placeOf = (number: number): number => {
    let place = Math.imul(number, 0x9e3779b1) >>> (32 - power);
    while (numbers[place] !== number && numbers[place] !== 0) place = (place + 1) & last;
    return place;
  };
  for (const [number, list] of byNumber) {
    const place = placeOf(number);
    numbers[place] = number;
    places[place] = flat.length;
    flat.push(list.length, ...list);
  }
  const lists = Uint16Array.from(flat);
  return { kinds, lists, listAt: (number: number): number => places[placeOf(number)]! };
}
