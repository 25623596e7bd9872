import { definitionOf, type TagKey, type Taxonomy } from "./taxonomy.ts";
import { currentTag } from "./vocabulary-care.ts";

/**
 * The tags that a person may mean by a name: a key, a Chinese or English name, or the part of a name after its colon (`空间` for
 * 关注点:空间). `城市:上海` and `city:上海` name an open tag. Exact names come alone; otherwise all that contain the words.
 */
export function tagsNamed(taxonomy: Taxonomy, name: string): TagKey[] {
  const wanted = plain(name);
  if (wanted === "") return [];
  const open = /^(?:city|城市)[::](.+)$/.exec(name.trim());
  if (open?.[1]) return [`city:${open[1].trim().replace(/市$/, "")}`];
  if (definitionOf(taxonomy, name.trim())) return [currentTag(taxonomy, name.trim())];
  const usable = [...taxonomy.tags.values()].filter((tag) => !tag.retired && !tag.open);
  const exact = usable.filter((tag) => names(tag).some((known) => known === wanted));
  if (exact.length > 0) return exact.map((tag) => tag.key);
  return usable.filter((tag) => names(tag).some((known) => known.includes(wanted))).map((tag) => tag.key);
}

function names(tag: { key: string; zh: string; en: string; synonyms?: readonly string[] }): string[] {
  return [tag.key, tag.zh, tag.en, ...(tag.synonyms ?? []), tag.zh.slice(tag.zh.search(/[::]/) + 1)].map(plain);
}

const plain = (name: string): string =>
  name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s:_-]/g, "");
