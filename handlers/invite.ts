import { invitationCard, inviteText, noInviteText } from "#cards/account-words.ts";
import { hasRole } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Scene } from "./context.ts";
import { findTasksNamed } from "./find-task.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { reply, replyRefusal } from "./say.ts";
import { showOneTask } from "./suit-tasks.ts";

const dayMs = 86_400_000;
const inviteDays = 30;
const asksForInvite = /^(?:\/invite|邀请(?:链接|新人)?|生成邀请|invite)(?:[\s::]+(.+))?$/i;

/** `/invite`, `邀请链接`: a KOE's link into the community; with a task's name, a link to that task. */
export async function invite(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const asked = asksForInvite.exec(event.text.trim());
  if (!asked || !mayAtAll(person, "person.invite")) return false;
  const wanted = asked[1]?.trim();
  const [task, another] = wanted === undefined ? [] : await findTasksNamed(tx, wanted, ["open"]);
  if (wanted !== undefined && (!task || another)) {
    await replyRefusal(scene, "gone");
    return true;
  }
  const now = ctx.now();
  const payload = task
    ? `task_${task.id}`
    : `invite_${await tx.codes.issue("invite", person.id, now + inviteDays * dayMs, now)}`;
  const url = ctx.startLink(payload);
  await reply(scene, url === undefined ? noInviteText(person.lang) : inviteText(url, task?.title, person.lang));
  return true;
}

/** What a deep link says when it is followed: `/start task_…` shows that task, `/start invite_…` asks whether they want to join. */
export async function followStart(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, event, person } = scene;
  const [, kind, id] = /^\/start (task|invite)_([\w-]+)$/.exec(event.text.trim()) ?? [];
  if (id === undefined) return false;
  if (kind === "task") await showOneTask(scene, id);
  else {
    const by = await inviterOf(scene, id);
    if (!by || mayAtAll(person, "person.invite")) await replyRefusal(scene, "gone");
    else await reply(scene, invitationCard({ code: id, by: by.name, joined: isIn(scene), lang: person.lang }));
  }
  ctx.log.info({ kind }, "a deep link was followed");
  await tx.settings.audit({ at: ctx.now(), actor: person.id, action: `start.${kind}`, subject: person.id, detail: {} });
  return true;
}

const isIn = ({ person }: Scene): boolean => hasRole(person, "koc") && person.consent === "yes";

async function inviterOf({ tx, ctx }: Scene, code: string) {
  const id = await tx.codes.find("invite", code, ctx.now());
  return id === undefined ? undefined : tx.people.find(id);
}

/** "Agree and join": from now on they are a KOC, looked after by who invited them unless somebody does already. */
export async function joinTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const by = await inviterOf(scene, event.action.id);
  if (!by || mayAtAll(person, "person.invite")) return replyRefusal(scene, "gone");
  const now = ctx.now();
  if (!isIn(scene)) {
    const roles = hasRole(person, "koc") ? person.roles : [...person.roles, "koc" as const];
    const ownerId = person.ownerId ?? (hasRole(by, "koe") ? by.id : null);
    await tx.people.change(person.id, { roles, consent: "yes", ownerId, updatedAt: now });
    const { channel } = event.address;
    for (const kind of ["capture", "push"] as const)
      await tx.consents.set({
        id: ctx.newId(),
        personId: person.id,
        byId: person.id,
        channel,
        kind,
        status: "yes",
        at: now,
      });
    const detail = { invitedBy: by.id };
    await tx.settings.audit({ at: now, actor: person.id, action: "person.joined", subject: person.id, detail });
  }
  await reply(scene, invitationCard({ code: event.action.id, by: by.name, joined: true, lang: person.lang }));
}
