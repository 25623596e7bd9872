import type { TagKey } from "./taxonomy.ts";

/** A plain rule over held tags: every tag of `all`, at least one of `any` (if it lists any), none of `none`. */
export type TagRule = { all: readonly TagKey[]; any: readonly TagKey[]; none: readonly TagKey[] };

export function holdsRule(rule: TagRule, tags: ReadonlySet<TagKey>): boolean {
  for (const tag of rule.none) if (tags.has(tag)) return false;
  for (const tag of rule.all) if (!tags.has(tag)) return false;
  return rule.any.length === 0 || rule.any.some((tag) => tags.has(tag));
}
