import { type Folded, newFolded } from "../fold.ts";

/** Units of a folded text from `start` to `end` that are read as `by`; edits of a text lie in order and apart. */
export type Edit = { start: number; end: number; by: string };

const kept = newFolded();

/**
 * Rewrites a folded text in place. Where words grow or shrink, the units in between lie between the places of the first and the last letter as written,
 * so that what is quoted is the text as written.
 */
export function applyEdits(folded: Folded, edits: readonly Edit[]): void {
  const { n } = folded;
  const most = n + edits.reduce((sum, { by }) => sum + by.length, 0);
  if (kept.units.length < n + 1) Object.assign(kept, newFolded((n + 1) * 2));
  kept.units.set(folded.units.subarray(0, n));
  kept.at.set(folded.at.subarray(0, n + 1));
  kept.spaced.set(folded.spaced.subarray(0, n + 1));
  if (folded.units.length < most) Object.assign(folded, newFolded(most * 2));
  let from = 0;
  let to = 0;
  const copyUntil = (end: number) => {
    folded.units.set(kept.units.subarray(from, end), to);
    folded.at.set(kept.at.subarray(from, end), to);
    folded.spaced.set(kept.spaced.subarray(from, end), to);
    to += end - from;
    from = end;
  };
  for (const { start, end, by } of edits) {
    copyUntil(start);
    for (let k = 0; k < by.length; k++, to++) {
      const share = by.length === 1 ? 0 : k / (by.length - 1);
      folded.units[to] = by.charCodeAt(k);
      folded.at[to] = kept.at[start + Math.round(share * (end - 1 - start))]!;
      folded.spaced[to] = k === 0 ? kept.spaced[start]! : 0;
    }
    from = end;
  }
  copyUntil(n);
  folded.at[to] = kept.at[n]!;
  folded.spaced[to] = kept.spaced[n]!;
  folded.n = to;
}
