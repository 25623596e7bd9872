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

/** The first city named in a folded text from `from` on, the longest where several start there. */
export function cityIn(
  places: Places,
  text: string,
  from = 0,
): { city: string; start: number; end: number } | undefined {
  for (let start = from; start < text.length; start++) {
    if (start > 0 && isLetter(text, start) && isLetter(text, start - 1)) continue;
    for (let end = Math.min(text.length, start + MOST); end > start + 1; end--) {
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
