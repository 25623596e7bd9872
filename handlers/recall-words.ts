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
  await withdrawQuestions(scene, await tx.suggestions.fromMessage(message.id));
}

/** A customer no longer agrees to be heard by one employee, or by any: what they said to each other goes, and what is still open between them. */
export async function forgetPair(scene: Scene<SilencedEvent>): Promise<void> {
  const { event, person, conversationId, tx } = scene;
  if (event.to === null) {
    await tx.conversations.forgetTalksOf(person.id, event.address.channel, event.at);
    return withdrawQuestions(scene, await tx.suggestions.about(person.id));
  }
  await tx.conversations.forgetAllWords(conversationId, event.at);
  const employee = await tx.people.identity(event.address.channel, event.to);
  if (!employee) return;
  const between = await tx.suggestions.askedOfAbout(employee.personId, person.id);
  for (const messageId of new Set(between.flatMap((s) => s.messageId ?? [])))
    await tx.conversations.forgetWords(messageId, event.at);
  await withdrawQuestions(scene, between);
}

/** Open questions close, and the words leave everything that was kept of them: questions, cards, evidence. */
export async function withdrawQuestions(
  { tx, ctx, person, event }: Scene,
  suggestions: readonly Suggestion[],
): Promise<void> {
  // What is being asked meanwhile, of words that were heard before this, is to be withdrawn as well.
  await tx.people.hold([person.id]);
  const touched = new Map<string, string>();
  for (const suggestion of suggestions) {
    const { status, answeredAt } = suggestion;
    const isOpen = status === "open";
    await tx.suggestions.save({
      ...suggestion,
      quote: "",
      status: isOpen ? "withdrawn" : status,
      answeredAt: isOpen ? event.at : answeredAt,
    });
    if (suggestion.messageId !== null) await tx.ledger.forgetQuotes(suggestion.messageId);
    touched.set(suggestion.cardId, suggestion.askedOf);
  }
  for (const [cardId, askedOf] of touched) {
    const reader = await tx.people.find(askedOf);
    if (!reader) continue;
    const card = await suggestionCardOf(tx, ctx, cardId, person, reader);
    await tx.outbox.eraseCard(card.key, { type: "card", card });
    await redraw(tx, ctx, card);
  }
}
