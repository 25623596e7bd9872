import type { Query } from "#domain/query.ts";

const asks =
  /多少|(?<![那这好近前头])几(?!乎)|哪|谁|什么|啥|多久|多大|吗|怎么样|怎样|如何|\b(?:how|what|which|who|whom|when|where)\b/i;
const between =
  /[,,;;。.??!!]+\s*(?:(?:and|but|also|plus)\s+)?|\s+(?:and|plus)\s+(?=(?:how|what|which|who|where|when)\b)/i;
const lead = /^(?:还有|另外|以及|然后|再就是|顺便(?:问)?(?:一下)?|对了|同时|also|plus)[,,]?\s*/i;
const most = 4;

/** The questions of a sentence, each with its own asking word; one where there is no second. */
export function clausesOf(question: string): string[] {
  const pieces = question.split(between).map((piece) => piece.trim());
  const clauses: string[] = [];
  let open = "";
  for (const piece of pieces) {
    if (piece === "") continue;
    // What asks nothing by itself (`科技关注者的人`, `上个月`) belongs to what follows, or to what it comes after.
    open = open === "" ? piece : `${open},${piece}`;
    if (!asks.test(piece)) continue;
    clauses.push(open.replace(lead, ""));
    open = "";
  }
  if (open !== "" && clauses.length > 0) clauses[clauses.length - 1] += `,${open}`;
  return clauses.length >= 2 && clauses.length <= most ? clauses : [question];
}

/** Whether a query says several things already: steps side by side, or what is compared. */
export const isSeveral = ({ measures, group, compare, field }: Query): boolean =>
  measures.length > 1 ||
  compare !== null ||
  Boolean(group?.keys) ||
  group?.by === "period" ||
  (field !== null && field !== "left");

/** A query of several figures that is split as well: each figure by itself. */
export const apart = (query: Query): Query[] =>
  query.measures.length > 1 && query.group !== null
    ? query.measures.map((measure) => ({ ...query, measures: [measure] }))
    : [query];
