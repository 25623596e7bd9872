/**
 * Notices that a segment has stopped liking a form: a cumulative sum of how much better a clearly lower liking explains the answers than
 * the belief does (Page 1954, Continuous inspection schemes). One number per segment and form; a chance run of refusals decays.
 */
export type ChangeWatch = Record<string, number>;

/** By how many logits a liking must fall to be looked for, and how much evidence (natural log of odds) raises the alarm. */
export const WATCH = { drop: 1.1, alarm: 6 };

/**
 * Takes one answer to a form that was believed to be accepted with `chance`, by a member of these segments; returns the segments whose
 * liking has changed, whose sums then start afresh.
 */
export function watchAnswer(
  watch: ChangeWatch,
  segments: readonly string[],
  form: string,
  chance: number,
  yes: boolean,
): string[] {
  const lower = 1 / (1 + Math.exp(WATCH.drop - Math.log(chance / (1 - chance))));
  const step = (yes ? Math.log(lower / chance) : Math.log((1 - lower) / (1 - chance))) / Math.max(1, segments.length);
  const changed: string[] = [];
  for (const segment of segments) {
    const key = `${segment} ${form}`;
    const sum = Math.max(0, (watch[key] ?? 0) + step);
    watch[key] = sum;
    if (sum > WATCH.alarm) changed.push(segment);
  }
  for (const segment of changed)
    for (const key of Object.keys(watch)) if (key.startsWith(`${segment} `)) watch[key] = 0;
  return changed;
}
