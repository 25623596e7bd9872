import { mayPush, offsetAt, type PushFacts } from "./push-gate.ts";

const HALF_HOUR = 1_800_000;
/** A push may go out up to two days after the task opens. */
export const SEND_WINDOW = 48 * 3_600_000;

export type SendTime = { at: number; active: number };

/**
 * The best moment for a push within the window: the first at which the person is most likely active and the gate lets it go.
 * `active` gives the chance per hour of the person's day. Null when the gate lets none go; waiting a day for a slightly better hour is
 * not worth it.
 */
export function bestSendTime(
  facts: PushFacts,
  active: readonly number[],
  opensAt: number,
  until = opensAt + SEND_WINDOW,
): SendTime | null {
  let best: SendTime | null = null;
  let worth = Number.NEGATIVE_INFINITY;
  let most = 0;
  for (const chance of active) if (chance > most) most = chance;
  for (let at = opensAt; at <= until; at = nextSlot(at)) {
    const waited = (at - opensAt) / (40 * SEND_WINDOW);
    // No later hour can be better than the best hour of the day.
    if (most - waited <= worth) return best;
    const chance = active[hourIn(at, facts)]!;
    const value = chance - waited;
    if (value <= worth) continue;
    const verdict = mayPush(facts, at);
    if ("never" in verdict) return best;
    if ("later" in verdict) {
      if (verdict.later > until) return best;
      if (verdict.later > nextSlot(at)) at = verdict.later - HALF_HOUR;
      continue;
    }
    [best, worth] = [{ at, active: chance }, value];
  }
  return best;
}

/** The next full or half hour. */
const nextSlot = (at: number): number => (Math.floor(at / HALF_HOUR) + 1) * HALF_HOUR;

const hourIn = (at: number, facts: PushFacts): number => {
  const hour = Math.floor((at / 60_000 + offsetAt(facts.person.offset, at)) / 60) % 24;
  return hour < 0 ? hour + 24 : hour;
};
