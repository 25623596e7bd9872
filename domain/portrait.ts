import type { Person } from "./person.ts";
import type { Judgement, Reason, Segment, SegmentStay } from "./segment.ts";
import { judge, type SegmentFacts } from "./segment.ts";
import type { Suggestion } from "./suggestion.ts";
import { fadingBelow, settlementOf, standing, strengthOf, type TagEvent, type TagHold } from "./tag.ts";
import { type Dimension, definitionOf, type Taxonomy } from "./taxonomy.ts";

export type HeldTag = { hold: TagHold; strength: number; fading: boolean };
export type TaskCounts = { asked: number; accepted: number; submitted: number; approved: number; declined: number };

/** Whether somebody lets koloop listen: agreed, taken back, told of it without an answer, or never asked; `on`: where they took it back. */
export type ConsentState = { state: "given" | "withdrawn" | "told" | "not-asked"; on: string[] };

/** Somebody's consent, from their general word and what they have said channel by channel. */
export function consentOf(
  person: Pick<Person, "consent">,
  said: readonly { channel: string; kind: string; status: "yes" | "no" }[],
): ConsentState {
  const on = (kind: string, status: "yes" | "no") =>
    said.filter((one) => one.kind === kind && one.status === status).map((one) => one.channel);
  const refused = on("capture", "no");
  if (person.consent === "no" || refused.length > 0) return { state: "withdrawn", on: refused };
  if (person.consent === "yes" || on("capture", "yes").length > 0) return { state: "given", on: [] };
  return { state: on("notice", "yes").length > 0 ? "told" : "not-asked", on: [] };
}

/** Everything koloop knows of one person at one moment. */
export type Portrait = {
  person: Person;
  now: number;
  /** In the order of the taxonomy, each with its strongest tags first; dimensions without a tag are left out. */
  dimensions: { dimension: Dimension | undefined; tags: HeldTag[] }[];
  suggestions: Suggestion[];
  segments: { segment: Segment; since: number; reasons: Reason[] }[];
  tasks: TaskCounts;
  results: { posts: number; reads: number | null; interactions: number | null };
  channels: string[];
  owner: string | null;
  consent: ConsentState;
  lastActiveAt: number | null;
  /** Names behind ids: whoever settled, proposed or looks after. */
  names: ReadonlyMap<string, string>;
};

/** The open tags by dimension, with what is left of each. */
export function byDimension(holds: readonly TagHold[], taxonomy: Taxonomy, now: number): Portrait["dimensions"] {
  const groups = new Map<string, HeldTag[]>();
  for (const hold of holds) {
    const strength = strengthOf(hold, taxonomy, now);
    const key = definitionOf(taxonomy, hold.tag)?.dimension ?? "";
    const held = { hold, strength, fading: strength < fadingBelow && !hold.locked };
    groups.set(key, [...(groups.get(key) ?? []), held]);
  }
  const order = [...taxonomy.dimensions.keys(), ""];
  return order
    .filter((key) => groups.has(key))
    .map((key) => ({
      dimension: taxonomy.dimensions.get(key),
      tags: (groups.get(key) ?? []).sort((a, b) => b.strength - a.strength || (a.hold.tag < b.hold.tag ? -1 : 1)),
    }));
}

/** One moment of a person's life as koloop knows it. */
export type Moment =
  | { kind: "tag"; at: number; events: TagEvent[]; undone: boolean }
  | { kind: "entered" | "left"; at: number; stay: SegmentStay };

/** The ledger and the stays as one story, newest first. Lines of one settlement stand together; what was taken back says so. */
export function timelineOf(events: readonly TagEvent[], stays: readonly SegmentStay[], count: number): Moment[] {
  const kept = new Set(standing(events).map((event) => event.id));
  const settlements = new Map<string, TagEvent[]>();
  for (const event of events) {
    if (event.kind === "undone") continue;
    const key = settlementOf(event);
    const together = settlements.get(key);
    if (together) together.push(event);
    else settlements.set(key, [event]);
  }
  const moments: Moment[] = [...settlements.values()].map((together) => ({
    kind: "tag",
    at: together[0]!.at,
    events: together,
    undone: together.every((event) => !kept.has(event.id)),
  }));
  for (const stay of stays) {
    moments.push({ kind: "entered", at: stay.enteredAt, stay });
    if (stay.leftAt !== null) moments.push({ kind: "left", at: stay.leftAt, stay });
  }
  return moments.sort((a, b) => b.at - a.at).slice(0, count);
}

/** Why somebody is in a segment or not: for a member the reasons kept at entry, for others how the rule reads them now. */
export function whyIn(
  segment: Segment,
  stays: readonly SegmentStay[],
  facts: SegmentFacts,
  now: number,
): Judgement & { since: number | null; left: SegmentStay | null } {
  const own = stays.filter((stay) => stay.segmentId === segment.id);
  const open = own.find((stay) => stay.leftAt === null);
  if (open) return { holds: true, reasons: open.entryReason, since: open.enteredAt, left: null };
  return { ...judge(segment.rule, facts, now), since: null, left: own.at(-1) ?? null };
}
