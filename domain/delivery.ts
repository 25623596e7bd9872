/** A delivery that koloop itself fails at is dead after this many tries: kept, shown, and no longer tried. */
const faultsAtMost = 10;
/** A vendor that is away or over its limit is waited for, about two days long at the slowest pace. */
const waitsAtMost = 200;
const slowestMs = 15 * 60_000;
/** So many tries stay close together: an outage of minutes should not cost a quarter of an hour after it has ended. */
const quickTries = 20;
const quickMs = 30_000;

/** When to try a failed delivery again: when the vendor says, otherwise doubling from 2 s with jitter (`chance` 0..1); or never again. */
export function nextTry(
  failure: { kind: "try-later" | "gone" | "fault"; retryAfterMs?: number | undefined },
  attempts: number,
  now: number,
  chance: number,
): { at: number } | "dead" {
  if (failure.kind === "gone" || attempts >= (failure.kind === "fault" ? faultsAtMost : waitsAtMost)) return "dead";
  const capMs = failure.kind === "try-later" && attempts <= quickTries ? quickMs : slowestMs;
  const backoffMs = Math.min(2000 * 2 ** (attempts - 1), capMs) * (0.75 + chance / 2);
  return { at: now + (failure.retryAfterMs ?? backoffMs) };
}
