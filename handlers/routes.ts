import type { ActionType } from "#cards/action.ts";
import { confirmAllTapped, confirmTapped, rejectAllTapped } from "./answer-suggestion.ts";
import type { Scene, Talk } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { tagByHand } from "./tag-by-hand.ts";

/** Which tap goes to which handler. A button without a handler does not compile. */
export const taps: Record<ActionType, (scene: Scene<TapEvent>) => Promise<void>> = {
  "suggestion.confirm": confirmTapped,
  "suggestion.confirm-all": confirmAllTapped,
  "suggestion.reject-all": rejectAllTapped,
};

/** What may be said to koloop, in the order in which it is understood; the first that answers ends the search. */
export const talks: readonly Talk[] = [tagByHand];
