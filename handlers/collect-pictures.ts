import { whichPictureTaskText } from "#cards/hand-in.ts";
import { mayAtAll } from "#domain/rights.ts";
import { handInCandidates } from "#domain/task.ts";
import { acceptPiece, isTaken, runningOf } from "./collect-links.ts";
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
  const titles = candidates.map(({ task }) => task.title);
  if (another) return reply(scene, whichPictureTaskText(titles, person.lang));
  const [platform, other] = only.task.proof.platforms;
  const piece = {
    platform: other === undefined ? (platform ?? null) : null,
    url: `picture:${picture.id}`,
    canonical,
  };
  // Nobody can read a picture's address: a person looks at each.
  await acceptPiece(scene, only, piece, { rawText: event.text, notes: [{ kind: "screenshot" }] });
}
