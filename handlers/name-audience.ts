import type { Segment } from "#domain/segment.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Scene } from "./context.ts";

/** What a name in a task may mean. */
export type Audience = { kind: "segment" | "tag"; id: string; label: string };

type Reader = Pick<Scene, "ctx" | "person">;

/** Segments and tags that a name may mean; exact names go before parts of one. */
export function audienceNamed({ ctx, person }: Reader, segments: readonly Segment[], name: string): Audience[] {
  const wanted = name.trim().toLowerCase();
  const named = (s: Segment): Audience => ({ kind: "segment", id: s.id, label: s.name });
  const exact = segments.filter((s) => s.id.toLowerCase() === wanted || s.name.toLowerCase() === wanted);
  if (exact.length > 0) return exact.map(named);
  const tags = tagsNamed(ctx.taxonomy, name).map(
    (tag): Audience => ({ kind: "tag", id: tag, label: labelOf(ctx.taxonomy, tag, person.lang) }),
  );
  if (tags.length === 1) return tags;
  const containing = segments.filter((s) => s.name.toLowerCase().includes(wanted)).map(named);
  return [...containing, ...tags];
}

/** All names, those that share most characters with one first. */
export function closestNames({ ctx, person }: Reader, segments: readonly Segment[], name: string): string[] {
  const chars = new Set(name);
  const labels = [
    ...segments.map((s) => s.name),
    ...[...ctx.taxonomy.tags.values()].filter((t) => !t.retired).map((t) => t[person.lang]),
  ];
  const scored = labels.map((label) => ({
    label,
    score: [...label].filter((char) => chars.has(char)).length / label.length,
  }));
  return scored.sort((a, b) => b.score - a.score).map(({ label }) => label);
}

export const meansEverybody = (name: string): boolean =>
  /^(?:所有人|全部|全体|大家|所有 ?koc|everybody|everyone|all)$/i.test(name.trim());
