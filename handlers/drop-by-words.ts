import type { Action, ActionType } from "#cards/action.ts";
import { draftDropped } from "#cards/task-writing.ts";
import { mayAtAll } from "#domain/rights.ts";
import { deedOfAction } from "./action-rights.ts";
import { dropVocabularyTapped } from "./care-for-vocabulary.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { cancelTapped } from "./offer-tasks.ts";
import { reply } from "./say.ts";
import { tableDropped } from "./take-tables.ts";
import { dropSegmentTapped } from "./write-segment.ts";

const dropForm = /^(?:取消(?:吧|掉)?|算了(?:吧)?|不发了|不要了|放弃|cancel(?: it)?|never ?mind)[。.!!~]?$/i;
/** Buttons that put a draft away, and what pressing them does. */
const drops: Partial<Record<ActionType, (scene: Scene<TapEvent>) => Promise<void>>> = {
  "task.cancel": cancelTapped,
  "segment.drop": dropSegmentTapped,
  "vocabulary.drop": dropVocabularyTapped,
  "table.drop": tableDropped,
};
/** Who says no more than `取消` means what was shown a moment ago, and no draft of last week. */
const withinMs = 24 * 3_600_000;
const cardsLookedAt = 12;

/** `取消`, said with a draft open in the room: as if its button had been pressed. */
export async function dropByWords(scene: Scene<MessageEvent>): Promise<boolean> {
  const { event, person } = scene;
  if (!dropForm.test(event.text.trim())) return false;
  const open = await newestDraft(scene);
  if (!open) return false;
  await drops[open.action.type]?.({ ...scene, event: { ...event, type: "tap", action: open.action } });
  // The card of a task changes where it stands, which may be far above.
  if (open.action.type === "task.cancel" && (await scene.tx.tasks.find(open.action.id))?.status === "cancelled")
    await reply(scene, draftDropped(open.title, person.lang));
  return true;
}

async function newestDraft({ tx, ctx, person, event }: Scene): Promise<{ action: Action; title: string } | undefined> {
  const { channel, room } = event.address;
  const bodies = await tx.outbox.cardsIn(channel, room, ctx.now() - withinMs, cardsLookedAt);
  for (const body of bodies) {
    const button = body.type === "card" && body.card.buttons.find(({ action: { type } }) => drops[type]);
    if (button && mayAtAll(person, deedOfAction[button.action.type]))
      return { action: button.action, title: body.card.title };
  }
  return undefined;
}
