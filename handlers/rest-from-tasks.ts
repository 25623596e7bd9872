import { restText } from "#cards/task-news.ts";
import { readRest } from "#domain/rest-text.ts";
import { mayAtAll } from "#domain/rights.ts";
import { askLess } from "./ask-less.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";
import { declineLatest } from "./take-task.ts";

/** Stopped for good, until they say otherwise. */
const centuryMs = 100 * 365 * 86_400_000;

/** `暂停任务`, `别再发了`, `恢复任务`, `太频繁了`, `不感兴趣`: a member's word on how much they want to be asked acts at once. */
export async function restFromTasks(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "offer.answer")) return false;
  const timeZone = person.timeZone ?? ctx.timeZone;
  const now = ctx.now();
  const word = readRest(event.text, now, timeZone);
  if (!word) return false;
  if (word.kind === "not-my-thing") {
    if (!(await declineLatest(scene, "not_interested"))) return false;
  } else if (word.kind === "less") await askLess(scene);
  else {
    const pausedUntil = word.kind === "resume" ? null : word.kind === "stop" ? now + centuryMs : word.until;
    await tx.people.change(person.id, { pausedUntil, updatedAt: now });
  }
  await tx.settings.audit({ at: now, actor: person.id, action: `tasks.${word.kind}`, subject: person.id, detail: {} });
  await reply(scene, restText(word, timeZone, person.lang));
  return true;
}
