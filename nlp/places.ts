import { z } from "zod";
import { fold } from "./fold.ts";
import { readYaml } from "./yaml.ts";

/** City names by their folded form; the value is the name that a tag carries. */
export type Places = ReadonlyMap<string, string>;

const schema = z.strictObject({
  zh: z.array(z.string()),
  en: z.array(z.string()),
  nicknames: z.record(z.string(), z.string()),
  districts: z.record(z.string(), z.string()),
});

/** Reads the gazetteer. Nicknames and districts give the city they belong to. */
export function loadPlaces(): Places {
  const file = schema.parse(readYaml("packs/core/cities.yaml"));
  const places = new Map<string, string>();
  for (const [city, names] of [...Object.entries(file.districts), ...Object.entries(file.nicknames)]) {
    for (const name of city === "NYC" ? [names] : names.split(/\s+/)) places.set(fold(name), city);
  }
  for (const name of file.en.flatMap((line) => line.split(/,\s*/))) places.set(fold(name), name);
  for (const name of file.zh.flatMap((line) => line.split(/\s+/))) places.set(fold(name), name);
  return places;
}

const MOST = 16;
const PAIRS = 1 << 13;
const pairAt = (first: number, second: number): number => (Math.imul(first, 0x9e37) + second) & (PAIRS - 1);

/** For two units that stand side by side, a bit for each length of a name that may begin with them. */
const lengths = new WeakMap<Places, Uint32Array>();

function lengthsOf(places: Places): Uint32Array {
  const known = lengths.get(places);
  if (known) return known;
  const made = new Uint32Array(PAIRS);
  for (const name of places.keys()) made[pairAt(name.charCodeAt(0), name.charCodeAt(1))]! |= 1 << name.length;
  lengths.set(places, made);
  return made;
}

/** The first city named in a folded text from `from` on, the longest where several start there. */
export function cityIn(
  places: Places,
  text: string,
  from = 0,
): { city: string; start: number; end: number } | undefined {
  const byPair = lengthsOf(places);
  for (let start = from; start + 1 < text.length; start++) {
    const mayBe = byPair[pairAt(text.charCodeAt(start), text.charCodeAt(start + 1))]!;
    if (mayBe === 0) continue;
    if (start > 0 && isLetter(text, start) && isLetter(text, start - 1)) continue;
    for (let end = Math.min(text.length, start + MOST); end > start + 1; end--) {
      if (((mayBe >> (end - start)) & 1) === 0) continue;
      if (end < text.length && isLetter(text, end) && isLetter(text, end - 1)) continue;
      const city = places.get(text.slice(start, end));
      if (city) return { city, start, end };
    }
  }
  return undefined;
}

const isLetter = (text: string, at: number): boolean => {
  const unit = text.charCodeAt(at);
  return unit >= 0x61 && unit <= 0x7a;
};
