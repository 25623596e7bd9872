import type { BehaviourFigure, BehaviourMeasure, BehaviourVerdict } from "./behaviour.ts";
import { isSettledWord, standing, type TagEvent, type TagHold } from "./tag.ts";

/** Says in a ledger line why: `behaviour:night_share=0.64/22/60;…`, value, sample and days. */
export const behaviourCause = (figures: readonly BehaviourFigure[]): string =>
  `behaviour:${figures
    .map(({ measure, value, sample, windowDays }) => `${measure}=${Number(value.toFixed(3))}/${sample}/${windowDays}`)
    .join(";")}`;

/** Reads such a cause back; empty for any other. */
export function figuresIn(cause: string | null): BehaviourFigure[] {
  if (!cause?.startsWith("behaviour:")) return [];
  return cause
    .slice("behaviour:".length)
    .split(";")
    .flatMap((part) => {
      const match = /^([a-z_]+)=([\d.]+)\/(\d+)\/(\d+)$/.exec(part);
      if (!match) return [];
      const [, measure, value, sample, windowDays] = match as unknown as string[];
      return [
        {
          measure: measure as BehaviourMeasure,
          value: Number(value),
          sample: Number(sample),
          windowDays: Number(windowDays),
        },
      ];
    });
}

/** How sure behaviour makes of a tag: never as sure as a person, surer with a larger sample. */
export const behaviourConfidence = (figures: readonly BehaviourFigure[]): number => {
  const sample = figures[0]?.sample ?? 0;
  return Math.min(0.85, 0.5 + 0.35 * (sample / (sample + 20)));
};

/**
 * Which verdicts become claims. Nobody's word is contradicted: a tag that a person took away stays away, one that a person gave stays,
 * and what is held already is not said again.
 */
export function worthClaiming(
  verdicts: readonly BehaviourVerdict[],
  open: readonly TagHold[],
  history: readonly TagEvent[],
): BehaviourVerdict[] {
  const refused = new Set<string>();
  for (const event of standing(history)) {
    if (event.kind === "held") refused.delete(event.tag);
    else if ((event.kind === "retracted" || event.kind === "superseded") && isSettledWord(event))
      refused.add(event.tag);
  }
  return verdicts.filter(({ tag, holds }) => {
    const hold = open.find((one) => one.tag === tag);
    if (holds) return hold === undefined && !refused.has(tag);
    return hold !== undefined && hold.source === "behaviour" && !hold.locked;
  });
}
