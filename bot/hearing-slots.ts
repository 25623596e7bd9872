import type { Heard, Turn } from "#domain/cue.ts";

/** So many talks may wait to be heard at once: those of all transactions that are open. */
export const slotCount = 512;
/** An answer has so many bytes of JSON at most; a longer one is heard again by whoever asks. */
const answerBytes = 4096;

// What becomes of a slot in a round: each round has three numbers of its own, so that what belongs to an earlier one is never mistaken.
const [free, begun, answered] = [0, 1, 2];
const stages = 3;
/** Rounds begin anew long before their numbers leave 32 bits. */
export const roundsAtMost = 500_000_000;

/** The memory that both threads see: whose turn each talk is, and what was heard in it. */
export type Slots = { states: Int32Array; lengths: Int32Array; answers: Buffer };

/** Talks for the thread: JSON of a list of them, the first one's slot, and the round that they belong to. */
export type Talks = { json: string; from: number; round: number };

/** What the thread is given when it begins: the shared slots, and the compiled packs as they lie in memory. */
export type Given = { slots: SharedArrayBuffer; lexicon: SharedArrayBuffer };

export const newSlots = (): SharedArrayBuffer => new SharedArrayBuffer(slotCount * (8 + answerBytes));

export function slotsOver(memory: SharedArrayBuffer): Slots {
  return {
    states: new Int32Array(memory, 0, slotCount),
    lengths: new Int32Array(memory, 4 * slotCount, slotCount),
    answers: Buffer.from(memory as unknown as ArrayBuffer, 8 * slotCount),
  };
}

export const slotAt = (from: number, k: number): number => (from + k) % slotCount;

export const offer = ({ states }: Slots, slot: number, round: number): void => {
  Atomics.store(states, slot, round * stages + free);
};

/** Whether this thread may hear the talk in that slot: each is heard by one of the two. */
export const claim = ({ states }: Slots, slot: number, round: number): boolean =>
  Atomics.compareExchange(states, slot, round * stages + free, round * stages + begun) === round * stages + free;

/** Whether it was claimed, and nothing is told of it yet. */
export const isBegun = ({ states }: Slots, slot: number, round: number): boolean =>
  Atomics.load(states, slot) === round * stages + begun;

/** Hands over what was heard in a talk that was claimed. */
export function answer(slots: Slots, slot: number, round: number, heard: Heard): void {
  const json = isNothing(heard) ? "" : JSON.stringify(heard);
  if (Buffer.byteLength(json) > answerBytes) return;
  slots.lengths[slot] = slots.answers.write(json, slot * answerBytes);
  const mine = round * stages + begun;
  Atomics.compareExchange(slots.states, slot, mine, round * stages + answered);
}

/** What the other thread has heard there; undefined where it has not, or not yet. */
export function answerIn({ states, lengths, answers }: Slots, slot: number, round: number): Heard | undefined {
  if (Atomics.load(states, slot) !== round * stages + answered) return undefined;
  const begin = slot * answerBytes;
  const length = lengths[slot] ?? 0;
  return length === 0
    ? { cues: [], retractions: [] }
    : (JSON.parse(answers.toString("utf8", begin, begin + length)) as Heard);
}

const isNothing = ({ cues, retractions }: Heard): boolean => cues.length + retractions.length === 0;

/** Under which a talk is found again: exactly these turns. */
export const keyOf = (turns: readonly Turn[]): string => JSON.stringify(turns);
