import type { Tx } from "#db/store.ts";
import type { Context } from "./context.ts";

const mark = "retention-done";
const dayMs = 86_400_000;
/** A step takes some 10 ms, so that nobody's tap waits for it. */
const atMost = 2000;

/** When a sweep last found nothing left; undefined before the first one ended. */
export async function lastSweptAt(tx: Tx): Promise<number | undefined> {
  const at = await tx.settings.get(mark);
  return at === undefined ? undefined : Number(at);
}

/** Lets go of what was kept long enough: once a day, a step at each look at the clock until nothing is left. */
export async function letGo(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const done = (await lastSweptAt(tx)) ?? 0;
  // A clock that was set back must not keep the sweep waiting.
  if (done <= now && now - done < dayMs) return;
  if ((await tx.retention.sweep(now, atMost)) === 0) await tx.settings.set(mark, String(now), now);
}
