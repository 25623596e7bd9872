import { judge, type Rule, type SegmentFacts } from "./segment.ts";
import type { TagKey } from "./taxonomy.ts";

export type Check = (facts: SegmentFacts, now: number) => boolean;

/** A rule as what must hold together: tags wanted, lists of which one is wanted, tags barred, and whatever is not about single tags. */
type Parts = { wanted: TagKey[]; oneOf: TagKey[][]; barred: TagKey[]; rest: Check[] };

/** A rule as one function; equal to `judge` for every input, without its reasons. */
export function compile(rule: Rule): Check {
  switch (rule.kind) {
    case "tag": {
      const { tag } = rule;
      return (facts) => facts.tags.has(tag);
    }
    case "segment": {
      const { segmentId } = rule;
      return (facts) => facts.segments.has(segmentId);
    }
    case "any":
      return rule.of.length === 0 ? () => true : anyOf(rule.of);
    case "all":
    case "none":
      return together(partsOf(rule));
    default:
      return (facts, now) => judge(rule, facts, now).holds;
  }
}

function anyOf(rules: readonly Rule[]): Check {
  const tags = tagsOnly(rules);
  if (tags) return (facts) => holdsOne(tags, facts.tags);
  const checks = rules.map(compile);
  return (facts, now) => {
    for (const check of checks) if (check(facts, now)) return true;
    return false;
  };
}

/** Most rules are about tags alone: those are looked up in plain loops, which cost a fraction of a call each. */
function together({ wanted, oneOf, barred, rest }: Parts): Check {
  return (facts, now) => {
    const { tags } = facts;
    for (let i = 0; i < wanted.length; i++) if (!tags.has(wanted[i]!)) return false;
    for (let i = 0; i < barred.length; i++) if (tags.has(barred[i]!)) return false;
    for (let i = 0; i < oneOf.length; i++) if (!holdsOne(oneOf[i]!, tags)) return false;
    for (let i = 0; i < rest.length; i++) if (!rest[i]!(facts, now)) return false;
    return true;
  };
}

function holdsOne(wanted: readonly TagKey[], tags: ReadonlySet<TagKey>): boolean {
  for (let i = 0; i < wanted.length; i++) if (tags.has(wanted[i]!)) return true;
  return false;
}

function partsOf(rule: Rule, into: Parts = { wanted: [], oneOf: [], barred: [], rest: [] }): Parts {
  if (rule.kind === "all") for (const part of rule.of) partsOf(part, into);
  else if (rule.kind === "tag") into.wanted.push(rule.tag);
  else if (rule.kind === "none") {
    for (const part of rule.of) {
      if (part.kind === "tag") into.barred.push(part.tag);
      else into.rest.push(not(compile(part)));
    }
  } else {
    const tags = rule.kind === "any" && rule.of.length > 0 ? tagsOnly(rule.of) : undefined;
    if (tags) into.oneOf.push(tags);
    else into.rest.push(compile(rule));
  }
  return into;
}

const not =
  (check: Check): Check =>
  (facts, now) =>
    !check(facts, now);

function tagsOnly(rules: readonly Rule[]): TagKey[] | undefined {
  const tags = rules.flatMap((part) => (part.kind === "tag" ? [part.tag] : []));
  return tags.length === rules.length ? tags : undefined;
}

/** The tags without which a rule cannot hold, whatever else is so. */
export const neededTags = (rule: Rule): TagKey[] => partsOf(rule).wanted;
