import type { Action } from "#cards/action.ts";
import type { Body } from "#cards/card.ts";

/**
 * For channels without buttons: what a reply of `1` means, given the last card that was shown in the room. Undefined for anything else,
 * which is then an ordinary message. Full-width digits count too.
 */
export function actionOfAnswer(text: string, last: Body | undefined): Action | undefined {
  const answer = /^\s*([1-6１-６])\s*[.。]?\s*$/.exec(text)?.[1];
  if (answer === undefined || last?.type !== "card") return undefined;
  return last.card.buttons[Number(answer.normalize("NFKC")) - 1]?.action;
}
