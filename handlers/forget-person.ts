import { erasedCard } from "#cards/erased.ts";
import type { Erasing, Look } from "#db/erasure-sweep.ts";
import type { Store, Tx } from "#db/store.ts";
import type { Context } from "./context.ts";
import { redraw } from "./say.ts";

type Making = Pick<Context, "now" | "newId">;

/** A step is to take so long; how many rows it looks through follows from that. */
const stepMs = 15;
const [fewestRows, mostRows] = [50, 2000];
/** So many looks that found nothing need no note of how far they are. */
const looksUnnoted = 50;

/**
 * Forgets somebody: from now on nobody meets, reaches or counts them, and their account is not heard until all is gone. What is left of them
 * in other people's rows goes by `sweepForgotten`. Undefined where nobody is known by that id.
 */
export const forgetPerson = (tx: Tx, ctx: Making, personId: string) =>
  tx.erasure.forget(personId, ctx.now(), `gone-${ctx.newId()}`);

/**
 * Goes on with the forgettings that are under way, in small steps between which others have their turn (`breathe`), as long as it `goesOn`,
 * and empties the cards that stand in other people's chats. Returns how many rows it changed. What was cut off goes on with the next call,
 * also in another process.
 */
export async function sweepForgotten(
  store: Store,
  ctx: Making,
  breathe: () => Promise<void>,
  goesOn: () => boolean = () => true,
): Promise<number> {
  let changed = 0;
  for (let erasing = await underWay(store); erasing && goesOn(); erasing = await underWay(store)) {
    if (erasing.table === "") await untilAllKnow(store, breathe, goesOn);
    let atMost = fewestRows;
    let unnoted = 0;
    for (let isDone = false; !isDone && goesOn(); ) {
      const begun = performance.now();
      const [from, rows]: [Erasing, number] = [erasing, atMost];
      const look: Look = await store.read((tx) => tx.erasure.lookOn(from, rows));
      const took = performance.now() - begun;
      atMost = Math.round(Math.min(mostRows, Math.max(fewestRows, (rows * stepMs) / Math.max(1, took))));
      if (look.rows.length > 0 || look.isEnd || ++unnoted > looksUnnoted) {
        changed += await store.transaction(async (tx) => {
          const swept = await tx.erasure.sweep(look);
          for (const key of new Set(swept.shown.map((place) => place.cardKey))) await redraw(tx, ctx, erasedCard(key));
          return swept.rows;
        });
        unnoted = 0;
      }
      erasing = look.next;
      isDone = look.table === undefined;
      await breathe();
    }
  }
  return changed;
}

/** Who began before the forgetting was committed may still write of them, and is to be through before anything is looked for. */
async function untilAllKnow(store: Store, breathe: () => Promise<void>, goesOn: () => boolean): Promise<void> {
  const clock = await store.read((tx) => tx.erasure.clock());
  if (clock === null) return;
  while (goesOn() && !(await store.read((tx) => tx.erasure.allBeganSince(clock)))) await breathe();
}

const underWay = (store: Store) => store.read((tx) => tx.erasure.underWay());
