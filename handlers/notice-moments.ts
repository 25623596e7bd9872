import type { Card } from "#cards/card.ts";
import { type MomentView, momentCard, momentOutcomesText } from "#cards/moment.ts";
import { say } from "#cards/names.ts";
import type { Tx } from "#db/store.ts";
import {
  chooseMoments,
  laterAtMost,
  laterMs,
  type Moment,
  momentLifeMs,
  nextMoment,
  noticeMoments,
} from "#domain/moment.ts";
import { hasRole, isStaff, type Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { judge, type Rule } from "#domain/segment.ts";
import { labelOf } from "#domain/taxonomy.ts";
import { offsetMs, startOfDay } from "#domain/zone.ts";
import type { Context, Scene } from "./context.ts";
import { factsOf } from "./follow-segments.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { limitsOf } from "./match-people.ts";
import { redraw, reply, replyRefusal, showStaff } from "./say.ts";

const passedAtOnce = 100;

/** Notes the moments that have come for a person, for whoever looks after them. Returns when time alone may bring another. */
export async function noticePerson(tx: Tx, ctx: Context, person: Person): Promise<number | undefined> {
  const rules = ctx.peopleRules.moments;
  if (person.ownerId === null || isStaff(person) || person.consent === "no") return undefined;
  const now = ctx.now();
  const facts = await factsOf(tx, ctx, person, anyOf(rules.map(({ when }) => when)));
  const about = {
    koc: hasRole(person, "koc"),
    facts,
    holds: await tx.ledger.openHolds(person.id),
    lastOf: await tx.moments.lastOf(person.id),
  };
  const setup = { taxonomy: ctx.taxonomy, outcomes: new Map() };
  if (noticeMoments(rules, about, setup, now).length === 0) return nextMoment(rules, facts, now);
  const known = { ...setup, outcomes: await tx.moments.outcomes() };
  for (const { rule, reasons, score } of noticeMoments(rules, about, known, now)) {
    await tx.moments.add({
      id: ctx.newId(),
      personId: person.id,
      ownerId: person.ownerId,
      rule: rule.key,
      status: "waiting",
      score,
      reason: reasons,
      createdAt: now,
      dueAt: now,
      shownAt: null,
      settledAt: null,
      settledBy: null,
      later: 0,
    });
  }
  return nextMoment(rules, facts, now);
}

const anyOf = (rules: Rule[]): Rule => ({ kind: "any", of: rules });

/** Shows each employee the best of what waits, a few a day and outside quiet hours; clears what has passed. */
export async function sendMoments(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  for (const moment of await tx.moments.listPassed(now - momentLifeMs, passedAtOnce))
    await settle(tx, ctx, moment, "gone", null);
  for (const ownerId of await tx.moments.ownersWaiting(now)) {
    const owner = await tx.people.find(ownerId);
    if (!owner) continue;
    const zone = owner.timeZone ?? ctx.timeZone;
    const clock = { offset: (at: number) => offsetMs(at, zone) / 60_000, quiet: limitsOf(ctx).quiet };
    const shown = await tx.moments.countShown(owner.id, startOfDay(now, zone));
    for (const moment of chooseMoments(await tx.moments.listOf(owner.id, "waiting"), shown, now, clock)) {
      const person = await tx.people.find(moment.personId);
      if (!person || !(await stillHolds(tx, ctx, moment, person))) {
        await tx.moments.save({ ...moment, status: "gone", settledAt: now });
        continue;
      }
      await tx.moments.save({ ...moment, status: "shown", shownAt: now, dueAt: now });
      await showStaff(tx, ctx, owner, await cardOf(tx, ctx, moment, person, owner, null));
    }
  }
}

/** The moments of one person that their employee has not settled yet, waiting or shown, as cards. */
export async function openMomentsOf(tx: Tx, ctx: Context, person: Person, reader: Person): Promise<Card[]> {
  const cards: Card[] = [];
  for (const status of ["shown", "waiting"] as const)
    for (const moment of await tx.moments.listOf(reader.id, status))
      if (moment.personId === person.id && (await stillHolds(tx, ctx, moment, person)))
        cards.push(await cardOf(tx, ctx, moment, person, reader, null));
  return cards;
}

/** What was true when it was noticed may have changed while it waited. */
async function stillHolds(tx: Tx, ctx: Context, moment: Moment, person: Person): Promise<boolean> {
  const rule = ctx.peopleRules.moments.find(({ key }) => key === moment.rule);
  if (!rule || person.ownerId !== moment.ownerId || person.mergedInto !== null || person.consent === "no") return false;
  if (rule.unlessKoc && hasRole(person, "koc")) return false;
  return judge(rule.when, await factsOf(tx, ctx, person, rule.when), ctx.now()).holds;
}

async function cardOf(
  tx: Tx,
  ctx: Context,
  moment: Moment,
  person: Person,
  reader: Person,
  settled: MomentView["settled"],
) {
  const rule = ctx.peopleRules.moments.find(({ key }) => key === moment.rule);
  const { lang } = reader;
  const holds = await tx.ledger.openHolds(person.id);
  const named = new Set(moment.reason.flatMap(({ rule: part }) => (part.kind === "tag" ? [part.tag] : [])));
  const dimensions = new Set(
    moment.reason.flatMap(({ rule: part }) => (part.kind === "dimension" ? [part.dimension] : [])),
  );
  const behind = holds
    .filter(({ tag }) => named.has(tag) || dimensions.has(ctx.taxonomy.tags.get(tag)?.dimension ?? ""))
    .sort((a, b) => b.since - a.since);
  const tag = behind[0] ? labelOf(ctx.taxonomy, behind[0].tag, lang) : "";
  const words = (rule?.say[lang] ?? "").replaceAll("{name}", person.name).replaceAll("{tag}", tag);
  const segments = new Map((await tx.segments.active()).map((one) => [one.id, one.name]));
  return momentCard(
    {
      id: moment.id,
      personId: person.id,
      person: person.name,
      name: rule?.name[lang] ?? moment.rule,
      words,
      reasons: moment.reason,
      quote: behind.find(({ quote }) => quote !== null)?.quote ?? null,
      settled,
      mayWait: moment.later < laterAtMost,
    },
    { taxonomy: ctx.taxonomy, segments, lang },
  );
}

async function settle(tx: Tx, ctx: Context, moment: Moment, status: "taken" | "unfit" | "gone", by: Person | null) {
  const now = ctx.now();
  await tx.moments.save({ ...moment, status, settledAt: now, settledBy: by?.id ?? null });
  if (moment.shownAt === null) return;
  const person = await tx.people.find(moment.personId);
  const reader = await tx.people.find(moment.ownerId);
  if (person && reader) await redraw(tx, ctx, await cardOf(tx, ctx, moment, person, reader, status));
}

export const takeMomentTapped = (scene: Scene<TapEvent>): Promise<void> => answer(scene, "taken");
export const unfitMomentTapped = (scene: Scene<TapEvent>): Promise<void> => answer(scene, "unfit");

async function answer(scene: Scene<TapEvent>, status: "taken" | "unfit"): Promise<void> {
  const moment = await shownMoment(scene);
  if (moment) await settle(scene.tx, scene.ctx, moment, status, scene.person);
}

/** "Later": the card comes again in a few days, where the moment still stands then. */
export async function laterMomentTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx } = scene;
  const moment = await shownMoment(scene);
  if (!moment) return;
  if (moment.later >= laterAtMost) return replyRefusal(scene, "already-answered");
  await tx.moments.save({ ...moment, status: "waiting", dueAt: ctx.now() + laterMs, later: moment.later + 1 });
  const person = await tx.people.find(moment.personId);
  if (person) await redraw(tx, ctx, await cardOf(tx, ctx, moment, person, scene.person, "later"));
}

/** The moment of the card, where this employee may answer it; the first answer stands. */
async function shownMoment(scene: Scene<TapEvent>): Promise<Moment | undefined> {
  const moment = await scene.tx.moments.find(scene.event.action.id);
  if (moment && moment.ownerId === scene.person.id && moment.status === "shown") return moment;
  const why = !moment ? "gone" : moment.ownerId !== scene.person.id ? "not-asked" : "already-answered";
  await replyRefusal(scene, why);
  return undefined;
}

const asksForOutcomes = /^(?:\/moments|时机效果|时机统计|moments?(?: outcomes)?)[??。]?$/i;

/** `时机效果`: what employees made of each kind of moment, for managers. */
export async function momentOutcomes(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!asksForOutcomes.test(event.text.trim()) || !mayAtAll(person, "desk.use")) return false;
  if (!mayAtAll(person, "moment.outcomes")) {
    await replyRefusal(scene, "not-for-your-role");
    return true;
  }
  const kinds = ctx.peopleRules.moments.map(({ key, name }) => ({ key, name: say(person.lang, name.zh, name.en) }));
  await reply(scene, momentOutcomesText(kinds, await tx.moments.outcomes(), person.lang));
  return true;
}
