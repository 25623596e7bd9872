import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Context } from "#handlers/context.ts";

/** Who waits for koloop to be up again comes first; then it takes some 100 ms, once. */
const readAfterMs = 250;
/** By then a start is over, and what waited for it was answered; and again when the engine has seen for 5 s that little is asked of it. */
const tidyAfterMs = [8000, 15_000];
/** Shows nothing: the model, which judges what words may show, waits for somebody who says more. */
const greeting = [{ who: "customer", text: "你好" }];

/** Reads what hearing rests on before the first customer writes, and not before koloop answers. */
export function readPacksAfterStart(ctx: Context): void {
  setTimeout(() => {
    try {
      ctx.extract(greeting);
      void ctx.peopleRules;
    } catch (err) {
      ctx.log.error({ err }, "the packs cannot be read");
    }
  }, readAfterMs).unref();
}

/**
 * Has the engine give back what only the start needed: 45 MB of read packs and compiled text, then the 32 MB of room for new things that it grew to
 * hold them. A koloop with little to do would keep them for hours. It takes some 50 ms each time.
 */
export function tidyAfterStart(): void {
  for (const ms of tidyAfterMs) setTimeout(giveBack, ms).unref();
}

function giveBack(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  setFlagsFromString("--no-expose-gc");
}
