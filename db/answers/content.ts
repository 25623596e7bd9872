import type { Measure } from "#domain/measure-kinds.ts";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Query } from "#domain/query.ts";
import { marks } from "../sql.ts";
import { periodNumber, postColumn } from "./columns.ts";
import { all, among, joined, mentions, type Part, part, personParts, taskParts } from "./parts.ts";
import { type Asked, groupOf, joinsFor, run, type Tally, wholePeriod, within } from "./select.ts";

/** Counts hand-ins, posts and comments, and adds up their figures. */
export async function content(asked: Asked, keys: readonly MeasureKey[]): Promise<Tally> {
  const { query } = asked;
  const { subject } = measureOf(keys[0]!);
  const of = [...new Set(keys.flatMap((key) => [...measureOf(key).of]))];
  const hasFigures = of.length > 0 || (query.group?.by === "post" && subject === "posts");
  const at = part("s.submitted_at");
  const split = groupOf(query, "s", at);
  const time = subject === "comments" ? "c.at" : "s.submitted_at";
  const latest =
    "m.id = (SELECT x.id FROM metric_snapshot x WHERE x.submission_id = s.id ORDER BY x.at DESC, x.recorded_at DESC LIMIT 1)";
  const earliest =
    "f.id = (SELECT x.id FROM metric_snapshot x WHERE x.submission_id = s.id ORDER BY x.at, x.recorded_at LIMIT 1)";
  const counted = query.count === "people" ? "COUNT(DISTINCT s.person_id)" : "COUNT(*)";
  const figures: [string, Part][] = [...new Set([...of, ...(hasFigures ? ["figures", "reads"] : [])])].map((name) => [
    name,
    part(`SUM(${postColumn(name)})`),
  ]);
  return run(asked, {
    from: subject === "comments" ? "comment c JOIN submission s ON s.id = c.submission_id" : "submission s",
    joins: [
      ...joinsFor(query, "s", false),
      ...(hasFigures ? [part(`LEFT JOIN metric_snapshot m ON ${latest}`)] : []),
      ...(of.some((name) => name.startsWith("growth_")) ? [part(`LEFT JOIN metric_snapshot f ON ${earliest}`)] : []),
      ...split.joins,
    ],
    where: [
      ...(subject === "posts" ? [part("s.status = 'approved'")] : []),
      ...(keys[0] === "sent_back" ? [part("s.status IN ('rejected', 'sent_back')")] : []),
      ...(query.filters.post ? postParts(query) : []),
      ...(query.filters.platform ? among("s.platform", query.filters.platform) : []),
      ...(query.filters.form ? among("s.form", query.filters.form) : []),
      ...(query.filters.keyword
        ? mentions(subject === "comments" ? "c.text" : "s.raw_text", query.filters.keyword)
        : []),
      ...personParts(query.filters, at),
      ...taskParts(query.filters),
      ...within(time, wholePeriod(query)),
      ...split.where,
      ...(asked.detail ? countedPosts(of, measureOf(keys[0]!)) : []),
      ...(asked.detail?.onlyCleaned ? [part("m.cleaned IS NOT NULL AND m.overruled_by IS NULL")] : []),
    ],
    group: query.group?.by === "period" ? periodNumber(time, query.group.periods ?? []) : split.group,
    columns: [["value", part(counted)], ...figures],
    shows: {
      at: time,
      person: "s.person_id",
      task: "s.task_id",
      text: asked.detail?.onlyCleaned
        ? rawAndCleaned
        : subject === "comments"
          ? "c.text"
          : "COALESCE(s.url, s.raw_text)",
    },
  });
}

/** A snapshot's figures as reported and as cleaned, as one JSON text. */
const rawAndCleaned = `'{"raw":{' || ${["reads", "likes", "comments", "shares", "favourites"]
  .map((name) => `'"${name}":' || COALESCE(CAST(m.${name} AS TEXT), 'null')`)
  .join(" || ',' || ")} || '},"cleaned":' || m.cleaned || '}'`;

/** The posts that a figure was worked out from: a mean leaves out those without figures. */
function countedPosts(of: readonly string[], { kind }: Measure): Part[] {
  const last = of.at(-1);
  if (last === "blind" || last === "completions") return [part(`(${postColumn(last)}) = 1`)];
  return kind === "mean" || kind === "rate" ? [part("m.id IS NOT NULL")] : [];
}

/** Named posts, or the latest approved one of those that the question is about. */
function postParts({ filters }: Query): Part[] {
  if (!filters.post?.in?.includes("latest")) return among("s.id", filters.post!);
  const of = all([
    part("y.status = 'approved'"),
    ...(filters.person ? among("y.person_id", filters.person) : []),
    ...(filters.form ? among("y.form", filters.form) : []),
    ...(filters.platform ? among("y.platform", filters.platform) : []),
    ...(filters.task ? among("y.task_id", filters.task) : []),
  ]);
  return [
    part(
      `s.id = (SELECT y.id FROM submission y WHERE ${of.text} ORDER BY y.submitted_at DESC, y.id DESC LIMIT 1)`,
      ...of.values,
    ),
  ];
}

/** Counts tasks, by what they say of themselves. */
export async function tasks(asked: Asked): Promise<Tally> {
  const { query } = asked;
  const { segment, form, person } = query.filters;
  const keyed = (column: string, keys: string[]) => keys.map((key) => part(`${column} LIKE ?`, `%"${key}"%`));
  const some = (parts: Part[]): Part[] =>
    parts.length === 0 ? [] : [part(`(${joined(parts, " OR ").text})`, ...joined(parts, " OR ").values)];
  const split = groupOf(query, "t", part("?", 0));
  return run(asked, {
    from: "task t",
    joins: [],
    where: [
      ...taskParts(query.filters),
      ...some(keyed("t.target", segment?.in ?? [])),
      ...some(keyed("t.forms", form?.in ?? [])),
      ...(person?.in
        ? [
            part(
              `t.id IN (SELECT task_id FROM assignment WHERE pushed_at IS NOT NULL AND person_id IN (${marks(person.in.length)}))`,
              ...person.in,
            ),
          ]
        : []),
      ...within(query.field === "deadline" ? "t.deadline_at" : "t.published_at", wholePeriod(query)),
      ...split.where,
    ],
    group: query.group?.by === "period" ? periodNumber("t.published_at", query.group.periods ?? []) : split.group,
    columns: [
      ["value", part("COUNT(*)")],
      ["quota", part("SUM(t.quota)")],
      ["reward", part("SUM(t.reward)")],
      ["importance", part("SUM(t.importance)")],
    ],
    shows: { at: "t.published_at", person: "NULL", task: "t.id", text: "t.theme" },
  });
}
