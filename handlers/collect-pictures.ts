import { whichTaskCard } from "#cards/hand-in.ts";
import { mayAtAll } from "#domain/rights.ts";
import { handInCandidates } from "#domain/task.ts";
import { acceptPicture, isTaken, type Offered, runningOf } from "./collect-links.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply, replyRefusal } from "./say.ts";

/** A picture from a KOC is a hand-in where its platform has no links to share: kept, and shown to a person who reviews it. */
export async function collectPictures(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!mayAtAll(person, "hand-in.give") || !event.pictures || event.pictures.length === 0) return false;
  for (const picture of event.pictures) await handIn(scene, picture);
  return true;
}

async function handIn(scene: Scene<MessageEvent>, picture: { id: string; digest: string }): Promise<void> {
  const { tx, person, event } = scene;
  const canonical = `picture:${picture.digest}`;
  if (isTaken(await tx.submissions.withPost(canonical))) return replyRefusal(scene, "post-known");
  const offered = await runningOf(scene, person);
  const candidates = handInCandidates(offered, null, "any-platform");
  const meant = candidates.filter(({ assignment }) => assignment.id === event.aboutAssignment);
  const [only, another] = event.aboutAssignment === undefined ? candidates : meant;
  if (!only) return replyRefusal(scene, "nothing-to-hand-in");
  if (another) return askWhich(scene, picture.id, canonical, event.aboutAssignment === undefined ? candidates : meant);
  await acceptPicture(scene, only, { pictureId: picture.id, canonical, text: event.text });
}

/** One tap says which task it is for. */
async function askWhich(scene: Scene, pictureId: string, canonical: string, candidates: Offered[]): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const id = ctx.newId();
  const text = event.type === "message" ? event.text : "";
  const url = `picture:${pictureId}`;
  await tx.settings.set(`hand-in:${id}`, JSON.stringify({ personId: person.id, url, canonical, text }), ctx.now());
  const tasks = candidates.map(({ assignment, task }) => ({ assignmentId: assignment.id, title: task.title }));
  await reply(scene, whichTaskCard({ submissionId: id, url, pictureId, tasks, lang: person.lang }));
}
