import { erasedCard } from "#cards/erased.ts";
import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { redraw } from "./say.ts";

/**
 * Forgets somebody everywhere in the database, and empties the cards about them that stand in other people's chats. Undefined where
 * nobody is known by that id. The file on the disk is scrubbed by `bot/clock.ts` after the commit.
 */
export async function forgetPerson(tx: Tx, ctx: Pick<Context, "now" | "newId">, personId: string) {
  const erased = await tx.erasure.forget(personId, ctx.now(), `gone-${ctx.newId()}`);
  if (!erased) return undefined;
  for (const key of new Set(erased.shown.map((place) => place.cardKey))) await redraw(tx, ctx, erasedCard(key));
  return erased;
}
