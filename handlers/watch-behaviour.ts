import type { Message } from "#db/conversations.ts";
import type { Tx } from "#db/store.ts";
import { type Deeds, judgeBehaviour, localDay, nextLook } from "#domain/behaviour.ts";
import { behaviourCause, behaviourConfidence, worthClaiming } from "#domain/behaviour-claim.ts";
import type { Cue } from "#domain/cue.ts";
import { deedsIn } from "#domain/deeds.ts";
import { hasRole, isStaff, type Person } from "#domain/person.ts";
import { definitionOf } from "#domain/taxonomy.ts";
import { offsetMs } from "#domain/zone.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { settleTag } from "./settle-tags.ts";

const dayMs = 86_400_000;
const yearMs = 365 * dayMs;
/** Habits show in far fewer; nobody's whole year has to be read. */
const messagesRead = 2000;
const talkBack = 12;
const talkBackMs = 24 * 3_600_000;

const offsetOf = (ctx: Context, person: Person) => (at: number) =>
  offsetMs(at, person.timeZone ?? ctx.timeZone) / 60_000;

/** Notes what a message in a group shows of its writer and of those whom it answers or takes up. */
export async function noteDeeds(scene: Scene<MessageEvent>, message: Message): Promise<void> {
  const { tx, ctx, person } = scene;
  if (isStaff(person) || person.consent === "no") return;
  const talk = await tx.conversations.recentMessages(
    message.conversationId,
    message.at,
    message.at - talkBackMs,
    talkBack,
  );
  const people = new Map((await tx.people.list([...new Set(talk.map((m) => m.fromId))])).map((one) => [one.id, one]));
  const said = [...talk.filter((m) => m.id !== message.id), message].map((m) => {
    const from = people.get(m.fromId);
    return { fromId: m.fromId, name: from?.name ?? m.fromId, staff: !from || isStaff(from), at: m.at, text: m.text };
  });
  for (const { personId, kind, about } of deedsIn(said)) {
    const whose = people.get(personId);
    if (whose && whose.consent !== "no")
      await tx.deeds.note(personId, kind, [about], localDay(message.at, offsetOf(ctx, whose)));
  }
}

/** Notes the topics of a message, whether or not anybody is asked about them: what comes back on several days is an interest. */
export async function noteTopics(
  tx: Tx,
  ctx: Context,
  person: Person,
  cues: readonly Cue[],
  at: number,
): Promise<void> {
  const tags = cues.map((cue) => cue.tag);
  if (tags.length > 0) await tx.deeds.note(person.id, "topic", tags, localDay(at, offsetOf(ctx, person)));
}

/** Brings the tags that behaviour shows in line with what a person has done. Returns when time alone may change them. */
export async function watchBehaviour(tx: Tx, ctx: Context, person: Person): Promise<number | undefined> {
  const now = ctx.now();
  const rules = ctx.peopleRules.behaviour;
  const deeds = await deedsOf(tx, ctx, person);
  const verdicts = judgeBehaviour(rules, deeds, (tag) => definitionOf(ctx.taxonomy, tag)?.dimension);
  const open = await tx.ledger.openHolds(person.id);
  if (verdicts.length === 0) return nextLook(rules, deeds);
  const refused = new Set((await tx.suggestions.refusalsAbout(person.id, now - yearMs)).map(({ tag }) => tag));
  const allowed = verdicts.filter(({ tag, holds }) => !holds || !refused.has(tag));
  const claims = worthClaiming(allowed, open, await tx.ledger.eventsOf(person.id));
  for (const { tag, holds, figures } of claims) {
    await settleTag(tx, ctx, person, {
      tag,
      holds,
      source: "behaviour",
      proposedBy: "koloop",
      settledBy: null,
      quote: null,
      messageId: null,
      suggestionId: null,
      confidence: behaviourConfidence(figures),
      at: now,
      cause: behaviourCause(figures),
    });
  }
  return nextLook(rules, deeds);
}

async function deedsOf(tx: Tx, ctx: Context, person: Person): Promise<Deeds> {
  const now = ctx.now();
  const offset = offsetOf(ctx, person);
  const selves = await tx.profiles.selvesOf(person.id);
  return {
    now,
    offset,
    koc: hasRole(person, "koc"),
    messages: await tx.deeds.messageTimes(selves, now - yearMs, messagesRead),
    posts: await tx.deeds.approvedPosts(person.id),
    deeds: await tx.deeds.of(selves, localDay(now - yearMs, offset)),
  };
}
