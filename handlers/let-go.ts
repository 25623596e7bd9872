import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";

const mark = "retention-done";
const dayMs = 86_400_000;
/** So many rows are looked at in a step: some 10 ms, so that nobody's tap waits for it. */
const atMost = 3000;

/** When a sweep was last through; undefined before the first one ended. */
export async function lastSweptAt(tx: Tx): Promise<number | undefined> {
  const at = await tx.settings.get(mark);
  return at === undefined ? undefined : Number(at);
}

/** Lets go of what was kept long enough: once a day, a step at each look at the clock until all tables are through. */
export async function letGo(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const done = (await lastSweptAt(tx)) ?? 0;
  // A clock that was set back must not keep the sweep waiting.
  if (done <= now && now - done < dayMs) return;
  if (await tx.retention.sweep(now, atMost)) await tx.settings.set(mark, String(now), now);
}
