import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import { tidyExports } from "./exports.ts";

/**
 * Made for each look at the clock: what a forgetting took out of the tables goes out of memory, out of the exports and off the disk as
 * well, whichever process did the forgetting.
 */
export function createScrub(store: Store, ctx: Pick<Context, "peopleInMemory" | "log">): () => Promise<void> {
  let done: number | undefined;
  return async () => {
    const count = await store.read((tx) => tx.erasure.forgottenCount());
    if (count === done) return;
    if (done !== undefined) await ctx.peopleInMemory.readAnew();
    await tidyExports(store);
    await store.backend.scrub(false);
    done = count;
  };
}
