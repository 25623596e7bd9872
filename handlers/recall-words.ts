import type { Suggestion } from "#domain/suggestion.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import type { Scene } from "./context.ts";
import type { RecalledEvent, SilencedEvent } from "./incoming.ts";
import { redraw } from "./say.ts";

/** A message was taken back: its words go, and so do the open questions that stand on them. Only its writer can do that. */
export async function recallWords(scene: Scene<RecalledEvent>): Promise<void> {
  const { event, person, tx } = scene;
  const message = await tx.conversations.findMessage(event.address.channel, event.messageEventId);
  if (!message || message.fromId !== person.id) return;
  await tx.conversations.forgetWords(message.id, event.at);
  await withdraw(scene, await tx.suggestions.openFromMessage(message.id));
}

/** A customer no longer agrees to be heard by one employee: what they said to each other goes, and what is still open between them. */
export async function forgetPair(scene: Scene<SilencedEvent>): Promise<void> {
  const { event, person, conversationId, tx } = scene;
  await tx.conversations.forgetAllWords(conversationId, event.at);
  const employee = await tx.people.identity(event.address.channel, event.to);
  const open = await tx.suggestions.openAbout(person.id);
  await withdraw(
    scene,
    open.filter((s) => s.askedOf === employee?.personId || s.conversationId === conversationId),
  );
}

async function withdraw({ tx, ctx, person, event }: Scene, open: readonly Suggestion[]): Promise<void> {
  const touched = new Map<string, string>();
  for (const suggestion of open) {
    await tx.suggestions.save({ ...suggestion, status: "withdrawn", quote: "", answeredAt: event.at });
    touched.set(suggestion.cardId, suggestion.askedOf);
  }
  for (const [cardId, askedOf] of touched) {
    const reader = await tx.people.find(askedOf);
    if (reader) await redraw(tx, ctx, await suggestionCardOf(tx, ctx, cardId, person, reader));
  }
}
