import { z } from "zod";
import { foldInto, newFolded } from "../fold.ts";
import { readYaml } from "../yaml.ts";
import { soundOf } from "./sound.ts";

/** What a word may mean: its class (`measure`, `step`, `order` …) and the key within it. */
export type Sense = { of: string; key: string };

export type QuestionLexicon = {
  phrases: ReadonlyMap<string, Sense[]>;
  /** By sound, for words typed wrongly. */
  sounds: ReadonlyMap<string, string[]>;
  /** Words with one letter left out, for slips of the pen. */
  gaps: ReadonlyMap<string, string[]>;
  /** Chinese names behind English words. */
  english: ReadonlyMap<string, string>;
  /** Everyday names of a tag, by its key. */
  tagNames: ReadonlyMap<string, string[]>;
  notNames: ReadonlySet<string>;
  surnames: ReadonlySet<string>;
  longest: number;
};

const buffer = newFolded();

/** The text as every comparison sees it: simplified, narrow, lower case, without the spaces that touch a Chinese character. */
export function folded(text: string): string {
  foldInto(text.slice(0, 600), buffer);
  return String.fromCharCode(...buffer.units.subarray(0, buffer.n)).trim();
}

const words = z.array(z.coerce.string());
const packSchema = z.record(z.string(), z.union([words, z.record(z.string(), words)]));
const packs = ["measures", "words", "not-held", "fillers"];

let loaded: QuestionLexicon | undefined;

/** The words of `packs/questions`, read once. Throws where a pack can't be read. */
export function questionLexicon(): QuestionLexicon {
  loaded ??= build();
  return loaded;
}

function build(): QuestionLexicon {
  const phrases = new Map<string, Sense[]>();
  const notNames = new Set<string>();
  const surnames = new Set<string>();
  const add = (phrase: string, sense: Sense) => {
    const key = folded(phrase);
    if (key === "") return;
    const known = phrases.get(key);
    if (!known) phrases.set(key, [sense]);
    else if (!known.some((s) => s.of === sense.of && s.key === sense.key)) known.push(sense);
  };
  for (const name of packs) {
    for (const [of, entry] of Object.entries(packSchema.parse(read(name)))) {
      if (of === "not_a_name_part") for (const word of entry as string[]) notNames.add(folded(word));
      else if (of === "surnames") for (const word of entry as string[]) surnames.add(word);
      else if (Array.isArray(entry)) for (const phrase of entry) add(phrase, { of, key: of });
      else for (const [key, list] of Object.entries(entry)) for (const phrase of list) add(phrase, { of, key });
    }
  }
  const english = new Map<string, string>();
  const { names } = z.object({ names: z.record(z.string(), words) }).parse(read("english"));
  for (const [name, list] of Object.entries(names)) for (const phrase of list) english.set(folded(phrase), name);
  const { tags } = z.object({ tags: z.record(z.string(), words) }).parse(read("tags"));
  const { sounds, gaps } = indexSlips(phrases);
  const longest = Math.max(...[...phrases.keys(), ...english.keys()].map((p) => p.length));
  return { phrases, sounds, gaps, english, tagNames: new Map(Object.entries(tags)), notNames, surnames, longest };
}

const read = (name: string): unknown => readYaml(`packs/questions/${name}.yaml`);

/** Only words that carry the question are guessed at; a wrong filler costs nothing. */
const guessed = new Set(["measure", "state", "form", "status", "reason", "content", "dimension"]);

function indexSlips(phrases: ReadonlyMap<string, Sense[]>) {
  const sounds = new Map<string, string[]>();
  const gaps = new Map<string, string[]>();
  const push = (map: Map<string, string[]>, key: string, value: string) => {
    const known = map.get(key);
    if (known) known.push(value);
    else map.set(key, [value]);
  };
  for (const [phrase, senses] of phrases) {
    if (!senses.some((s) => guessed.has(s.of))) continue;
    const isChinese = /^[\u4e00-\u9fff]+$/.test(phrase);
    if (isChinese && phrase.length >= 2) push(sounds, soundOf(phrase), phrase);
    if (isChinese ? phrase.length >= 3 : phrase.length >= 6) for (const gap of gapsOf(phrase)) push(gaps, gap, phrase);
  }
  return { sounds, gaps };
}

/** The word with each single letter left out. */
export function gapsOf(word: string): string[] {
  return [...new Set(Array.from(word, (_, i) => word.slice(0, i) + word.slice(i + 1)))];
}
