import { goodbyeText } from "#cards/erased.ts";
import { askForgetCard, captureText, droppedText, noticeText, ownDataCard } from "#cards/own-data.ts";
import type { OwnDataWord } from "#domain/own-data-text.ts";
import { readOwnData } from "#domain/own-data-text.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { TagHold } from "#domain/tag.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Scene } from "./context.ts";
import { forgetPerson } from "./forget-person.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { withdrawQuestions } from "./recall-words.ts";
import { reply, replyRefusal } from "./say.ts";
import { settleTag } from "./settle-tags.ts";

/**
 * `你记得我什么?`, `删除标签 单身`, `删除我的所有标签`, `忘了我`, `别再记录我`, `同意记录`: a member's word about what is kept of them, alone
 * with koloop. Of employees only the records of their work are kept, which are not theirs to delete.
 */
export async function ownData(scene: Scene<MessageEvent>): Promise<boolean> {
  const word = readOwnData(scene.event.text);
  if (!word || scene.event.roomKind !== "bot" || !mayAtAll(scene.person, "own-data.keep")) return false;
  await answers[word.kind](scene, word);
  return true;
}

const answers: Record<OwnDataWord["kind"], (scene: Scene<MessageEvent>, word: OwnDataWord) => Promise<void>> = {
  show: (scene) => showOwn(scene, 0),
  forget: (scene) => reply(scene, askForgetCard(scene.person.id, scene.person.lang)),
  clear: clearTags,
  "no-capture": (scene) => setCapture(scene, "no"),
  capture: (scene) => setCapture(scene, "yes"),
  drop: async (scene, word) => {
    const named = word.kind === "drop" ? tagsNamed(scene.ctx.taxonomy, word.tag) : [];
    const holds = await scene.tx.ledger.openHolds(scene.person.id);
    await dropHolds(
      scene,
      holds.filter((hold) => named.includes(hold.tag)),
    );
  },
};

export async function ownShowTapped(scene: Scene<TapEvent>): Promise<void> {
  if (await isOwn(scene)) await showOwn(scene, Number(scene.event.action.arg ?? 0) || 0);
}

export async function ownDropTapped(scene: Scene<TapEvent>): Promise<void> {
  const hold = await scene.tx.ledger.findHold(scene.event.action.id);
  if (!hold || hold.until !== null) return replyRefusal(scene, "tag-changed");
  if (hold.personId !== scene.person.id) return replyRefusal(scene, "not-for-your-role");
  await dropHolds(scene, [hold]);
}

export async function ownClearTapped(scene: Scene<TapEvent>): Promise<void> {
  if (await isOwn(scene)) await clearTags(scene);
}

export async function ownAskForgetTapped(scene: Scene<TapEvent>): Promise<void> {
  if (await isOwn(scene)) await reply(scene, askForgetCard(scene.person.id, scene.person.lang));
}

/** The last press: everything goes, and one word of farewell goes out. */
export async function ownForgetTapped(scene: Scene<TapEvent>): Promise<void> {
  if (!(await isOwn(scene))) return;
  const { tx, ctx, person, event } = scene;
  await forgetPerson(tx, ctx, person.id);
  const now = ctx.now();
  await tx.outbox.add({
    id: ctx.newId(),
    channel: event.address.channel,
    room: event.address.room,
    reply: event.address.reply ?? null,
    personId: null,
    cardKey: null,
    dedupeKey: `${tx.erasure.farewellKey}${ctx.newId()}`,
    assignmentId: null,
    purpose: "reply",
    body: { type: "text", text: goodbyeText(person.lang) },
    runAt: now,
    attempts: 0,
    createdAt: now,
  });
}

/** Tells somebody once per channel that they are listened to, what for, and how to refuse. Those who agreed elsewhere need no telling. */
export async function tellOfListening(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "own-data.keep") || person.consent !== "unknown") return;
  const { channel } = event.address;
  if (await tx.consents.wasTold(person.id, channel)) return;
  const at = ctx.now();
  const by = { id: ctx.newId(), personId: person.id, byId: person.id };
  await tx.consents.set({ ...by, channel, kind: "notice", status: "yes", at });
  await reply(scene, noticeText(channel, person.lang));
}

type Hearing = Pick<Scene, "tx" | "person"> & { event: { address: { channel: string } } };

/** Whether what this person says on this channel may be kept and read. */
export async function mayHear({ tx, person, event }: Hearing): Promise<boolean> {
  if (person.consent === "no") return false;
  const said = await tx.consents.said(person.id);
  const { channel } = event.address;
  return !said.some((one) => one.channel === channel && one.kind === "capture" && one.status === "no");
}

async function isOwn(scene: Scene<TapEvent>): Promise<boolean> {
  if (scene.event.action.id === scene.person.id && mayAtAll(scene.person, "own-data.keep")) return true;
  await replyRefusal(scene, "not-for-your-role");
  return false;
}

async function showOwn(scene: Scene, page: number): Promise<void> {
  const { tx, ctx, person } = scene;
  const kept = await tx.erasure.kept(person.id);
  await reply(
    scene,
    ownDataCard({
      personId: person.id,
      holds: await tx.ledger.openHolds(person.id),
      channels: [...new Set((await tx.people.identitiesOf(person.id)).map((identity) => identity.channel))],
      ...kept,
      heard: await mayHear(scene),
      page,
      taxonomy: ctx.taxonomy,
      timeZone: person.timeZone ?? ctx.timeZone,
      lang: person.lang,
    }),
  );
}

async function clearTags(scene: Scene): Promise<void> {
  await dropHolds(scene, await scene.tx.ledger.openHolds(scene.person.id));
}

/** The person's own no ends a tag, whoever set it, and takes the quotes behind it away. */
async function dropHolds(scene: Scene, holds: readonly TagHold[]): Promise<void> {
  const { tx, ctx, person } = scene;
  const at = ctx.now();
  for (const { tag } of holds) {
    await settleTag(tx, ctx, person, {
      tag,
      holds: false,
      source: "self",
      proposedBy: person.id,
      settledBy: person.id,
      quote: null,
      messageId: null,
      suggestionId: null,
      confidence: 1,
      at,
      cause: "own-word",
    });
    await tx.erasure.forgetQuotes(person.id, tag);
  }
  if (holds.length > 0)
    await tx.settings.audit({
      at,
      actor: person.id,
      action: "own.tags-dropped",
      subject: person.id,
      detail: { tags: holds.length },
    });
  const labels = holds.map(({ tag }) => labelOf(ctx.taxonomy, tag, person.lang));
  await reply(scene, droppedText(labels, person.lang));
}

async function setCapture(scene: Scene<MessageEvent>, status: "yes" | "no"): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const at = ctx.now();
  const { channel } = event.address;
  await tx.consents.set({
    id: ctx.newId(),
    personId: person.id,
    byId: person.id,
    channel,
    kind: "capture",
    status,
    at,
  });
  await tx.settings.audit({
    at,
    actor: person.id,
    action: `consent.${status}`,
    subject: person.id,
    detail: { channel },
  });
  if (status === "no") await withdrawQuestions(scene, await tx.suggestions.openAbout(person.id));
  else await agree(scene, person);
  await reply(scene, captureText(status === "yes", person.lang));
}

/** A yes in their own words ends a general no; it does not make a KOC of anybody. */
async function agree({ tx, ctx }: Scene, person: Person): Promise<void> {
  if (person.consent !== "yes") await tx.people.change(person.id, { consent: "yes", updatedAt: ctx.now() });
}
