import { mergeCard, mergedCard } from "#cards/merge.ts";
import type { Tx } from "#db/store.ts";
import { mayMerge, mergeLines } from "#domain/merge.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { undoSettlement } from "#domain/tag.ts";
import type { Context, Scene } from "./context.ts";
import { findPersonNamed } from "./find-person.ts";
import { followPerson } from "./follow-segments.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { reply, replyRefusal } from "./say.ts";

const forms: readonly { form: RegExp; kept: 1 | 2 }[] = [
  { form: /^把\s*(.+?)\s*(?:并入|合并到|合到|并到)\s*(.+?)\s*[。!]?$/, kept: 2 },
  { form: /^合并\s*(.+?)\s*(?:和|与|跟|、|,|,)\s*(.+?)\s*[。!]?$/, kept: 1 },
  { form: /^\/merge\s+(\S+)\s+(\S+)$/i, kept: 1 },
  { form: /^merge\s+(.+?)\s+into\s+(.+?)[.]?$/i, kept: 2 },
  { form: /^merge\s+(.+?)\s+(?:and|with)\s+(.+?)[.]?$/i, kept: 1 },
];

/** `合并 王女士 和 小王`, `/merge A B`: one person who came by two channels. Shows first what would become of it. */
export async function proposeMerge(scene: Scene<MessageEvent>): Promise<boolean> {
  if (!mayAtAll(scene.person, "person.merge")) return false;
  const text = scene.event.text.trim();
  const found = forms.map(({ form, kept }) => ({ match: form.exec(text), kept })).find(({ match }) => match !== null);
  if (!found?.match) return false;
  const names = [found.match[1] as string, found.match[2] as string];
  if (found.kept === 2) names.reverse();
  const people: Person[] = [];
  for (const name of names) {
    const one = await findPersonNamed(scene.tx, scene.person, name);
    if (!one.ok) {
      await replyRefusal(scene, one.refused);
      return true;
    }
    people.push(one.value);
  }
  const [kept, gone] = people as [Person, Person];
  const allowed = mayMerge(kept, gone);
  if (!allowed.ok) await replyRefusal(scene, allowed.refused);
  else await preview(scene, kept, gone);
  return true;
}

async function preview(scene: Scene, kept: Person, gone: Person): Promise<void> {
  const { tx, ctx, person: reader } = scene;
  const lines = await linesOf(scene, kept, gone, "preview");
  const accounts = (await tx.people.identitiesOf(gone.id)).map((i) => `${i.channel} ${i.name ?? i.externalId}`);
  const tasks = await tx.profiles.taskCounts(gone.id);
  await reply(scene, mergeCard({ kept, gone, lines, accounts, tasks, taxonomy: ctx.taxonomy, lang: reader.lang }));
}

async function linesOf({ tx, ctx }: Pick<Scene, "tx" | "ctx">, kept: Person, gone: Person, settlement: string) {
  return mergeLines(
    { personId: kept.id, history: await tx.ledger.eventsOf(kept.id) },
    { personId: gone.id, holds: await tx.ledger.openHolds(gone.id) },
    ctx.taxonomy,
    settlement,
    ctx.now(),
  );
}

/** The press on "merge". */
export async function mergeTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person: by, event } = scene;
  const kept = await tx.people.find(event.action.id);
  const gone = await tx.people.find(event.action.arg ?? "");
  if (!kept || !gone) return replyRefusal(scene, "gone");
  if (!(await mayOver(tx, by, "person.merge", kept.ownerId)) || !(await mayOver(tx, by, "person.merge", gone.ownerId)))
    return replyRefusal(scene, "not-for-your-role");
  const allowed = mayMerge(kept, gone);
  if (!allowed.ok) return replyRefusal(scene, allowed.refused);
  const settlement = await mergePeople(tx, ctx, kept, gone, by);
  await reply(scene, mergedCard({ kept, gone, settlement, lang: by.lang }));
}

/**
 * Makes one person of two: accounts, chats, tasks and tags come over; the ledger of the other stays as it was written. Returns the
 * settlement by which all of it can be taken back. The caller has asked `mayMerge`.
 */
export async function mergePeople(tx: Tx, ctx: Context, kept: Person, gone: Person, by: Person): Promise<string> {
  const at = ctx.now();
  const settlement = ctx.newId();
  await tx.ledger.add(await linesOf({ tx, ctx }, kept, gone, settlement));
  const moved = await tx.profiles.moveAll(gone.id, kept.id);
  await tx.people.change(gone.id, { mergedInto: kept.id, updatedAt: at });
  const selves = [...(await tx.profiles.selvesOf(kept.id)), ...(await tx.profiles.selvesOf(gone.id))];
  await tx.settings.set(`selves:${kept.id}`, JSON.stringify(selves.slice(1)), at);
  for (const stay of await tx.segments.openStays(gone.id)) {
    await tx.segments.leave(stay.id, Math.max(at, stay.enteredAt), []);
    await tx.segments.setDue(gone.id, stay.segmentId, null);
  }
  await followPerson(tx, ctx, kept, at);
  await tx.settings.set(`merge:${settlement}`, JSON.stringify(moved), at);
  await tx.settings.audit({ at, actor: by.id, action: "person.merged", subject: kept.id, detail: moved });
  return settlement;
}

/** The press on "undo" of a merge. */
export async function unmergeTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person: by, event } = scene;
  const moved = await tx.profiles.findMerge(event.action.id);
  const kept = moved && (await tx.people.find(moved.kept));
  if (!kept) return replyRefusal(scene, "gone");
  if (!(await mayOver(tx, by, "person.merge", kept.ownerId))) return replyRefusal(scene, "not-for-your-role");
  const undone = await unmergePeople(tx, ctx, event.action.id, by);
  if (!undone) return replyRefusal(scene, "nothing-to-undo");
  await reply(scene, mergedCard({ ...undone, settlement: null, lang: by.lang }));
}

/** Takes a merge back: what it moved goes where it came from, and its lines no longer count. Undefined where it stands no longer. */
export async function unmergePeople(
  tx: Tx,
  ctx: Context,
  settlement: string,
  by: Person,
): Promise<{ kept: Person; gone: Person } | undefined> {
  const moved = await tx.profiles.findMerge(settlement);
  const kept = moved && (await tx.people.find(moved.kept));
  const gone = moved && (await tx.people.find(moved.gone));
  if (!moved || !kept || !gone || gone.mergedInto !== kept.id) return undefined;
  const at = ctx.now();
  const lines = undoSettlement(await tx.ledger.eventsOf(kept.id), settlement, { personId: by.id, at }, ctx.newId);
  await tx.ledger.add(lines);
  await tx.profiles.moveBack(moved);
  await tx.people.change(gone.id, { mergedInto: null, updatedAt: at });
  const gonesSelves = await tx.profiles.selvesOf(gone.id);
  const selves = (await tx.profiles.selvesOf(kept.id)).slice(1).filter((id) => !gonesSelves.includes(id));
  await tx.settings.set(`selves:${kept.id}`, JSON.stringify(selves), at);
  await followPerson(tx, ctx, kept, at);
  await followPerson(tx, ctx, { ...gone, mergedInto: null }, at);
  await tx.settings.audit({ at, actor: by.id, action: "person.unmerged", subject: kept.id, detail: moved });
  return { kept, gone };
}
