import { suggestionCardOf } from "./capture-cues.ts";
import type { Scene } from "./context.ts";
import type { RecalledEvent } from "./incoming.ts";
import { redraw } from "./say.ts";

/** A message was taken back: its words go, and so do the open questions that stand on them. Only its writer can do that. */
export async function recallWords(scene: Scene<RecalledEvent>): Promise<void> {
  const { event, person, tx, ctx } = scene;
  const message = await tx.conversations.findMessage(event.address.channel, event.messageEventId);
  if (!message || message.fromId !== person.id) return;
  await tx.conversations.forgetWords(message.id, event.at);
  const touched = new Map<string, string>();
  for (const suggestion of await tx.suggestions.openFromMessage(message.id)) {
    await tx.suggestions.save({ ...suggestion, status: "withdrawn", quote: "", answeredAt: event.at });
    touched.set(suggestion.cardId, suggestion.askedOf);
  }
  for (const [cardId, askedOf] of touched) {
    const reader = await tx.people.find(askedOf);
    if (reader) await redraw(tx, ctx, await suggestionCardOf(tx, ctx, cardId, person, reader));
  }
}
