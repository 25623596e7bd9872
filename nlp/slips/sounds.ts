import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** How Chinese characters sound, for training alone: hearing reads what training kept. */
const pinyinPro = (): typeof import("pinyin-pro") => require("pinyin-pro") as typeof import("pinyin-pro");

/** The syllables of a text of Chinese characters, without tones, as its words are read (`银行` is `yin hang`). */
export function readAloud(text: string): string[] {
  return pinyinPro().pinyin(text, { toneType: "none", v: true, type: "array" });
}

/** How a single character is read most. */
export function readAlone(character: string): string {
  return readAloud(character)[0] ?? "";
}

/** Sounds that input methods and many ears do not tell apart count as one: `zh` and `z`, `ang` and `an`. */
export const blurred = (syllable: string): string => syllable.replace(/^([zcs])h/, "$1").replace(/ng$/, "n");
