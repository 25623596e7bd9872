import type { Store } from "#db/store.ts";
import { endsBefore } from "#domain/retention.ts";
import type { Context } from "#handlers/context.ts";
import { destroyKeys } from "./backup.ts";
import { tidyExports } from "./exports.ts";

/**
 * Made for each look at the clock: what a forgetting took out of the tables goes out of memory, out of the exports and off the disk as
 * well, whichever process did the forgetting.
 */
export function createScrub(store: Store, ctx: Pick<Context, "peopleInMemory" | "now">): () => Promise<void> {
  let done: number | undefined;
  return async () => {
    if (store.backend.path) await letBackupsGo(store, store.backend.path, ctx.now());
    const count = await store.read((tx) => tx.erasure.forgottenCount());
    if (count === done) return;
    if (done !== undefined) await ctx.peopleInMemory.readAnew();
    await tidyExports(store);
    await store.backend.scrub(false);
    done = count;
  };
}

/** Backups from before somebody was forgotten can be read for a while longer, in case of need; then their keys are destroyed. */
async function letBackupsGo(store: Store, databasePath: string, now: number): Promise<void> {
  const forgottenAt = await store.read((tx) => tx.retention.lastForgottenBefore(endsBefore("backup-keys", now)));
  if (forgottenAt !== null) await destroyKeys(databasePath, forgottenAt);
}
