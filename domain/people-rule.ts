/**
 * Segment rules over people in memory. A rule is answered here only where it looks at nothing but tags: cities, activity, results and
 * other segments change without a line in the tag ledger, and are asked of the tables.
 */
import { type PeopleIndex, popCount, type TagQuery } from "./people-index.ts";
import type { Rule } from "./segment.ts";
import { definitionOf, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** The column of everybody who counts: who is no employee and was not merged into somebody. Only they hold tags here. */
export const counted = "#counted";

/** The rows that a rule holds for, one bit each; undefined where it asks for more than tags. Equal to `judge`, person by person. */
export function selectByRule(index: PeopleIndex, rule: Rule, taxonomy: Taxonomy): Uint32Array | undefined {
  const query = queryOf(rule);
  if (query) return index.select(query);
  const set = bitsOf(index, rule, taxonomy);
  return set && together(index.select({ all: [counted] }), set);
}

/** How many people a rule holds for; undefined where it asks for more than tags. */
export function countByRule(index: PeopleIndex, rule: Rule, taxonomy: Taxonomy): number | undefined {
  const query = queryOf(rule);
  if (query) return index.count(query);
  const set = selectByRule(index, rule, taxonomy);
  return set && popCount(set);
}

/** "A and B and (C or D) and not E" as one pass over the columns; undefined for what is built otherwise. */
function queryOf(rule: Rule): TagQuery | undefined {
  const all: TagKey[] = [];
  const none: TagKey[] = [];
  let any: TagKey[] | undefined;
  for (const part of rule.kind === "all" ? rule.of : [rule]) {
    if (part.kind === "tag") all.push(part.tag);
    else if (part.kind === "none" && part.of.every(isTag)) none.push(...part.of.map((one) => one.tag));
    else if (part.kind === "any" && !any && part.of.length > 0 && part.of.every(isTag))
      any = part.of.map((one) => one.tag);
    else return undefined;
  }
  // Who holds a tag here counts; a rule that asks for none has to say so.
  return { all: all.length === 0 && !any ? [counted] : all, none, ...(any && { any }) };
}

const isTag = (rule: Rule): rule is Extract<Rule, { kind: "tag" }> => rule.kind === "tag";

function bitsOf(index: PeopleIndex, rule: Rule, taxonomy: Taxonomy): Uint32Array | undefined {
  switch (rule.kind) {
    case "tag":
      return index.select({ all: [rule.tag] });
    case "dimension": {
      const any = index.tags().filter((tag) => definitionOf(taxonomy, tag)?.dimension === rule.dimension);
      return any.length > 0 ? index.select({ any }) : index.select({ all: [counted] }).fill(0);
    }
    case "all":
    case "any":
    case "none": {
      const everybody = index.select({ all: [counted] });
      if (rule.of.length === 0) return everybody;
      const sets = rule.of.map((part) => bitsOf(index, part, taxonomy));
      if (sets.includes(undefined)) return undefined;
      const [first, ...rest] = sets as Uint32Array[];
      if (rule.kind === "all") return rest.reduce(together, first!);
      const one = rest.reduce(either, first!);
      return rule.kind === "any" ? one : without(everybody, one);
    }
    default:
      return undefined;
  }
}

/** Each writes into its first set: all are made for one answer. */
function together(a: Uint32Array, b: Uint32Array): Uint32Array {
  for (let w = 0; w < a.length; w++) a[w]! &= b[w]!;
  return a;
}

function either(a: Uint32Array, b: Uint32Array): Uint32Array {
  for (let w = 0; w < a.length; w++) a[w]! |= b[w]!;
  return a;
}

/** Those of the first set who are not in the second. */
export function without(a: Uint32Array, b: Uint32Array): Uint32Array {
  for (let w = 0; w < a.length; w++) a[w]! &= ~b[w]!;
  return a;
}

/** What is known of a person now: their tags; null: they do not count. */
export function setPerson(index: PeopleIndex, id: string, tags: ReadonlySet<TagKey> | null): void {
  const known = index.rowOf(id);
  if (known === undefined && tags === null) return;
  const row = known ?? index.addPerson(id);
  if (known !== undefined) {
    for (const tag of index.tags()) if (tag !== counted && !tags?.has(tag)) index.drop(row, tag);
    if (!tags) index.drop(row, counted);
  }
  if (!tags) return;
  index.hold(row, counted);
  for (const tag of tags) index.hold(row, tag);
}
