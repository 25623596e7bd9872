const jumpMs = 60 * 60_000;
const holdMs = 15 * 60_000;

type Setup = { now: () => number; steadyMs?: () => number; alarm: (aheadMs: number) => void };

/**
 * Whether what is due by the clock may be done. A clock that jumps ahead by more than an hour would let questions expire, tags fade and
 * messages be let go of for good: nothing is done by it until it has stood for a quarter of an hour, or has come back. A machine that slept
 * looks the same, and loses that quarter. Ask at each tick.
 */
export function createSteadyClock({ now, steadyMs = () => performance.now(), alarm }: Setup): () => boolean {
  let last = { now: now(), steady: steadyMs() };
  let held: { since: number; aheadMs: number } | undefined;
  return () => {
    const at = { now: now(), steady: steadyMs() };
    const aheadMs = at.now - last.now - (at.steady - last.steady);
    last = at;
    if (aheadMs > jumpMs) {
      held = { since: at.steady, aheadMs };
      alarm(aheadMs);
    } else if (held && (aheadMs < -held.aheadMs / 2 || at.steady - held.since >= holdMs)) held = undefined;
    return held === undefined;
  };
}
