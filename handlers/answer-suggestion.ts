import { answerSuggestion, type Suggestion, type Verdict } from "#domain/suggestion.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { learnFromAnswer } from "./learn-verdicts.ts";
import { redraw, replyRefusal } from "./say.ts";
import { settleTag } from "./settle-tags.ts";

/** One tap on one tag. */
export async function confirmTapped(scene: Scene<TapEvent>): Promise<void> {
  const suggestion = await scene.tx.suggestions.find(scene.event.action.id);
  await answer(scene, suggestion ? [suggestion] : [], "confirmed");
}

/** "All of them": every question of the card that is still open. */
export async function confirmAllTapped(scene: Scene<TapEvent>): Promise<void> {
  await answer(scene, await stillOpen(scene), "confirmed");
}

/** "None of them": every question of the card that is still open. */
export async function rejectAllTapped(scene: Scene<TapEvent>): Promise<void> {
  await answer(scene, await stillOpen(scene), "rejected");
}

/** The open questions of the card; where none is left, the answered ones, so that the refusal can say why. */
async function stillOpen(scene: Scene<TapEvent>): Promise<Suggestion[]> {
  const all = await scene.tx.suggestions.ofCard(scene.event.action.id);
  const open = all.filter((s) => s.status === "open");
  return open.length > 0 ? open : all.slice(0, 1);
}

async function answer(scene: Scene<TapEvent>, suggestions: Suggestion[], verdict: Verdict): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const first = suggestions[0];
  if (!first) return replyRefusal(scene, "gone");
  const customer = await tx.people.find(first.personId);
  if (!customer) return replyRefusal(scene, "gone");

  const now = ctx.now();
  for (const suggestion of suggestions) {
    const answered = answerSuggestion(suggestion, { by: person.id, verdict }, now);
    if (!answered.ok) return replyRefusal(scene, answered.refused);
    await tx.suggestions.save(answered.value);
    await learnFromAnswer(tx, suggestion, verdict, now);
    // To say that a tag no longer fits is a word about the person; to refuse what was only heard is none.
    if (verdict === "confirmed" || suggestion.kind === "keep") {
      await settleTag(tx, ctx, customer, {
        tag: suggestion.tag,
        holds: verdict === "confirmed" && suggestion.kind !== "retract",
        source: "koe",
        proposedBy: "koloop",
        settledBy: person.id,
        quote: suggestion.quote,
        messageId: suggestion.messageId,
        suggestionId: suggestion.id,
        confidence: 1,
        at: now,
      });
    }
  }
  await redraw(tx, ctx, await suggestionCardOf(tx, ctx, first.cardId, customer, person), event.address);
}
