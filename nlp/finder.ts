import { openingsOf } from "./openings.ts";

/**
 * Finds a regular expression as `exec` does, many times faster where it is a long list of words: what cannot begin one of them is passed over by its
 * first two units, and the expression itself is asked only at the places that remain. Patterns anchored by `^` are tried at the beginning alone.
 */
export type Finder = {
  test(text: string): boolean;
  /** The first match from `from` on. */
  find(text: string, from?: number): RegExpExecArray | undefined;
  /** `text` with `by` for every match. */
  without(text: string, by: string): string;
  /** With what a match can begin (openings.ts). */
  readonly openings: ReadonlySet<string> | undefined;
};

const KINDS = 1 << 11;
const PAIRS = 1 << 12;
const kindAt = (unit: number): number => (unit ^ (unit >> 11)) & (KINDS - 1);
const pairAt = (first: number, second: number): number => (Math.imul(first, 31) + second) & (PAIRS - 1);
/** What a unit can do: open a match together with the unit behind it, or whatever follows. */
const WITH_NEXT = 1;
const ALONE = 2;

/** A finder for the expression; flags other than `u` and `g` are not taken. It is made when it is first asked: a start has better to do. */
export const finderOf = (expression: RegExp): Finder => new Sought(expression);

/** A finder for what a text is known not to hold. */
export const NEVER: Finder = {
  openings: new Set(),
  test: () => false,
  find: () => undefined,
  without: (text) => text,
};

/** What is looked at first: nothing where a match can begin with nearly anything, and then the expression goes through the text itself. */
type Tables = { expression: RegExp; kinds: Uint8Array; pairs: Uint8Array };
const NO_TABLE = new Uint8Array(0);

/** One class for all: closures of many kinds would be slow to call. */
class Sought implements Finder {
  private readonly expression: RegExp;
  private tables: Tables | undefined = undefined;

  constructor(expression: RegExp) {
    this.expression = expression;
  }

  get openings(): ReadonlySet<string> | undefined {
    return openingsOf(this.expression.source);
  }

  test(text: string): boolean {
    const { expression, kinds, pairs } = this.made();
    if (kinds === NO_TABLE) {
      expression.lastIndex = 0;
      return expression.test(text);
    }
    for (let at = next(kinds, pairs, text, 0); at < text.length; at = next(kinds, pairs, text, at + 1)) {
      expression.lastIndex = at;
      if (expression.test(text)) return true;
    }
    return false;
  }

  find(text: string, from = 0): RegExpExecArray | undefined {
    const { expression, kinds, pairs } = this.made();
    if (kinds === NO_TABLE) {
      expression.lastIndex = from;
      return expression.exec(text) ?? undefined;
    }
    for (let at = next(kinds, pairs, text, from); at < text.length; at = next(kinds, pairs, text, at + 1)) {
      expression.lastIndex = at;
      const match = expression.exec(text);
      if (match) return match;
    }
    return undefined;
  }

  without(text: string, by: string): string {
    const { expression, kinds } = this.made();
    if (kinds === NO_TABLE) return text.replace(expression, by);
    let done = "";
    let from = 0;
    for (let match = this.find(text); match; match = this.find(text, from)) {
      done += text.slice(from, match.index) + by;
      from = match.index + match[0].length;
    }
    return from === 0 ? text : done + text.slice(from);
  }

  private made(): Tables {
    this.tables ??= tablesOf(this.expression, this.openings);
    return this.tables;
  }
}

function tablesOf({ source, unicode }: RegExp, openings: ReadonlySet<string> | undefined): Tables {
  if (!openings) return { expression: new RegExp(source, unicode ? "ug" : "g"), kinds: NO_TABLE, pairs: NO_TABLE };
  const kinds = new Uint8Array(KINDS);
  const pairs = new Uint8Array(PAIRS);
  for (const opening of openings) {
    const [first, second] = [opening.charCodeAt(0), opening.charCodeAt(1)];
    kinds[kindAt(first)]! |= opening.length === 1 ? ALONE : WITH_NEXT;
    if (opening.length > 1) pairs[pairAt(first, second)] = 1;
  }
  return { expression: new RegExp(source, unicode ? "uy" : "y"), kinds, pairs };
}

/** The first place from `from` on where a match can begin; the text's length where there is none. */
function next(kinds: Uint8Array, pairs: Uint8Array, text: string, from: number): number {
  const { length } = text;
  let unit = from < length ? text.charCodeAt(from) : 0;
  for (let at = from; at < length; at++) {
    const behind = at + 1 < length ? text.charCodeAt(at + 1) : 0;
    const kind = kinds[kindAt(unit)]!;
    if (kind !== 0 && (kind >= ALONE || pairs[pairAt(unit, behind)] !== 0)) return at;
    unit = behind;
  }
  return length;
}

/** So many units of a span may belong to words that begin before it. */
const INTO = 12;

/** Whether such words begin on the left; they may run on into the span (`等` and `我结了婚`). */
export function beginsIn(words: Finder, left: string, span: string, into = INTO): boolean {
  if (left === "") return false;
  const first = words.find(left + span.slice(0, into));
  return first !== undefined && first.index < left.length;
}
