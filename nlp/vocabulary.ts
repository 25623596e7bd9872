import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Dimension, TagDefinition, Taxonomy } from "#domain/taxonomy.ts";
import { nlpFile } from "./files.ts";

const schema = z.object({
  version: z.number(),
  dimensions: z.array(
    z.object({ key: z.string(), zh: z.string(), en: z.string(), half_life_days: z.number().positive() }),
  ),
  tags: z.array(
    z.object({
      key: z.string().regex(/^[a-z0-9_]+$/),
      dimension: z.string(),
      zh: z.string(),
      en: z.string(),
      meaning: z.string(),
      group: z.string().optional(),
      implies: z.array(z.string()).default([]),
      supersedes: z.array(z.string()).default([]),
      open: z.boolean().default(false),
      retired: z.boolean().default(false),
    }),
  ),
});

const CITY: TagDefinition = {
  key: "city",
  dimension: "place",
  zh: "城市",
  en: "City",
  meaning: "where the subject lives or keeps their shop now",
  group: "city",
  implies: [],
  supersedes: [],
  open: true,
  retired: false,
};

/** Reads koloop's own vocabulary of tags. Throws where the file is not one, or `implies` runs in a circle or into nothing. */
export function loadTaxonomy(): Taxonomy {
  return parseTaxonomy(JSON.parse(readFileSync(nlpFile("packs/taxonomy.json"), "utf8")));
}

/** Checks a vocabulary; `city`, whose tags are written `city:<name>`, is added where it is missing. */
export function parseTaxonomy(json: unknown): Taxonomy {
  const file = schema.parse(json);
  const dimensions = new Map<string, Dimension>(
    file.dimensions.map(({ half_life_days, ...rest }) => [rest.key, { ...rest, halfLifeDays: half_life_days }]),
  );
  const tags = new Map<string, TagDefinition>();
  for (const tag of file.tags) {
    if (tags.has(tag.key)) throw new Error(`taxonomy: ${tag.key} stands twice`);
    if (!dimensions.has(tag.dimension))
      throw new Error(`taxonomy: ${tag.key} has the unknown dimension ${tag.dimension}`);
    tags.set(tag.key, tag);
  }
  if (!tags.has(CITY.key) && dimensions.has(CITY.dimension)) tags.set(CITY.key, CITY);
  for (const tag of tags.values()) refuseCycle(tags, tag.key, []);
  return { version: file.version, dimensions, tags };
}

function refuseCycle(tags: ReadonlyMap<string, TagDefinition>, key: string, above: readonly string[]): void {
  if (above.includes(key)) throw new Error(`taxonomy: implies runs in a circle: ${[...above, key].join(" -> ")}`);
  const tag = tags.get(key);
  if (!tag) throw new Error(`taxonomy: ${above.at(-1)} implies the unknown tag ${key}`);
  for (const implied of tag.implies) refuseCycle(tags, implied, [...above, key]);
}
