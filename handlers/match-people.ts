import type { Tx } from "#db/store.ts";
import { type BriefVocabulary, briefMentions, briefVocabulary } from "#domain/brief-fit.ts";
import type { MatchLimits, MatchPerson, MatchTask } from "#domain/match.ts";
import { hasRole, isStaff, type Person } from "#domain/person.ts";
import { noStanding, noteDecline, type Standing, standingReason } from "#domain/standing-declines.ts";
import { type TagKinship, tagKinship } from "#domain/tag-kinship.ts";
import type { Task } from "#domain/task.ts";
import { offsetMs } from "#domain/zone.ts";
import type { Context } from "./context.ts";

const weekMs = 7 * 86_400_000;

/** Everybody who could be asked, as matching sees them: what holds of them, what they have said no to, and when they were asked. */
export const matchPeople = (tx: Tx, ctx: Context, only?: Person): Promise<MatchPerson[]> =>
  viewsOf(tx, ctx, (ids, since) => tx.tasks.pushTimes(ids, since), only);

/** One of them at the moment of sending: only what has gone out to them counts, not what is planned beside this. */
export async function matchAtSending(tx: Tx, ctx: Context, person: Person): Promise<MatchPerson> {
  const sentTimes = async (_: readonly string[], since: number) =>
    new Map([[person.id, await tx.tasks.sentTimes(person.id, since)]]);
  const [view] = await viewsOf(tx, ctx, sentTimes, person);
  return view as MatchPerson;
}

type TimesOf = (ids: readonly string[], since: number) => Promise<ReadonlyMap<string, readonly number[]>>;

async function viewsOf(tx: Tx, ctx: Context, timesOf: TimesOf, only?: Person): Promise<MatchPerson[]> {
  const now = ctx.now();
  const people = only ? [only] : (await tx.people.listByRole("koc")).filter((person) => !isStaff(person));
  const ids = people.map((person) => person.id);
  const tags = only
    ? new Map([[only.id, new Set((await tx.ledger.openHolds(only.id)).map((h) => h.tag))]])
    : await tx.ledger.openTags();
  const segments = only
    ? new Map([[only.id, new Set((await tx.segments.openStays(only.id)).map((s) => s.segmentId))]])
    : await tx.segments.allMemberships();
  const sends = await timesOf(ids, now - weekMs);
  const standings = await standingsOf(tx, only?.id);
  const offsetIn = zoneOffsets();
  return people.map((person) => ({
    id: person.id,
    koc: hasRole(person, "koc") && (person.pausedUntil ?? 0) <= now,
    consent: person.consent === "yes",
    // In one order on every database: what is learned of a push adds up over them, and the last bits depend on it.
    tags: new Set([...(tags.get(person.id) ?? [])].sort()),
    segments: [...(segments.get(person.id) ?? [])].sort(),
    offset: offsetIn(person.timeZone ?? ctx.timeZone),
    told: [],
    standing: standings.get(person.id) ?? noStanding(),
    // Somebody asked half as often counts each push twice.
    sends: (sends.get(person.id) ?? []).flatMap((at) =>
      Array.from({ length: Math.round(1 / person.frequency) }, () => at),
    ),
  }));
}

const quarterMs = 15 * 60_000;

/** Minutes from UTC by zone and quarter of an hour, each worked out once: a plan asks for them hundreds of thousands of times. */
function zoneOffsets(): (zone: string) => (at: number) => number {
  const zones = new Map<string, (at: number) => number>();
  return (zone) => {
    const known = zones.get(zone);
    if (known) return known;
    const minutes = new Map<number, number>();
    const offset = (at: number): number => {
      // Zones change their offset on a quarter of an hour.
      const quarter = Math.floor(at / quarterMs);
      let found = minutes.get(quarter);
      if (found === undefined) {
        found = offsetMs(quarter * quarterMs, zone) / 60_000;
        minutes.set(quarter, found);
      }
      return found;
    };
    zones.set(zone, offset);
    return offset;
  };
}

/** What people have said no to, from their declines. */
async function standingsOf(tx: Tx, only?: string): Promise<Map<string, Standing>> {
  const standings = new Map<string, Standing>();
  for (const decline of await tx.tasks.declines(only)) {
    const before = standings.get(decline.personId) ?? noStanding();
    const { theme, form, at } = decline;
    standings.set(decline.personId, noteDecline(before, standingReason(decline.reason), theme, form, at));
  }
  return standings;
}

/** The brand's limits; with quiet hours off, neither they nor the weekly cap hold anybody back. */
export function limitsOf(ctx: Context): MatchLimits {
  if (!ctx.quietHours) return { perWeek: 1000, quiet: null };
  return { perWeek: ctx.pushesPerWeek, quiet: { from: "22:00", to: "08:00" } };
}

/** How many people are asked for each piece that is wanted, where the manager sets no budget. */
export const pushesPerPiece = 6;

/** What a task's words and audience suggest about whom it fits, before anything was learned of it. */
export type FirstGuess = { mentions: MatchTask["mentions"]; kinship: TagKinship };

/** The first guess for a task, from its title and brief, and from what is typical of those it is meant for. */
export function firstGuess(ctx: Context, task: Task, people: readonly MatchPerson[]): FirstGuess {
  const reachable = people.filter((person) => person.koc && person.consent);
  return { mentions: mentionsOf(ctx, task), kinship: tagKinship(reachable, task.target.segments) };
}

export const mentionsOf = (ctx: Context, task: Task): MatchTask["mentions"] =>
  briefMentions(`${task.title}\n${task.brief}`, vocabularyOf(ctx));

const vocabularies = new WeakMap<Context["taxonomy"], BriefVocabulary>();

/** The telling pieces of a taxonomy's names, cut once. */
function vocabularyOf({ taxonomy }: Context): BriefVocabulary {
  const known = vocabularies.get(taxonomy);
  if (known) return known;
  const vocabulary = briefVocabulary([...taxonomy.tags.values()].filter((tag) => !tag.retired));
  vocabularies.set(taxonomy, vocabulary);
  return vocabulary;
}

/** A task as matching sees it; without a guess, by the hard rules and what was learned alone. */
export function matchTask(
  task: Task,
  state: { asked: ReadonlySet<string>; sent: number; approved: number; guess?: FirstGuess },
  now: number,
): MatchTask {
  const { target } = task;
  const isFor = (person: MatchPerson): boolean => {
    if (target.exclude.tags.some((tag) => person.tags.has(tag))) return false;
    if (target.exclude.segments.some((id) => person.segments.includes(id))) return false;
    if (target.segments.length + target.tags.length === 0) return true;
    return (
      target.segments.some((id) => person.segments.includes(id)) || target.tags.some((tag) => person.tags.has(tag))
    );
  };
  return {
    id: task.id,
    theme: task.theme,
    wording: `${task.theme}#${task.briefVersion}`,
    forms: task.forms.map(({ form }) => form),
    importance: task.importance,
    wanted: Math.max(0, task.quota - state.approved),
    budget: task.pushBudget ?? task.quota * pushesPerPiece,
    sent: state.sent,
    isFor,
    hinted: target.segments,
    mentions: state.guess?.mentions ?? new Map(),
    ...(state.guess && { kinship: state.guess.kinship }),
    opensAt: now,
    ...(task.deadlineAt !== null && { sendBy: task.deadlineAt }),
    asked: state.asked,
  };
}
