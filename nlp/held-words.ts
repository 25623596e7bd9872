import { type Finder, NEVER } from "./finder.ts";
import type { ScopeWords } from "./scope-words.ts";

type Name = Exclude<keyof ScopeWords, "lang">;

/**
 * These are looked for in parts of a text that are put together (scope.ts, whose.ts), where two units may stand side by side that do not in the text:
 * it holds them where it holds a unit with which they begin.
 */
const OF_PARTS: ReadonlySet<Name> = new Set<Name>(["now", "once", "person"]);

const KINDS = 1 << 11;
const PAIRS = 1 << 14;
const kindAt = (unit: number): number => (unit ^ (unit >> 11)) & (KINDS - 1);
const pairAt = (first: number, second: number): number => (Math.imul(first, 0x9e37) + second) & (PAIRS - 1);
/** The words of a language have a bit each, so many in one number and as many in a second. */
const WORD = 32;

const tables = new WeakMap<ScopeWords, (text: string) => ScopeWords>();

/**
 * The words as far as a text can hold them: of the others, of which there are most, it is known after one way through the text that no part of it holds
 * them. A text put together from parts of it holds them neither, unless its parts are joined by units of its own.
 */
export function heldIn(words: ScopeWords, text: string): ScopeWords {
  let held = tables.get(words);
  if (!held) {
    held = prepared(words);
    tables.set(words, held);
  }
  return held(text);
}

type Bits = { low: number; high: number };

/**
 * Makes the words that a text holds by their bits. Hardly two texts hold the same, and a judgement asks for few: what is asked for is told by its bit
 * then, and nothing is copied.
 */
function heldBy(words: ScopeWords, names: readonly Name[]): new (low: number, high: number) => ScopeWords {
  class Held {
    readonly low: number;
    readonly high: number;
    readonly lang = words.lang;
    constructor(low: number, high: number) {
      this.low = low;
      this.high = high;
    }
  }
  for (const [k, name] of names.entries()) {
    const bit = 1 << (k & (WORD - 1));
    const own: Finder = words[name];
    const get =
      k < WORD
        ? function (this: Bits): Finder {
            return (this.low & bit) === 0 ? NEVER : own;
          }
        : function (this: Bits): Finder {
            return (this.high & bit) === 0 ? NEVER : own;
          };
    Object.defineProperty(Held.prototype, name, { get });
  }
  return Held as unknown as new (
    low: number,
    high: number,
  ) => ScopeWords;
}

function prepared(words: ScopeWords): (text: string) => ScopeWords {
  const names = (Object.keys(words) as (keyof ScopeWords)[]).filter((name): name is Name => name !== "lang");
  if (names.length > 2 * WORD) throw new Error("core/scope.yaml: more kinds of words than can be told apart");
  const always = [0, 0];
  /** The bits of the words that can begin with a pair of units, or with the first of one; row 0, where none are set, for nothing. */
  const pairs = new Uint16Array(PAIRS);
  const kinds = new Uint16Array(KINDS);
  const bits = [0, 0];
  const add = (rows: Uint16Array, at: number, k: number): void => {
    if (rows[at] === 0) rows[at] = bits.push(0, 0) / 2 - 1;
    bits[rows[at]! * 2 + (k < WORD ? 0 : 1)]! |= 1 << (k & (WORD - 1));
  };
  for (const [k, name] of names.entries()) {
    const { openings } = words[name];
    if (!openings) always[k < WORD ? 0 : 1]! |= 1 << (k & (WORD - 1));
    for (const opening of openings ?? []) {
      const [first, second] = [opening.charCodeAt(0), opening.charCodeAt(1)];
      if (opening.length === 1 || OF_PARTS.has(name)) add(kinds, kindAt(first), k);
      else add(pairs, pairAt(first, second), k);
    }
  }
  const rows = Int32Array.from(bits);
  const Held = heldBy(words, names);
  return (text) => {
    let low = always[0]!;
    let high = always[1]!;
    let before = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const kind = kinds[kindAt(unit)]! * 2;
      const pair = pairs[pairAt(before, unit)]! * 2;
      if ((kind | pair) !== 0) {
        low |= rows[kind]! | rows[pair]!;
        high |= rows[kind + 1]! | rows[pair + 1]!;
      }
      before = unit;
    }
    return new Held(low, high);
  };
}
