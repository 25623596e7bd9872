import type { Phrase } from "./pack.ts";
import type { Link } from "./pattern.ts";

const NUMBERS = { zh: ["两", "三", "3", "5", "十", "二十", "几", "一"], en: ["two", "3", "5", "ten", "a few", "12"] };

/** Says phrases as somebody might: one of its ways, its gaps filled and its edges surrounded with pieces of real talk. */
export function createPhraseSampler(talk: readonly string[], random: () => number): (phrase: Phrase) => string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const chinese = talk.filter((text) => /[\u3400-\u9fff]/.test(text));
  const english = talk.filter((text) => !/[\u3400-\u9fff]/.test(text));
  const bit = (lang: "zh" | "en", most: number): string => {
    const source = lang === "zh" ? chinese : english;
    if (source.length === 0 || random() < 0.4) return "";
    const text = pick(source);
    if (lang === "en") {
      const words = text.split(/\s+/);
      const from = Math.floor(random() * words.length);
      return words.slice(from, from + 1 + Math.floor(random() * most)).join(" ");
    }
    const from = Math.floor(random() * text.length);
    return text.slice(from, from + 1 + Math.floor(random() * most));
  };
  const fill = (links: readonly Link[], lang: "zh" | "en"): string => {
    const space = lang === "en" ? " " : "";
    return links
      .map((link) =>
        link === "num"
          ? `${space}${pick(NUMBERS[lang])}${space}`
          : `${space}${bit(lang, link === "any" ? 1 : 3)}${space}`,
      )
      .join("");
  };
  return ({ sequences, lang }) => {
    const sequence = pick(sequences);
    let text = fill(sequence.links[0]!, lang);
    sequence.pieces.forEach((words, k) => {
      text += pick(words) + fill(sequence.links[k + 1]!, lang);
    });
    const space = lang === "en" ? " " : "";
    return `${bit(lang, 3)}${space}${text}${space}${bit(lang, 3)}`;
  };
}
