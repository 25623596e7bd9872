import type { Folded } from "../fold.ts";
import type { Edit } from "./edits.ts";
import { blurred } from "./sounds.ts";
import { countOf, isKnown, type SlipTable, STEP } from "./table.ts";

/** A pair written at least so often is no slip, whatever it sounds like: `16 * log2(1 + n)`. */
const SAFE = 44;
/** So many nats likelier the mended words must be than those written: a slip is seldom. */
const LIKELIER = 5.5;
/** What counts against a character that sounds only nearly the same. */
const NEARLY = 1;
/** What counts for three characters in a row that stand so in a way of saying. */
const SAYING = 4;
/** What counts against a pair that makes no word. */
const LOOSE = 2;
/** What counts against reading otherwise a character that makes a word with its other neighbour. */
const KEPT = 3;
/** What counts against reading one of the commonest characters, which nobody misses, and from which share on they are common. */
const COMMON = 2;
const EVERYDAY = Math.round(-Math.log(0.003) / STEP);
/** The share of pairs in any talk that were never seen before, about. */
const UNSEEN = 0.2;
const WORD = 32;

/** Finds characters that were taken for others of the same sound, and words written as they sound in Latin letters. */
export type ChineseMender = {
  /** The characters to be read otherwise. */
  slipsIn(folded: Folded): Edit[];
  /** The word that Latin letters spell out by sound; undefined where none is known. */
  spelt(letters: string): string | undefined;
};

export function createChineseMender(table: SlipTable): ChineseMender {
  const { soundOf, syllables, pairs, counts, unitShare, total, triples } = table;
  const blurs = new Map<string, number>();
  const blurOf = Uint16Array.from(syllables, (syllable) => {
    const blur = blurred(syllable);
    if (!blurs.has(blur)) blurs.set(blur, blurs.size);
    return blurs.get(blur)!;
  });
  const sounds = blurs.size;
  const heard = new Uint16Array(soundOf.length);
  for (let unit = 0; unit < heard.length; unit++) heard[unit] = blurOf[soundOf[unit]!]!;
  const { firstAt, placed } = index(table, blurOf, heard, sounds);
  const sought = new Uint32Array(Math.ceil((sounds * sounds) / WORD));
  for (let key = 0; key < sounds * sounds; key++) {
    if (firstAt[key + 1]! > firstAt[key]!) sought[key >> 5]! |= 1 << (key & 31);
  }
  const times = Float64Array.from({ length: 256 }, (_, q) => 2 ** (q / 16) - 1);
  const shares = Float64Array.from({ length: 256 }, (_, q) => Math.exp(-STEP * q));
  /** How likely `unit` is behind `before`, which is 0 where no Chinese character stands there. */
  const likely = (before: number, unit: number): number => {
    const alone = shares[unitShare[unit]!]!;
    if (before === 0) return alone;
    const seen = times[countOf(counts, before, unit)]!;
    return (1 - UNSEEN) * (seen / Math.max(seen, total * shares[unitShare[before]!]!)) + UNSEEN * alone;
  };
  const between = (before: number, unit: number, behind: number): number =>
    likely(before, unit) * (behind === 0 ? 1 : likely(unit, behind));
  const makesWord = (first: number, second: number): boolean =>
    first !== 0 && second !== 0 && (countOf(counts, first, second) & 1) !== 0;

  /** The best character for the place of `at` or the one behind it, where their pair sounds like one that is sought. */
  const lookAt = (folded: Folded, at: number): Edit | undefined => {
    const { units, spaced, n } = folded;
    const [a, b] = [units[at]!, units[at + 1]!];
    const before = at > 0 && spaced[at] === 0 && heard[units[at - 1]!]! > 0 ? units[at - 1]! : 0;
    const behind = at + 2 < n && spaced[at + 2] === 0 && heard[units[at + 2]!]! > 0 ? units[at + 2]! : 0;
    // What makes a word with its other neighbour is seldom a slip.
    const [keepsFirst, keepsSecond] = [makesWord(before, a), makesWord(b, behind)];
    if (keepsFirst && keepsSecond) return undefined;
    const asFirst = between(before, a, b);
    const asSecond = between(a, b, behind);
    const key = heard[a]! * sounds + heard[b]!;
    let best = LIKELIER;
    let edit: Edit | undefined;
    for (let k = firstAt[key]!; k < firstAt[key + 1]!; k++) {
      const [x, y] = [pairs[2 * placed[k]!]!, pairs[2 * placed[k]! + 1]!];
      if ((x === a) === (y === b)) continue;
      const place = x === a ? at + 1 : at;
      const by = x === a ? y : x;
      const odds = x === a ? between(a, y, behind) / asSecond : between(before, x, b) / asFirst;
      const kept = (x === a ? keepsSecond : keepsFirst) ? KEPT : 0;
      const alone = Math.log(odds) - doubts(x, y, by, units[place]!) - kept;
      const gain = alone + SAYING > best ? alone + sayings(folded, place, by) : alone;
      if (gain <= best) continue;
      best = gain;
      edit = { start: place, end: place + 1, by: String.fromCharCode(by) };
    }
    return edit;
  };
  /** What counts against reading `by` for what was written, to make the pair of `x` and `y`. */
  const doubts = (x: number, y: number, by: number, was: number): number =>
    (soundOf[by] === soundOf[was] ? 0 : NEARLY) +
    (makesWord(x, y) ? 0 : LOOSE) +
    (unitShare[by]! < EVERYDAY ? COMMON : 0);

  /** What counts for a character that makes three of a way of saying with those around it. */
  const sayings = ({ units, n }: Folded, place: number, by: number): number => {
    const was = units[place]!;
    const found = (start: number): boolean => start >= 0 && start + 3 <= n && isKnown(triples, units, start, start + 3);
    const any = () => found(place - 2) || found(place - 1) || found(place);
    if (any()) return 0;
    units[place] = by;
    const gained = any();
    units[place] = was;
    return gained ? SAYING : 0;
  };

  /** Most pairs make a word, or are written often: they are left alone at a glance. */
  const suspect = (folded: Folded, at: number): Edit | undefined => {
    const seen = countOf(counts, folded.units[at]!, folded.units[at + 1]!);
    return (seen & 1) !== 0 || seen >= SAFE ? undefined : lookAt(folded, at);
  };

  const slipsIn = (folded: Folded): Edit[] => {
    const { units, spaced, n } = folded;
    let edits = NONE;
    let before = 0;
    for (let i = 0; i < n; i++) {
      const sound = heard[units[i]!]!;
      if (sound !== 0 && before !== 0 && spaced[i] === 0) {
        const key = before * sounds + sound;
        const edit = ((sought[key >> 5]! >>> (key & 31)) & 1) !== 0 ? suspect(folded, i - 1) : undefined;
        if (edit) {
          if (edits === NONE) edits = [];
          if (edit.start > (edits.at(-1)?.start ?? -1)) edits.push(edit);
        }
      }
      before = sound;
    }
    return edits;
  };

  const exact = new Map(syllables.map((syllable, k) => [syllable, k]));
  const spelt = (letters: string): string | undefined => {
    for (let cut = 1; cut < letters.length; cut++) {
      const [first, second] = [exact.get(letters.slice(0, cut)), exact.get(letters.slice(cut))];
      if (!first || !second) continue;
      const key = blurOf[first]! * sounds + blurOf[second]!;
      for (let k = firstAt[key]!; k < firstAt[key + 1]!; k++) {
        const [x, y] = [pairs[2 * placed[k]!]!, pairs[2 * placed[k]! + 1]!];
        if (soundOf[x] === first && soundOf[y] === second) return String.fromCharCode(x, y);
      }
    }
    return undefined;
  };
  return { slipsIn, spelt };
}

