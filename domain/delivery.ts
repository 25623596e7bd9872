/** After this many failed tries a delivery is dead: kept, shown, and no longer tried. */
const triesAtMost = 10;

/** When to try a failed delivery again: doubling from 2 s to 15 min with jitter (`chance` 0..1), or never again. */
export function nextTry(
  failure: { kind: "try-later" | "gone" | "fault"; retryAfterMs?: number | undefined },
  attempts: number,
  now: number,
  chance: number,
): { at: number } | "dead" {
  if (failure.kind === "gone" || attempts >= triesAtMost) return "dead";
  const backoffMs = Math.min(2000 * 2 ** (attempts - 1), 15 * 60_000) * (0.75 + chance / 2);
  return { at: now + Math.max(backoffMs, failure.retryAfterMs ?? 0) };
}
