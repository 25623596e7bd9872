import type { PortraitView } from "#cards/portrait.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { byDimension, consentOf, type Portrait } from "#domain/portrait.ts";
import type { Context } from "./context.ts";

/** Everything koloop knows of a person now, from one transaction's view of the database. */
export async function readPortrait(tx: Tx, ctx: Context, person: Person): Promise<Portrait> {
  const now = ctx.now();
  const holds = await tx.ledger.openHolds(person.id);
  const segments = new Map((await tx.segments.active()).map((segment) => [segment.id, segment]));
  const stays = await tx.segments.openStays(person.id);
  const involved = [...holds.flatMap((hold) => [hold.settledBy, hold.proposedBy]), person.ownerId];
  const names = await namesOf(tx, involved);
  return {
    person,
    now,
    dimensions: byDimension(holds, ctx.taxonomy, now),
    suggestions: await tx.suggestions.openAbout(person.id),
    segments: stays.flatMap((stay) => {
      const segment = segments.get(stay.segmentId);
      return segment ? [{ segment, since: stay.enteredAt, reasons: stay.entryReason }] : [];
    }),
    tasks: await tx.profiles.taskCounts(person.id),
    results: await tx.profiles.results(person.id),
    channels: [...new Set((await tx.people.identitiesOf(person.id)).map((identity) => identity.channel))],
    owner: person.ownerId === null ? null : (names.get(person.ownerId) ?? null),
    consent: consentOf(person, await tx.consents.of(person.id)),
    lastActiveAt: await tx.profiles.lastActiveAt(await tx.profiles.selvesOf(person.id)),
    names,
  };
}

export async function namesOf(tx: Tx, ids: readonly (string | null)[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  return new Map((await tx.people.list(wanted)).map((person) => [person.id, person.name]));
}

/** The portrait with what its words need. */
export async function viewFor(tx: Tx, ctx: Context, person: Person, reader: Person): Promise<PortraitView> {
  return {
    cardId: ctx.newId(),
    portrait: await readPortrait(tx, ctx, person),
    taxonomy: ctx.taxonomy,
    segments: new Map((await tx.segments.active()).map((segment) => [segment.id, segment.name])),
    timeZone: reader.timeZone ?? ctx.timeZone,
    lang: reader.lang,
  };
}