const NONE: Edit[] = [];

/** The pairs under each two sounds, the most sought first: those of key k lie from `firstAt[k]` to `firstAt[k + 1]`. */
function index({ pairs, readings }: SlipTable, blurOf: Uint16Array, heard: Uint16Array, sounds: number) {
  const eachEntry = (add: (key: number, pair: number) => void) => {
    const join = (first: number, second: number, pair: number) => {
      if (first !== 0 && second !== 0) add(first * sounds + second, pair);
    };
    for (let p = 0; p < pairs.length; p += 2) join(heard[pairs[p]!]!, heard[pairs[p + 1]!]!, p / 2);
    for (let r = 0; r < readings.length; r += 3) {
      const pair = readings[r]!;
      const [first, second] = [blurOf[readings[r + 1]!]!, blurOf[readings[r + 2]!]!];
      if (first !== heard[pairs[2 * pair]!] || second !== heard[pairs[2 * pair + 1]!]) join(first, second, pair);
    }
  };
  const firstAt = new Uint32Array(sounds * sounds + 1);
  eachEntry((key) => {
    firstAt[key + 1]!++;
  });
  for (let key = 0; key < sounds * sounds; key++) firstAt[key + 1]! += firstAt[key]!;
  const filled = firstAt.slice();
  const placed = new Uint32Array(firstAt[sounds * sounds]!);
  eachEntry((key, pair) => {
    placed[filled[key]!++] = pair;
  });
  return { firstAt, placed };
}
