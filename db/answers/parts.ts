import type { Filter, Filters } from "#domain/query.ts";
import { marks, type SqlValue } from "../sql.ts";

/** A piece of SQL with the values of its marks, in order. */
export type Part = { text: string; values: SqlValue[] };

export const part = (text: string, ...values: SqlValue[]): Part => ({ text, values });
export const joined = (parts: readonly Part[], between: string): Part => ({
  text: parts.map((p) => p.text).join(between),
  values: parts.flatMap((p) => p.values),
});
export const all = (parts: readonly Part[]): Part => (parts.length === 0 ? part("1 = 1") : joined(parts, " AND "));

/** `column IN (…)`, `column NOT IN (…)`; a row without a value is not among them, and passes the second. */
export function among(column: string, filter: Filter): Part[] {
  const parts: Part[] = [];
  if (filter.in) parts.push(part(`${column} IN (${marks(filter.in.length)})`, ...filter.in));
  if (filter.not)
    parts.push(part(`(${column} IS NULL OR ${column} NOT IN (${marks(filter.not.length)}))`, ...filter.not));
  return parts;
}

/** An interval that holds at a time: a value, or a column such as `a.pushed_at`. */
export function holdsAt(from: string, until: string, at: Part): Part {
  return part(`${from} <= ${at.text} AND (${until} IS NULL OR ${at.text} < ${until})`, ...at.values, ...at.values);
}

function history(
  table: string,
  key: string,
  [from, until]: [string, string],
  person: string,
  values: string[],
  at: Part,
): Part {
  const when = holdsAt(`h.${from}`, `h.${until}`, at);
  return part(
    `EXISTS (SELECT 1 FROM ${table} h WHERE h.person_id = ${person} AND h.${key} IN (${marks(values.length)}) AND ${when.text})`,
    ...values,
    ...when.values,
  );
}

const not = (p: Part): Part => part(`NOT ${p.text}`, ...p.values);

/** Membership or tags of a person at a time. */
export function heldBy(what: "segment" | "tag", person: string, filter: Filter, at: Part): Part[] {
  const [table, key, interval] =
    what === "segment"
      ? (["segment_stay", "segment_id", ["entered_at", "left_at"]] as const)
      : (["tag_hold", "tag", ["since", "until"]] as const);
  const one = (values: string[]) => history(table, key, [...interval], person, values, at);
  return [
    ...(filter.in ? (filter.every ? filter.in.map((value) => one([value])) : [one(filter.in)]) : []),
    ...(filter.not ? [not(one(filter.not))] : []),
  ];
}

function roleParts(column: string, filter: Filter): Part[] {
  const is = (role: string) => part(`(' ' || ${column} || ' ') LIKE ?`, `% ${role} %`);
  const wanted = (filter.in ?? []).map(is);
  const parts = filter.every
    ? wanted
    : wanted.length > 0
      ? [part(`(${joined(wanted, " OR ").text})`, ...joined(wanted, " OR ").values)]
      : [];
  return [...parts, ...(filter.not ?? []).map((role) => not(part(`(${is(role).text})`, ...is(role).values)))];
}

function ownerParts(filter: Filter): Part[] {
  const nobody = filter.in?.includes("none");
  if (nobody) return [part("p.owner_id IS NULL")];
  return among("p.owner_id", filter);
}

/** What is asked of the person, alias `p`; segments and tags as they were at `at`. */
export function personParts(filters: Filters, at: Part): Part[] {
  return [
    ...(filters.person ? among("p.id", filters.person) : []),
    ...(filters.city ? among("p.city", filters.city) : []),
    ...(filters.koe ? ownerParts(filters.koe) : []),
    ...(filters.channel ? among("p.home_channel", filters.channel) : []),
    ...(filters.consent ? among("p.consent", filters.consent) : []),
    ...(filters.role ? roleParts("p.roles", filters.role) : []),
    ...(filters.segment ? heldBy("segment", "p.id", filters.segment, at) : []),
    ...(filters.tag ? heldBy("tag", "p.id", filters.tag, at) : []),
  ];
}

/** What is asked of the task, alias `t`. */
export function taskParts(filters: Filters): Part[] {
  return [
    ...(filters.task ? among("t.id", filters.task) : []),
    ...(filters.theme ? among("t.theme", filters.theme) : []),
    ...(filters.status ? among("t.status", filters.status) : []),
  ];
}

/** Whether the text holds all of the words; `%` and `_` stand for themselves. */
export function mentions(column: string, filter: Filter): Part[] {
  const like = (word: string) => part(`${column} LIKE ? ESCAPE '\\'`, `%${word.replace(/[\\%_]/g, (c) => `\\${c}`)}%`);
  const words = (filter.in ?? []).map(like);
  const some =
    filter.every || words.length < 2
      ? words
      : [part(`(${joined(words, " OR ").text})`, ...joined(words, " OR ").values)];
  return [...some, ...(filter.not ?? []).map((word) => not(part(`(${like(word).text})`, ...like(word).values)))];
}
