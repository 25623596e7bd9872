/** A tag's key, such as `new_parent`, or an open value such as `city:上海`. */
export type TagKey = string;

export type Dimension = { key: string; zh: string; en: string; halfLifeDays: number };

/** One entry of the vocabulary. `group`: at most one tag of a group holds at a time. `implies`: holding this holds those too. */
export type TagDefinition = {
  key: TagKey;
  dimension: string;
  zh: string;
  en: string;
  meaning: string;
  group?: string;
  implies: TagKey[];
  /** Older tags of other groups that a newer one of this ends, such as `single` for `new_parent`. */
  supersedes: TagKey[];
  /** True for `city`, whose tags are written `city:<name>`. */
  open: boolean;
  /** Kept for history, never suggested again. */
  retired: boolean;
  /** Other names that people use for it. */
  synonyms?: readonly string[];
  /** The tag that took its place, for one that was merged. */
  mergedInto?: TagKey;
};

export type Taxonomy = {
  version: number;
  dimensions: ReadonlyMap<string, Dimension>;
  tags: ReadonlyMap<TagKey, TagDefinition>;
};

/** The definition behind a tag; `city:上海` finds the one of `city`. Undefined for a tag that the taxonomy does not know. */
export function definitionOf(taxonomy: Taxonomy, tag: TagKey): TagDefinition | undefined {
  const known = taxonomy.tags.get(tag);
  if (known) return known;
  const colon = tag.indexOf(":");
  if (colon < 0) return undefined;
  const open = taxonomy.tags.get(tag.slice(0, colon));
  return open?.open ? open : undefined;
}

/** What people read: `商旅人士`, or the value itself for an open tag (`上海`). Falls back to the key. */
export function labelOf(taxonomy: Taxonomy, tag: TagKey, lang: "zh" | "en"): string {
  const definition = definitionOf(taxonomy, tag);
  if (!definition) return tag;
  return definition.open && tag.includes(":") ? tag.slice(tag.indexOf(":") + 1) : definition[lang];
}

/** The tag and all that it implies, itself first, each once. */
export function closeImplied(taxonomy: Taxonomy, tag: TagKey): TagKey[] {
  const closed: TagKey[] = [tag];
  for (let i = 0; i < closed.length; i++) {
    for (const implied of definitionOf(taxonomy, closed[i]!)?.implies ?? []) {
      if (!closed.includes(implied)) closed.push(implied);
    }
  }
  return closed;
}
