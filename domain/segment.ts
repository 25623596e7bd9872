import type { TagKey } from "./taxonomy.ts";

/** A condition over one person's facts. An empty `all` or `none` holds; an empty `any` holds too, as in the data package. */
export type Rule =
  | { kind: "all" | "any" | "none"; of: Rule[] }
  | { kind: "tag"; tag: TagKey }
  | { kind: "city"; cities: string[] }
  | { kind: "segment"; segmentId: string }
  | { kind: "active"; withinDays: number }
  | { kind: "silent"; forDays: number }
  /** Any tag of the dimension. */
  | { kind: "dimension"; dimension: string }
  /** At least so many approved posts within the days. */
  | { kind: "approved"; times: number; withinDays: number }
  /** Influence at least so many times the usual (1 is typical). */
  | { kind: "influence"; atLeast: number };

export type Segment = {
  id: string;
  name: string;
  rule: Rule;
  version: number;
  status: "active" | "retired";
  createdBy: string | null;
  createdAt: number;
  updatedAt: number;
};

/** What a rule may look at. `lastActiveAt`: when the person last wrote or answered; null: never. */
export type SegmentFacts = {
  tags: ReadonlySet<TagKey>;
  city: string | null;
  lastActiveAt: number | null;
  segments: ReadonlySet<string>;
  /** The dimensions of the tags held; absent: no rule asks. */
  dimensions?: ReadonlySet<string>;
  /** When posts of theirs were approved; absent: never. */
  approvedAt?: readonly number[];
  /** Absent or null: not known, and below every bar. */
  influence?: number | null;
};

/** Why a rule holds or does not: the conditions that decided it, each as it was found. */
export type Reason = { rule: Exclude<Rule, { of: Rule[] }>; holds: boolean };
export type Judgement = { holds: boolean; reasons: Reason[] };

const dayMs = 86_400_000;

/** Judges one person by a rule at a time. The reasons name the deciding conditions only. */
export function judge(rule: Rule, facts: SegmentFacts, now: number): Judgement {
  switch (rule.kind) {
    case "all": {
      const reasons: Reason[] = [];
      for (const part of rule.of) {
        const judged = judge(part, facts, now);
        if (!judged.holds) return judged;
        for (const reason of judged.reasons) reasons.push(reason);
      }
      return { holds: true, reasons };
    }
    case "any": {
      const found: Reason[] = [];
      const missed: Reason[] = [];
      let holds = rule.of.length === 0;
      for (const part of rule.of) {
        const judged = judge(part, facts, now);
        if (judged.holds) holds = true;
        for (const reason of judged.reasons) (judged.holds ? found : missed).push(reason);
      }
      return { holds, reasons: holds ? found : missed };
    }
    case "none": {
      const found: Reason[] = [];
      let holds = true;
      for (const part of rule.of) {
        const judged = judge(part, facts, now);
        if (!judged.holds) continue;
        holds = false;
        for (const reason of judged.reasons) found.push(reason);
      }
      return { holds, reasons: found };
    }
    case "tag":
      return leaf(rule, facts.tags.has(rule.tag));
    case "city":
      return leaf(rule, facts.city !== null && rule.cities.includes(facts.city));
    case "segment":
      return leaf(rule, facts.segments.has(rule.segmentId));
    case "active":
      return leaf(rule, facts.lastActiveAt !== null && now - facts.lastActiveAt < rule.withinDays * dayMs);
    case "silent":
      return leaf(rule, facts.lastActiveAt === null || now - facts.lastActiveAt >= rule.forDays * dayMs);
    case "dimension":
      return leaf(rule, facts.dimensions?.has(rule.dimension) ?? false);
    case "approved":
      return leaf(rule, approvedWithin(rule.withinDays, facts, now).length >= rule.times);
    case "influence":
      return leaf(rule, (facts.influence ?? Number.NEGATIVE_INFINITY) >= rule.atLeast);
  }
}

const approvedWithin = (days: number, facts: SegmentFacts, now: number): number[] =>
  (facts.approvedAt ?? []).filter((at) => now - at < days * dayMs);

function leaf(rule: Reason["rule"], holds: boolean): Judgement {
  return { holds, reasons: [{ rule, holds }] };
}

/** Every leaf of a rule, outermost first. */
export function leavesOf(rule: Rule): Reason["rule"][] {
  return "of" in rule ? rule.of.flatMap(leavesOf) : [rule];
}

/** The tags that can change a rule's answer. */
export function tagsOf(rule: Rule): TagKey[] {
  return leavesOf(rule).flatMap((part) => (part.kind === "tag" ? [part.tag] : []));
}

/** The segments in an order in which each comes after those that its rule names. Throws for a cycle, naming it. */
export function inOrder(segments: readonly Segment[]): Segment[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const done = new Set<string>();
  const ordered: Segment[] = [];
  const visit = (segment: Segment, path: string[]): void => {
    if (done.has(segment.id)) return;
    if (path.includes(segment.id))
      throw new Error(`segments refer to each other in a circle: ${[...path, segment.id].join(" > ")}`);
    for (const part of leavesOf(segment.rule)) {
      const needed = part.kind === "segment" ? byId.get(part.segmentId) : undefined;
      if (needed) visit(needed, [...path, segment.id]);
    }
    done.add(segment.id);
    ordered.push(segment);
  };
  for (const segment of segments) visit(segment, []);
  return ordered;
}

/** One stay in a segment, with what let the person in and out. */
export type SegmentStay = {
  id: string;
  segmentId: string;
  personId: string;
  enteredAt: number;
  leftAt: number | null;
  ruleVersion: number;
  entryReason: Reason[];
  exitReason: Reason[] | null;
};

/** The soonest time at which a rule's answer can change by time alone; undefined: never. */
export function nextChange(rule: Rule, facts: SegmentFacts, now: number): number | undefined {
  const times = leavesOf(rule).flatMap((part) => {
    if (part.kind === "approved")
      return approvedWithin(part.withinDays, facts, now).map((at) => at + part.withinDays * dayMs);
    if (facts.lastActiveAt === null) return [];
    if (part.kind === "active") return [facts.lastActiveAt + part.withinDays * dayMs];
    if (part.kind === "silent") return [facts.lastActiveAt + part.forDays * dayMs];
    return [];
  });
  const later = times.filter((time) => time > now);
  return later.length > 0 ? Math.min(...later) : undefined;
}
