/**
 * Spells in which a person accepts next to nothing, whatever is offered: a hidden chain of two states per person (Baum and Petrie 1966),
 * moved by what comes back. A "no" of somebody who is likely busy says little of their liking, and they are better asked later.
 */
const DAY = 24 * 3_600_000;

/** `share` and `of` count how busy people were found, so that the usual share of busy people is learned. */
export type BusyState = { people: Record<string, [chance: number, at: number]>; share: number; of: number };

/** Before any answer: one person in sixteen is busy at a time, as if three hundred answers had said so. */
export const newBusy = (): BusyState => ({ people: {}, share: 0.06 * 300, of: 300 });

/** Of a busy person, what is left of the chance to accept. */
export const BUSY_ACCEPTS = 0.12;
/** What is known of a spell fades by half in this time: spells last one to three weeks. */
const HALF_LIFE = 5 * DAY;
/** How much likelier a busy person's "no" comes with this reason than another's; silence tells neither way. */
const TOO_BUSY = 13;
const OTHER_REASON = 0.25;

/** The chance that the person is in a busy spell at `at`. */
export function busyChance(state: BusyState, person: string, at: number): number {
  const usual = state.share / state.of;
  const known = state.people[person];
  if (!known) return usual;
  return usual + (known[0] - usual) * 2 ** (-Math.max(0, at - known[1]) / HALF_LIFE);
}

/** The chance to accept, given the chance of a person with time and the chance that this one has none. */
export const acceptedBy = (accepts: number, busy: number): number => accepts * (1 - busy * (1 - BUSY_ACCEPTS));

/** The odds that a "no" came from being busy, before it is known how likely a "no" was anyway. */
export function excuseOf(state: BusyState, person: string, at: number, reason: string | undefined): number {
  const busy = busyChance(state, person, at);
  const speaks = reason === undefined || reason === "no_reason" ? 1 : reason === "too_busy" ? TOO_BUSY : OTHER_REASON;
  return (busy / (1 - busy)) * speaks;
}

/** Takes the answer to a push that was sent at `at`; `accepts` is the chance that was given to a yes of a person with time. */
export function noteAnswer(
  state: BusyState,
  person: string,
  at: number,
  accepts: number,
  yes: boolean,
  reason?: string,
): void {
  const before = excuseOf(state, person, at, yes ? undefined : reason);
  const odds = before * (yes ? BUSY_ACCEPTS : (1 - BUSY_ACCEPTS * accepts) / (1 - accepts));
  const chance = Math.min(0.99, odds / (1 + odds));
  state.people[person] = [chance, Math.max(at, state.people[person]?.[1] ?? at)];
  state.share += chance;
  state.of += 1;
}
