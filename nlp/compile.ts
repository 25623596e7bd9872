import { type Automaton, buildAutomaton } from "./automaton.ts";
import type { Phrase } from "./pack.ts";
import type { Link, Sequence } from "./pattern.ts";

/**
 * Phrases made ready for matching. The automaton finds literals; a literal belongs to pieces; a piece is used by sequences at a position. Sequences of
 * one piece are whole matches; longer ones are joined while the hits come in (see match.ts).
 */
export type Lexicon = {
  phrases: readonly Phrase[];
  automaton: Automaton;
  literals: readonly string[];
  /** Uses of literal k: `uses` from `usesAt[k]` to `usesAt[k + 1]`, each a slot. */
  usesAt: Int32Array;
  uses: Int32Array;
  /** For each slot: its sequence and its position there. Slots of a sequence lie side by side. */
  slotSequence: Int32Array;
  slotPosition: Int32Array;
  sequences: readonly CompiledSequence[];
};

export type CompiledSequence = {
  phrase: number;
  firstSlot: number;
  pieces: number;
  links: readonly (readonly Link[])[];
  atStart: boolean;
  atEnd: boolean;
};

/** Compiles phrases; the order of `phrases` is kept, and `CompiledSequence.phrase` points into it. */
export function compileLexicon(phrases: readonly Phrase[]): Lexicon {
  const sequences: CompiledSequence[] = [];
  const slotSequence: number[] = [];
  const slotPosition: number[] = [];
  const slotsOf = new Map<string, number[]>();
  const addSequence = (sequence: Sequence, phrase: number) => {
    const { pieces, links, atStart, atEnd } = sequence;
    sequences.push({ phrase, firstSlot: slotSequence.length, pieces: pieces.length, links, atStart, atEnd });
    pieces.forEach((words, position) => {
      const slot = slotSequence.length;
      slotSequence.push(sequences.length - 1);
      slotPosition.push(position);
      for (const word of words) {
        const slots = slotsOf.get(word);
        if (slots) slots.push(slot);
        else slotsOf.set(word, [slot]);
      }
    });
  };
  phrases.forEach((phrase, k) => {
    for (const sequence of phrase.sequences) addSequence(sequence, k);
  });
  const literals = [...slotsOf.keys()];
  const usesAt = new Int32Array(literals.length + 1);
  literals.forEach((literal, k) => {
    usesAt[k + 1] = usesAt[k]! + slotsOf.get(literal)!.length;
  });
  // Later positions first: one hit must not serve two neighbouring pieces of a sequence.
  const uses = Int32Array.from(literals.flatMap((literal) => slotsOf.get(literal)!.sort((a, b) => b - a)));
  return {
    phrases,
    automaton: buildAutomaton(literals),
    literals,
    usesAt,
    uses,
    slotSequence: Int32Array.from(slotSequence),
    slotPosition: Int32Array.from(slotPosition),
    sequences,
  };
}
