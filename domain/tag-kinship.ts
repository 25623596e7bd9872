import type { TagKey } from "./taxonomy.ts";

/** How typical each tag is of a segment's members against everybody: the logarithm of its lift, from 0 up to 1.5. */
export type TagKinship = ReadonlyMap<TagKey, number>;

/** A few imagined people, so that a rare tag is not called typical by chance. */
const IMAGINED = 8;
const MOST = 1.5;

/**
 * Which tags are typical of the people whom a task is meant for. Somebody who holds many of them is like those people, also where the tag
 * that defines the segment is missing: a first guess of fit for a theme without history, whose worth the loop learns.
 */
export function tagKinship(
  people: Iterable<{ tags: ReadonlySet<TagKey>; segments: readonly string[] }>,
  segments: readonly string[],
): TagKinship {
  if (segments.length === 0) return new Map();
  const meant = new Set(segments);
  const inside = new Map<TagKey, number>();
  const all = new Map<TagKey, number>();
  let [members, everybody] = [0, 0];
  for (const person of people) {
    const member = person.segments.some((id) => meant.has(id));
    everybody++;
    if (member) members++;
    for (const tag of person.tags) {
      all.set(tag, (all.get(tag) ?? 0) + 1);
      if (member) inside.set(tag, (inside.get(tag) ?? 0) + 1);
    }
  }
  const kinship = new Map<TagKey, number>();
  if (members === 0) return kinship;
  for (const [tag, count] of inside) {
    const usual = all.get(tag)! / everybody;
    const lift = (count + IMAGINED * usual) / (members + IMAGINED) / usual;
    if (lift > 1.1) kinship.set(tag, Math.min(MOST, Math.log(lift)));
  }
  return kinship;
}
