import { measureOf } from "#domain/measures.ts";
import type { Dimension, FilterKey, Query } from "#domain/query.ts";
import type { Slots } from "./slots.ts";

const placeForms =
  /(?:排(?:名|行|位)?|名次|位次|位列|位居)(?:在|是|了|到)?(?:所有|全部)?[^,,。??]{0,6}?(?:第几|多少|老几|如何|怎么样|哪)|第几名|\bwhere (?:does|do|did|is|are) .+ (?:rank|stand|come|placed?)\b|\bwhat (?:rank|place|position)\b|\brank(?:ed|ing)? of\b|'s rank(?:ing)?\b|\bhow (?:does|do|did) .+ rank\b/;
const fromBelow = /倒数|从低到高|从少到多|从后|垫底|from (?:the )?(?:bottom|last|below)/;
const kinds: Dimension[] = ["person", "koe", "task", "theme", "segment", "city", "platform", "form", "channel", "tag"];

/** `智驾体验排第几`: the place of the one that is named among all of its kind. */
export function fillPlace(query: Query, slots: Slots): void {
  const measure = query.measures[0];
  if (!measure || !placeForms.test(slots.text) || query.group?.keys || query.group?.by === "period") return;
  const by = kinds.find((kind) => query.filters[kind as FilterKey]?.in?.length === 1 && isRanked(kind, query, slots));
  if (!by) return;
  query.place = query.filters[by as FilterKey]!.in![0]!;
  delete query.filters[by as FilterKey];
  const isQuick = measureOf(measure).unit === "小时";
  const order = fromBelow.test(slots.text) || isQuick ? "asc" : "desc";
  Object.assign(query, { group: { by, keys: null }, order, limit: null, having: null });
}

/** Of several that are named, the one of the kind that is ranked: `上海的智驾体验在各主题里排第几`. */
function isRanked(kind: Dimension, { filters }: Query, slots: Slots): boolean {
  const named = kinds.filter((one) => filters[one as FilterKey]?.in?.length === 1);
  const said = slots.mentioned.map((m) => m.by).filter((one) => named.includes(one));
  return said.length === 0 || said.includes(kind);
}
