import { behaviourText } from "#cards/behaviour-words.ts";
import { say } from "#cards/names.ts";
import { historyCard, tagCard, tagListCard } from "#cards/portrait.ts";
import type { Person } from "#domain/person.ts";
import { timelineOf } from "#domain/portrait.ts";
import { fadingBelow, strengthOf, type TagEvent, type TagHold, undoLast } from "#domain/tag.ts";
import { deedOfAction } from "./action-rights.ts";
import type { Scene } from "./context.ts";
import { followPerson } from "./follow-segments.ts";
import type { TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { viewFor } from "./read-portrait.ts";
import { reply, replyRefusal } from "./say.ts";
import { settleTag } from "./settle-tags.ts";
import { showPortrait } from "./show-person.ts";

const momentsShown = 12;

export async function showTapped(scene: Scene<TapEvent>): Promise<void> {
  const person = await personOf(scene, scene.event.action.id);
  if (person) await showPortrait(scene, person);
}

export async function tagsTapped(scene: Scene<TapEvent>): Promise<void> {
  const person = await personOf(scene, scene.event.action.id);
  if (!person) return;
  const view = await viewFor(scene.tx, scene.ctx, person, scene.person);
  await reply(scene, tagListCard(view, Number(scene.event.action.arg ?? 0) || 0));
}

export async function tagTapped(scene: Scene<TapEvent>): Promise<void> {
  const known = await openHold(scene);
  if (known) await showTag(scene, known.person, known.hold);
}

export async function historyTapped(scene: Scene<TapEvent>): Promise<void> {
  const person = await personOf(scene, scene.event.action.id);
  if (!person) return;
  const { tx, ctx } = scene;
  const events = await tx.ledger.eventsOf(person.id);
  const moments = timelineOf(events, await tx.segments.staysOf(person.id), momentsShown);
  await reply(scene, historyCard(await viewFor(tx, ctx, person, scene.person), moments));
}

/** A colleague's word that a tag is wrong. Of two who press at once the second is told that it is gone already. */
export async function removeTapped(scene: Scene<TapEvent>): Promise<void> {
  const known = await openHold(scene);
  if (!known) return;
  const { tx, ctx, person: by } = scene;
  const at = ctx.now();
  await settleTag(tx, ctx, known.person, {
    tag: known.hold.tag,
    holds: false,
    source: "koe",
    proposedBy: by.id,
    settledBy: by.id,
    quote: null,
    messageId: null,
    suggestionId: null,
    confidence: 1,
    at,
    cause: "corrected",
  });
  await audit(scene, "tag.removed", known);
  await showPortrait(scene, known.person);
}

export const lockTapped = (scene: Scene<TapEvent>): Promise<void> => lock(scene, "locked");
export const unlockTapped = (scene: Scene<TapEvent>): Promise<void> => lock(scene, "unlocked");

async function lock(scene: Scene<TapEvent>, kind: "locked" | "unlocked"): Promise<void> {
  const known = await openHold(scene);
  if (!known) return;
  const { tx, ctx, person: by } = scene;
  const at = ctx.now();
  const line: TagEvent = {
    id: ctx.newId(),
    personId: known.person.id,
    tag: known.hold.tag,
    kind,
    source: "koe",
    proposedBy: by.id,
    settledBy: by.id,
    quote: null,
    messageId: null,
    suggestionId: null,
    cause: null,
    confidence: 1,
    at,
    recordedAt: at,
  };
  const [changed] = await tx.ledger.add([line]);
  await followPerson(tx, ctx, known.person, at, { tags: [known.hold.tag] });
  await audit(scene, `tag.${kind}`, known);
  await showTag(scene, known.person, changed ?? known.hold);
}

/** Takes the last word about somebody back: tags, strengths, locks and segments are again as they were before it. */
export async function undoTapped(scene: Scene<TapEvent>): Promise<void> {
  const person = await personOf(scene, scene.event.action.id);
  if (!person) return;
  const { tx, ctx, person: by } = scene;
  const at = ctx.now();
  const lines = undoLast(await tx.ledger.eventsOf(person.id), { personId: by.id, at }, ctx.newId);
  if (lines.length === 0) return replyRefusal(scene, "nothing-to-undo");
  await tx.ledger.add(lines);
  await followPerson(tx, ctx, person, at, { tags: lines.map((line) => line.tag) });
  await tx.settings.audit({
    at,
    actor: by.id,
    action: "tag.undone",
    subject: person.id,
    detail: lines.map((l) => l.cause),
  });
  await reply(
    scene,
    say(by.lang, `已撤销对 ${person.name} 的上一步改动。`, `The last change to ${person.name} is undone.`),
  );
  await showPortrait(scene, person);
}

async function showTag(scene: Scene<TapEvent>, person: Person, hold: TagHold): Promise<void> {
  const { tx, ctx } = scene;
  const strength = strengthOf(hold, ctx.taxonomy, ctx.now());
  const tag = { hold, strength, fading: strength < fadingBelow && !hold.locked };
  const shown = (await tx.ledger.eventsOf(person.id)).findLast(
    (event) => event.tag === hold.tag && event.kind === "held" && event.source === hold.source,
  );
  const because = behaviourText(shown?.cause ?? null, scene.person.lang);
  await reply(scene, tagCard(await viewFor(tx, ctx, person, scene.person), tag, because));
}

/** The person, where this reader may see them; says why not otherwise. */
async function personOf(scene: Scene<TapEvent>, id: string): Promise<Person | undefined> {
  const person = await scene.tx.people.find(id);
  const deed = deedOfAction[scene.event.action.type];
  if (!person || !(await mayOver(scene.tx, scene.person, deed, person.ownerId))) {
    await replyRefusal(scene, person ? "not-for-your-role" : "gone");
    return undefined;
  }
  return person;
}

/** The interval that the button is about, while it still holds. */
async function openHold(scene: Scene<TapEvent>): Promise<{ person: Person; hold: TagHold } | undefined> {
  const hold = await scene.tx.ledger.findHold(scene.event.action.id);
  if (!hold) {
    await replyRefusal(scene, "tag-changed");
    return undefined;
  }
  const person = await personOf(scene, hold.personId);
  if (person && hold.until !== null) {
    await replyRefusal(scene, "tag-changed");
    return undefined;
  }
  return person && { person, hold };
}

async function audit(scene: Scene<TapEvent>, action: string, known: { person: Person; hold: TagHold }): Promise<void> {
  const { tx, ctx, person } = scene;
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action,
    subject: known.person.id,
    detail: { tag: known.hold.tag },
  });
}
