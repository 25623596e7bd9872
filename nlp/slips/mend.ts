import type { Folded } from "../fold.ts";
import { createChineseMender } from "./chinese.ts";
import { applyEdits, type Edit } from "./edits.ts";
import { createEnglishMender } from "./english.ts";
import type { SlipTable } from "./table.ts";
import { createWordReader, loadWrittenOtherwise } from "./words.ts";

/** Reads slips in a folded text as what was meant, in place; says whether anything was changed. */
export type Mender = (folded: Folded, text: string) => boolean;

/** Builds a mender. Deterministic; a text without slips is looked at once and left as it is. */
export function createMender(table: SlipTable): Mender {
  const otherwise = loadWrittenOtherwise();
  const words = createWordReader(otherwise.words, table.unitShare);
  const chinese = createChineseMender(table);
  const english = createEnglishMender(table, otherwise, chinese.spelt);
  return (folded, text) => {
    const changed = apply(folded, words(folded));
    const latin = apply(folded, english(folded, text));
    return apply(folded, chinese.slipsIn(folded)) || latin || changed;
  };
}

function apply(folded: Folded, edits: readonly Edit[]): boolean {
  if (edits.length === 0) return false;
  applyEdits(folded, edits);
  return true;
}
