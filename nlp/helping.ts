import type { Witness } from "./odds.ts";
import type { Found, Reading } from "./reading.ts";

export const HELPED = "helpful_answerer";

/** So many of the others' last turns may hold the question that is answered; banter may stand between. */
export const ASKED = 2;

/** By these odds an answer helped (docs/data.md). */
const SURE = -1.7;

/**
 * Hears in a group chat that the subject answered another member with something to go by, as the model of exchanges tells it from banter and from what one
 * says of oneself. `members` are what others said, the last one last; `hasSpoken`: the subject had spoken before.
 */
export function answeredOthers(
  judge: Witness | undefined,
  reading: Reading,
  members: readonly Reading[],
  hasSpoken: boolean,
): Found[] {
  const asked = members.slice(-ASKED);
  if (!judge || reading.folded.n < LEAST || !asked.some(({ turn }) => turn.who !== "koe")) return [];
  const before = asked.map(({ folded }) => folded);
  const odds = judge.hearExchange(reading.folded, before, hasSpoken).of(HELPED);
  if (odds === undefined || odds < SURE) return [];
  return [
    {
      tag: HELPED,
      place: { reading, start: 0, end: reading.folded.n },
      turn: reading.at,
      way: "exchange",
      evidence: `core/model/${HELPED}#exchange`,
      ended: false,
      odds,
    },
  ];
}

/** Fewer units hold no help. */
const LEAST = 4;

/** A short word or a question back (`电瓶几年了`) leaves what was asked open. */
export const asksBack = ({ folded, clauses: { text } }: Reading): boolean =>
  folded.n < SHORT || /[?吗]\s*$|几|多[久大少]|什么|啥|哪/.test(text);
const SHORT = 8;
