import { z } from "zod";
import { type Folded, fold, isWordUnit } from "../fold.ts";
import { readYaml } from "../yaml.ts";
import type { Edit } from "./edits.ts";

const list = z.record(z.string(), z.string());
const schema = z.strictObject({
  words: list,
  latin: list,
  english: list,
  names: z.string(),
  signs: z.strictObject({ means: list, behind: z.array(z.string()), before: z.array(z.string()) }),
});

/** Ways to write words that neither their sound nor a single letter leads back to: folded, each with what it is read as. */
export type WrittenOtherwise = {
  /** Words with Chinese characters or pictures. */
  words: ReadonlyMap<string, string>;
  /** Latin letters that stand for Chinese words, among Chinese. */
  latin: ReadonlyMap<string, string>;
  /** English in a hurry, where no Chinese stands. */
  english: ReadonlyMap<string, string>;
  /** Words spelt right that lists of words do not have. */
  names: readonly string[];
};

/** Reads `packs/slips/words.yaml`. */
export function loadWrittenOtherwise(): WrittenOtherwise {
  const { words, latin, english, names, signs } = schema.parse(readYaml("packs/slips/words.yaml"));
  const folded = (entries: Record<string, string>) =>
    new Map(Object.entries(entries).map(([wrong, right]) => [fold(wrong), right]));
  const all = folded(words);
  for (const [sign, word] of Object.entries(signs.means)) {
    for (const left of signs.behind) all.set(left + fold(sign), left + word);
    for (const right of signs.before) all.set(fold(sign) + right, word + right);
  }
  return { words: all, latin: folded(latin), english: folded(english), names: names.trim().split(/\s+/) };
}

/** Where such a word may stand: its rarest unit, which is looked for. */
type Candidate = { wrong: string; right: string; at: number };

/** A reader of words with Chinese characters or pictures; `shareOf` says how rare a unit is. */
export function createWordReader(
  words: ReadonlyMap<string, string>,
  shareOf: ArrayLike<number>,
): (folded: Folded) => Edit[] {
  const candidates = new Map<number, Candidate[]>();
  const triggers = new Uint8Array(65536);
  for (const [wrong, right] of words) {
    let at = 0;
    for (let i = 1; i < wrong.length; i++) {
      if (shareOf[wrong.charCodeAt(i)]! > shareOf[wrong.charCodeAt(at)]!) at = i;
    }
    const unit = wrong.charCodeAt(at);
    triggers[unit] = 1;
    candidates.set(unit, [...(candidates.get(unit) ?? []), { wrong, right, at }]);
  }
  return ({ units, n }) => {
    let found = NONE;
    for (let i = 0; i < n; i++) {
      if (triggers[units[i]!] === 0) continue;
      for (const { wrong, right, at } of candidates.get(units[i]!)!) {
        if (!standsAt(units, n, i - at, wrong)) continue;
        if (cutsWord(units, n, i - at, i - at + wrong.length)) continue;
        if (found === NONE) found = [];
        found.push({ start: i - at, end: i - at + wrong.length, by: right, wrong });
      }
    }
    return found === NONE ? NONE : longest(found);
  };
}

/** An edit with the words it is for. */
type Named = Edit & { wrong: string };
const NONE: Named[] = [];

function standsAt(units: Uint16Array, n: number, start: number, word: string): boolean {
  if (start < 0 || start + word.length > n) return false;
  for (let k = 0; k < word.length; k++) if (units[start + k] !== word.charCodeAt(k)) return false;
  return true;
}

/** Latin letters match whole words. */
const cutsWord = (units: Uint16Array, n: number, start: number, end: number): boolean =>
  (start > 0 && isWordUnit(units[start - 1]!) && isWordUnit(units[start]!)) ||
  (end < n && isWordUnit(units[end - 1]!) && isWordUnit(units[end]!));

/** Of edits that overlap, the first and longest; what is read as it is written only shields it. */
function longest(found: Named[]): Edit[] {
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((edit) => {
    if (edit.start < end) return false;
    end = edit.end;
    return edit.by !== edit.wrong;
  });
}
