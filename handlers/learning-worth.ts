import { learningWorthCard } from "#cards/learning-worth.ts";
import { compareHoldout } from "#domain/off-policy.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply } from "./say.ts";

const asks =
  /^(?:\/learning|(?:koloop)?(?:的)?学习(?:到底)?(?:有没有用|有用吗|有效吗|值得吗|有效果吗|管用吗|起作用(?:了)?吗)|(?:does|is) (?:the )?learning (?:pay(?: off)?|work(?:ing)?|help(?:ing)?|worth it|useful))\s*[??。.!!]*$/i;

/** `学习有用吗`: what was learned against the tenth of the pushes that fixed rules decide. */
export async function learningWorth(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!asks.test(event.text.trim()) || !mayAtAll(person, "learning.read")) return false;
  const counts = await tx.learning.settledPushes(ctx.now());
  const [learned, fixed] = [counts.learned, counts.holdout];
  const verdict = compareHoldout(learned, fixed);
  await reply(scene, learningWorthCard({ key: `worth-${event.eventId}`, learned, fixed, verdict, lang: person.lang }));
  return true;
}
