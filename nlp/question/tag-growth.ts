import type { Period, Query } from "#domain/query.ts";
import type { Slots } from "./slots.ts";

/** `船主这半年涨了多少`: tags have no book of who came and went, so who holds one at the end stands against who did before. */
export const isTagGrowth = ({ measures, filters }: Query, { text }: Slots): boolean =>
  measures[0] === "people" &&
  filters.tag?.in !== undefined &&
  !filters.segment &&
  /[涨增]了?(?:加了?)?(?:多少|几)|(?<!比.{0,12})[多少]了(?:多少|几)|减少了|\bgrew\b|\bgrown\b/.test(text);

/** As many as at the end of a period, less as many as before it. */
export function heldNowAndBefore(query: Query, period: Period): void {
  const before = { from: 0, until: period.from, label: "before", words: "before" };
  query.group = { by: "period", keys: null, periods: [period, before] };
  query.compare = "difference";
}
