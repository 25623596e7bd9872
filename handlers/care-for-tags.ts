import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { type Suggestion, suggestionLifeMs, suggestionsPerCard } from "#domain/suggestion.ts";
import { expiresBelow, fadesTo, fadingBelow, strengthOf, type TagEvent, type TagHold } from "#domain/tag.ts";
import { labelOf } from "#domain/taxonomy.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import type { Context } from "./context.ts";
import { fadingDue, followPerson } from "./follow-segments.ts";
import { showStaff } from "./say.ts";

const weekMs = 7 * 86_400_000;

/**
 * What time does to tags: one that nothing has told of for three half-lives expires, and about those that fade the employee is asked
 * whether they still hold, strongest interest first, on one card a week per customer at most. Locked tags are left alone.
 */
export async function careForTags(tx: Tx, ctx: Context, person: Person): Promise<void> {
  const now = ctx.now();
  const holds = (await tx.ledger.openHolds(person.id)).filter((hold) => !hold.locked);
  const left = (hold: TagHold) => strengthOf(hold, ctx.taxonomy, now);
  const worn = holds.filter((hold) => left(hold) <= expiresBelow);
  if (worn.length > 0) {
    await tx.ledger.add(expiries(worn, ctx));
    await followPerson(tx, ctx, person, now, { tags: worn.map((hold) => hold.tag) });
  }
  const fading = holds.filter((hold) => !worn.includes(hold) && left(hold) <= fadingBelow);
  const askedAt = await tx.suggestions.lastKeepAskedAt(person.id);
  const mayAsk = askedAt === null || Math.abs(now - askedAt) >= weekMs;
  const asked = mayAsk ? await ask(tx, ctx, person, fading) : 0;
  await noteNext(
    tx,
    ctx,
    person,
    holds,
    fading.length > asked ? (mayAsk ? now : (askedAt ?? now)) + weekMs : undefined,
  );
}

function expiries(worn: readonly TagHold[], ctx: Context): TagEvent[] {
  const now = ctx.now();
  const id = ctx.newId();
  return worn.map((hold, i) => ({
    id: i === 0 ? id : `${id}~${i}`,
    personId: hold.personId,
    tag: hold.tag,
    kind: "expired",
    source: "machine",
    proposedBy: null,
    settledBy: null,
    quote: null,
    messageId: null,
    suggestionId: null,
    cause: "faded",
    confidence: strengthOf(hold, ctx.taxonomy, now),
    at: now,
    recordedAt: now,
  }));
}

/** Asks about the newest of the fading tags, as many as fit on a card; returns how many questions were put or stand already. */
async function ask(tx: Tx, ctx: Context, person: Person, fading: readonly TagHold[]): Promise<number> {
  const owner = person.ownerId === null ? undefined : await tx.people.find(person.ownerId);
  if (!owner || fading.length === 0) return fading.length;
  const open = new Set((await tx.suggestions.openAbout(person.id)).map((s) => s.tag));
  const wanted = fading.filter((hold) => !open.has(hold.tag)).sort((a, b) => b.evidenceAt - a.evidenceAt);
  const chosen = wanted.slice(0, suggestionsPerCard);
  if (chosen.length === 0) return fading.length;
  const cardId = ctx.newId();
  for (const hold of chosen) await tx.suggestions.add(question(hold, cardId, owner, ctx));
  await showStaff(tx, ctx, owner, await suggestionCardOf(tx, ctx, cardId, person, owner));
  return fading.length - (wanted.length - chosen.length);
}

function question(hold: TagHold, cardId: string, owner: Person, ctx: Context): Suggestion {
  const now = ctx.now();
  return {
    id: ctx.newId(),
    cardId,
    personId: hold.personId,
    tag: hold.tag,
    kind: "keep",
    quote: hold.quote ?? labelOf(ctx.taxonomy, hold.tag, owner.lang),
    messageId: hold.messageId,
    conversationId: null,
    askedOf: owner.id,
    score: strengthOf(hold, ctx.taxonomy, now),
    evidence: ["fading"],
    status: "open",
    createdAt: now,
    expiresAt: now + suggestionLifeMs,
    answeredAt: null,
    answeredBy: null,
  };
}

async function noteNext(
  tx: Tx,
  ctx: Context,
  person: Person,
  holds: readonly TagHold[],
  askAt?: number,
): Promise<void> {
  const now = ctx.now();
  const times = holds.flatMap((hold) => [
    fadesTo(hold, fadingBelow, ctx.taxonomy) ?? 0,
    fadesTo(hold, expiresBelow, ctx.taxonomy) ?? 0,
  ]);
  const later = [...times, askAt ?? 0].filter((time) => time > now);
  await tx.segments.setDue(person.id, fadingDue, later.length > 0 ? Math.min(...later) : null);
}
