import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
/** Its tables of characters take 10 MB: they are loaded where the first name or question is read. */
const pinyinPro = (): typeof import("pinyin-pro") => require("pinyin-pro") as typeof import("pinyin-pro");

const known = new Map<string, string>();

/** How one Chinese character sounds, without tone; sounds that many people don't tell apart count as one. Others stay as they are. */
function soundOfOne(character: string): string {
  let sound = known.get(character);
  if (sound === undefined) {
    sound = /[\u4e00-\u9fff]/.test(character)
      ? blurred(pinyinPro().pinyin(character, { toneType: "none", v: true }))
      : character;
    known.set(character, sound);
  }
  return sound;
}

const blurred = (syllable: string): string => syllable.replace(/^([zcs])h/, "$1").replace(/ng$/, "n");

/** The sound of a text, a syllable each, so that homophones are equal. */
export const soundOf = (text: string): string => Array.from(text, soundOfOne).join(" ");

/** Whether two characters could be confused by ear: the same beginning or the same ending. */
export function soundsLike(a: string, b: string): boolean {
  const [x, y] = [soundOfOne(a), soundOfOne(b)];
  const ending = (s: string) => s.replace(/^[^aeiouv]+/, "");
  return x === y || ending(x) === ending(y) || (x[0] === y[0] && x.length > 1 && y.length > 1);
}

/** A Chinese name as it is typed in Latin letters: `shaofan`, and its initials `sf`. */
export function latinOf(name: string): { full: string; reversed: string; initials: string } {
  const syllables = pinyinPro()
    .pinyin(name, { toneType: "none", type: "array", v: false })
    .map((s) => s.replace(/ü/g, "v").toLowerCase());
  const [family, ...given] = syllables;
  return {
    full: syllables.join(""),
    reversed: [...given, family].join(""),
    initials: syllables.map((s) => s[0] ?? "").join(""),
  };
}
