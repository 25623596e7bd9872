import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Context } from "#handlers/context.ts";

/** Who waits for koloop to be up again comes first; then it takes some 100 ms, once. */
const readAfterMs = 250;
/** By then a start is over, and what waited for it was answered. */
const tidyAfterMs = 8000;
const anyTalk = [{ who: "customer", text: "我家两个孩子，想换一辆七座的车" }];

/** Reads what hearing rests on before the first customer writes, and not before koloop answers. */
export function readPacksAfterStart(ctx: Context): void {
  setTimeout(() => {
    try {
      ctx.extract(anyTalk);
      void ctx.peopleRules;
    } catch (err) {
      ctx.log.error({ err }, "the packs cannot be read");
    }
  }, readAfterMs).unref();
}

/**
 * Has the engine give back what only the start needed, once: it left some 45 MB of read packs and compiled text, and a koloop with little to do would
 * keep them for hours. It takes some 50 ms.
 */
export function tidyAfterStart(): void {
  setTimeout(() => {
    setFlagsFromString("--expose-gc");
    (runInNewContext("gc") as () => void)();
    setFlagsFromString("--no-expose-gc");
  }, tidyAfterMs).unref();
}
