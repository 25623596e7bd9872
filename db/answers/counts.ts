import { type Measure, type MeasureKey, measureOf } from "#domain/measures.ts";
import type { DetailRow, Dimension, Period, Query } from "#domain/query.ts";
import { marks, type Sql } from "../sql.ts";
import {
  assignmentPart,
  assignmentSums,
  assignmentTime,
  groupColumn,
  periodNumber,
  postColumn,
  stepColumn,
} from "./columns.ts";
import { all, among, holdsAt, joined, mentions, type Part, part, personParts, taskParts } from "./parts.ts";

/** Figures by group: the key is null where nothing is split. Each part of the measure under its name. */
export type Tally = Map<string | null, Record<string, number>>;

/** `detail`: instead of counting, the rows themselves are put into it, newest first. */
export type Asked = { sql: Sql; query: Query; now: number; detail?: { most: number; rows: DetailRow[] } };

/** Counts everything that the measures need, in one statement wherever one will do. */
export async function tally(asked: Asked, keys: readonly MeasureKey[]): Promise<Tally> {
  const first = measureOf(keys[0]!);
  switch (first.subject) {
    case "people":
      return people(asked, keys[0]!);
    case "membership":
      return membership(asked, keys[0]!);
    case "tags":
      return tagCounts(asked, keys[0]!);
    case "assignments":
      return assignments(asked, keys.map(measureOf));
    case "submissions":
    case "posts":
    case "comments":
      return content(asked, keys);
    case "tasks":
      return tasks(asked);
  }
}

type Select = {
  from: string;
  joins: Part[];
  where: Part[];
  group: Part | undefined;
  columns: [name: string, column: Part][];
  /** What a row is shown by: its time, person, task and words. */
  shows: { at: string; person: string; task: string; text: string };
};

async function showRows({ sql, detail }: Asked, { from, joins, where, shows }: Select): Promise<void> {
  const condition = all(where);
  const values = [...joins.flatMap((j) => j.values), ...condition.values];
  const rows = await sql.all<{ at: number | null; person: string | null; task: string | null; words: string | null }>(
    `SELECT DISTINCT ${shows.at} AS at, ${shows.person} AS person, ${shows.task} AS task, ${shows.text} AS words
     FROM ${from} ${joins.map((j) => j.text).join(" ")} WHERE ${condition.text} ORDER BY 1 DESC, 2, 3 LIMIT ${detail!.most}`,
    ...values,
  );
  for (const { at, person, task, words } of rows)
    detail!.rows.push({ at: at === null ? null : Number(at), personId: person, taskId: task, text: words ?? "" });
}

async function run(asked: Asked, select: Select): Promise<Tally> {
  const { sql, query } = asked;
  if (asked.detail) {
    await showRows(asked, select);
    return new Map();
  }
  const columns = select.columns.map(([name, column]) => part(`${column.text} AS ${name}`, ...column.values));
  const key = select.group ? [part(`${select.group.text} AS grouped`, ...select.group.values)] : [];
  const picked = joined([...key, ...columns], ", ");
  const where = all(select.where);
  const values = [...picked.values, ...select.joins.flatMap((j) => j.values), ...where.values];
  const text = `SELECT ${picked.text} FROM ${select.from} ${select.joins.map((j) => j.text).join(" ")} WHERE ${where.text}${
    select.group ? " GROUP BY 1" : ""
  }`;
  const rows = await sql.all<Record<string, unknown>>(text, ...values);
  const found: Tally = new Map();
  const periods = query.group?.by === "period" ? query.group.periods : undefined;
  for (const { grouped, ...figures } of rows) {
    const key =
      grouped === undefined || grouped === null ? null : periods ? periods[Number(grouped)]?.label : String(grouped);
    if (select.group && (key === null || key === undefined)) continue;
    found.set(
      key ?? null,
      Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value ?? 0)])),
    );
  }
  return found;
}

const within = (column: string, period: Period | null): Part[] =>
  period ? [part(`${column} >= ? AND ${column} < ?`, period.from, period.until)] : [];

const wholePeriod = (query: Query): Period | null => {
  const periods = query.group?.periods;
  if (query.group?.by !== "period" || !periods || periods.length === 0) return query.period;
  return {
    ...periods[0]!,
    from: Math.min(...periods.map((p) => p.from)),
    until: Math.max(...periods.map((p) => p.until)),
  };
};

/** Splits by what a person belonged to at a time, or by a column. */
function groupOf(
  query: Query,
  row: "a" | "s" | "p" | "t",
  at: Part,
): { joins: Part[]; group: Part | undefined; where: Part[] } {
  const { group } = query;
  if (!group) return { joins: [], group: undefined, where: [] };
  const person = row === "p" ? "p.id" : `${row}.person_id`;
  if (group.by === "segment" || group.by === "tag") {
    const [table, key, from, until] =
      group.by === "segment"
        ? ["segment_stay", "segment_id", "entered_at", "left_at"]
        : ["tag_hold", "tag", "since", "until"];
    const when = holdsAt(`g.${from}`, `g.${until}`, at);
    const only = group.keys ? ` AND g.${key} IN (${marks(group.keys.length)})` : "";
    const join = part(
      `JOIN ${table} g ON g.person_id = ${person} AND ${when.text}${only}`,
      ...when.values,
      ...(group.keys ?? []),
    );
    return { joins: [join], group: part(`g.${key}`), where: [] };
  }
  const column = groupColumn(group.by, row);
  if (!column) return { joins: [], group: undefined, where: [] };
  // A card has no platform until something is handed in for it.
  const handedIn = part(
    "JOIN (SELECT DISTINCT task_id, person_id, platform FROM submission) s ON s.task_id = a.task_id AND s.person_id = a.person_id",
  );
  const joins = row === "a" && group.by === "platform" ? [handedIn] : [];
  return { joins, group: part(column), where: group.keys ? among(column, { in: group.keys }) : [] };
}

const needs = (query: Query, keys: readonly string[], dimensions: readonly Dimension[]): boolean =>
  keys.some((key) => query.filters[key as keyof Query["filters"]] !== undefined) ||
  (query.group !== null && dimensions.includes(query.group.by));

function joinsFor(query: Query, row: "a" | "s", withTask: boolean): Part[] {
  const person = needs(
    query,
    ["city", "koe", "channel", "consent", "role", "segment", "tag", "person"],
    ["city", "koe", "channel", "consent", "role"],
  );
  const task = withTask || needs(query, ["theme", "status", "task"], ["theme", "status"]);
  return [
    ...(person ? [part(`JOIN person p ON p.id = ${row}.person_id`)] : []),
    ...(task ? [part(`JOIN task t ON t.id = ${row}.task_id`)] : []),
  ];
}

async function assignments(asked: Asked, wanted: readonly Measure[]): Promise<Tally> {
  const { query, now } = asked;
  const parts = [...new Set(wanted.flatMap((m) => [...m.of, ...(m.least ? [m.least.of] : [])]))].filter(
    (of) => of !== "quota",
  );
  const at = part("a.pushed_at");
  const byPush = wanted.some((m) => m.kind === "rate" || m.kind === "mean" || m.time === "pushed");
  const period = wholePeriod(query);
  const split = groupOf(query, "a", at);
  const isSeries = query.group?.by === "period";
  // A count of events goes by its own time, so its period stands inside the sum where several are asked for at once.
  const sharedTime = byPush ? "a.pushed_at" : wanted.length === 1 ? assignmentTime(wanted[0]!.time) : undefined;
  const columns = parts.map((of): [string, Part] => {
    const condition = assignmentPart(of, now);
    const measure = wanted.find((m) => m.of.includes(of)) ?? wanted[0]!;
    const own = sharedTime ? [] : within(assignmentTime(measure.time), period);
    const when = all([part(`(${condition.text})`, ...condition.values), ...own]);
    const sum = assignmentSums[of];
    if (sum) return [of, part(`SUM(CASE WHEN ${when.text} THEN ${sum} ELSE 0 END)`, ...when.values)];
    if (query.count === "people")
      return [of, part(`COUNT(DISTINCT CASE WHEN ${when.text} THEN a.person_id END)`, ...when.values)];
    return [of, part(`SUM(CASE WHEN ${when.text} THEN 1 ELSE 0 END)`, ...when.values)];
  });
  const counted = wanted[0]!.of.at(-1)!;
  const detailed = asked.detail
    ? [part(`(${assignmentPart(counted, now).text})`, ...assignmentPart(counted, now).values)]
    : [];
  const detailedTime = asked.detail && !sharedTime ? within(assignmentTime(wanted[0]!.time), period) : [];
  const usesTask = columns.some(([, c]) => c.text.includes("t.")) || (sharedTime?.startsWith("t.") ?? false);
  return run(asked, {
    from: "assignment a",
    joins: [...joinsFor(query, "a", usesTask), ...split.joins],
    where: [
      part("a.pushed_at IS NOT NULL"),
      ...personParts(query.filters, at),
      ...taskParts(query.filters),
      ...(query.filters.form ? among("a.form", query.filters.form) : []),
      ...(query.filters.reason ? among("COALESCE(NULLIF(a.decline_reason, ''), 'none')", query.filters.reason) : []),
      ...(query.filters.platform ? platformOfAssignment(query) : []),
      ...doneParts(query, "a"),
      ...(sharedTime ? within(sharedTime, period) : []),
      ...split.where,
      ...detailed,
      ...detailedTime,
    ],
    shows: { at: sharedTime ?? "a.pushed_at", person: "a.person_id", task: "a.task_id", text: "a.form" },
    group: isSeries ? periodNumber(sharedTime ?? "a.pushed_at", query.group!.periods ?? []) : split.group,
    columns,
  });
}

function platformOfAssignment(query: Query): Part[] {
  return among("s.platform", query.filters.platform!).map((p) =>
    part(
      `EXISTS (SELECT 1 FROM submission s WHERE s.task_id = a.task_id AND s.person_id = a.person_id AND ${p.text})`,
      ...p.values,
    ),
  );
}

/** Steps taken or not: of the assignment itself, or of any assignment of the person. */
function doneParts(query: Query, row: "a" | "p"): Part[] {
  const { done, never } = query.filters;
  const parts: Part[] = [];
  for (const [filter, isDone] of [
    [done, true],
    [never, false],
  ] as const) {
    for (const step of filter?.in ?? []) {
      const column = stepColumn(step);
      if (row === "a") parts.push(part(`a.${column} IS ${isDone ? "NOT NULL" : "NULL"}`));
      else {
        const period = within(`x.${column}`, query.period);
        const task = query.filters.task?.in;
        const theme = query.filters.theme?.in;
        const when = all([
          part(`x.${column} IS NOT NULL`),
          ...period,
          ...(task ? [part(`x.task_id IN (${marks(task.length)})`, ...task)] : []),
          ...(theme
            ? [part(`x.task_id IN (SELECT id FROM task WHERE theme IN (${marks(theme.length)}))`, ...theme)]
            : []),
        ]);
        parts.push(
          part(
            `${isDone ? "" : "NOT "}EXISTS (SELECT 1 FROM assignment x WHERE x.person_id = p.id AND ${when.text})`,
            ...when.values,
          ),
        );
      }
    }
  }
  return parts;
}

const isMember = part("((' ' || p.roles || ' ') LIKE '% koc %' OR (' ' || p.roles || ' ') LIKE '% customer %')");
const dayMs = 86_400_000;

async function people(asked: Asked, key: MeasureKey): Promise<Tally> {
  const { query, now } = asked;
  if (query.group?.by === "period" && key !== "people_joined") return statesOver(asked, key);
  const time = query.at?.ms ?? now;
  const at = part("?", time);
  const period = wholePeriod(query);
  const staffAsked = query.filters.role?.in?.some((role) => role === "koe" || role === "manager") ?? false;
  const split = groupOf(query, "p", at);
  const where = [
    part("p.merged_into IS NULL"),
    ...(staffAsked ? [] : [isMember]),
    ...(key === "people_joined" ? within("p.joined_at", period) : [part("p.joined_at <= ?", time)]),
    ...personParts(query.filters, at),
    ...doneParts(query, "p"),
    ...split.where,
  ];
  const koc = part("(' ' || p.roles || ' ') LIKE '% koc %'");
  const since = (column: string, days: number) =>
    part(
      `EXISTS (SELECT 1 FROM assignment x WHERE x.person_id = p.id AND x.${column} >= ? AND x.${column} <= ?)`,
      time - days * dayMs,
      time,
    );
  if (key === "active_koc") where.push(koc, since("accepted_at", 30));
  if (key === "silent_koc") {
    const seen = since("seen_at", 60);
    where.push(koc, since("pushed_at", 60), part(`NOT ${seen.text}`, ...seen.values));
  }
  const isSeries = query.group?.by === "period";
  if (query.group?.by === "role") return byRole(asked, key);
  return run(asked, {
    from: "person p",
    joins: split.joins,
    where,
    group: isSeries ? periodNumber("p.joined_at", query.group!.periods ?? []) : split.group,
    columns: [["value", part("COUNT(DISTINCT p.id)")]],
    shows: { at: "p.joined_at", person: "p.id", task: "NULL", text: "p.city" },
  });
}

async function byRole(asked: Asked, key: MeasureKey): Promise<Tally> {
  const found: Tally = new Map();
  for (const role of asked.query.group?.keys ?? ["koc", "customer", "koe", "manager"]) {
    const query: Query = { ...asked.query, group: null, filters: { ...asked.query.filters, role: { in: [role] } } };
    found.set(role, (await people({ ...asked, query }, key)).get(null) ?? { value: 0 });
  }
  return found;
}

/** A state has no time of its own: it is counted at the end of each period. */
async function statesOver(asked: Asked, key: MeasureKey): Promise<Tally> {
  const found: Tally = new Map();
  for (const period of asked.query.group?.periods ?? []) {
    const at = { ms: Math.min(period.until - 1, asked.now), words: period.words };
    const query: Query = { ...asked.query, group: null, at };
    found.set(period.label, (await people({ ...asked, query }, key)).get(null) ?? { value: 0 });
  }
  return found;
}

async function membership(asked: Asked, key: MeasureKey): Promise<Tally> {
  const { query, now } = asked;
  if (query.group?.by === "period") {
    const found: Tally = new Map();
    for (const period of query.group.periods ?? []) {
      const one: Query = { ...query, group: null, period };
      found.set(period.label, (await membership({ ...asked, query: one }, key)).get(null) ?? { value: 0 });
    }
    return found;
  }
  const period = query.period ?? { from: 0, until: now + 1, label: "", words: "" };
  if (key === "segment_net") {
    const size = async (ms: number) => people({ ...asked, query: { ...query, at: { ms, words: "" } } }, "people");
    const [before, after] = [await size(period.from), await size(Math.min(period.until, now))];
    const keys = new Set([...before.keys(), ...after.keys()]);
    return new Map([...keys].map((k) => [k, { value: (after.get(k)?.value ?? 0) - (before.get(k)?.value ?? 0) }]));
  }
  const column = key === "segment_joined" ? "st.entered_at" : "st.left_at";
  const { segment, ...others } = query.filters;
  const bySegment = query.group?.by === "segment";
  const split = bySegment
    ? {
        joins: [],
        group: part("st.segment_id"),
        where: query.group!.keys ? among("st.segment_id", { in: query.group!.keys }) : [],
      }
    : groupOf(query, "p", part(column));
  return run(asked, {
    from: "segment_stay st",
    joins: [part("JOIN person p ON p.id = st.person_id"), ...split.joins],
    where: [
      ...within(column, period),
      ...(segment ? among("st.segment_id", segment) : []),
      ...personParts(others, part("?", now)),
      ...split.where,
    ],
    group: split.group,
    columns: [["value", part("COUNT(DISTINCT st.person_id)")]],
    shows: { at: column, person: "st.person_id", task: "NULL", text: "st.segment_id" },
  });
}

async function tagCounts(asked: Asked, key: MeasureKey): Promise<Tally> {
  const { query, now } = asked;
  const column = key === "tags_ended" ? "h.until" : "h.since";
  const { tag, source, koe, ...others } = query.filters;
  const confirmed = key === "tags_confirmed";
  const by = query.group?.by;
  const split =
    by === "tag"
      ? { joins: [], group: part("h.tag"), where: query.group!.keys ? among("h.tag", { in: query.group!.keys }) : [] }
      : by === "koe" && confirmed
        ? {
            joins: [],
            group: part("h.settled_by"),
            where: query.group!.keys ? among("h.settled_by", { in: query.group!.keys }) : [],
          }
        : groupOf(query, "p", part("?", now));
  return run(asked, {
    from: "tag_hold h",
    joins: [part("JOIN person p ON p.id = h.person_id"), ...split.joins],
    where: [
      part(`${column} IS NOT NULL AND ${column} <= ?`, now),
      ...(confirmed ? [part("h.settled_by IS NOT NULL")] : []),
      ...within(column, wholePeriod(query)),
      ...(tag ? among("h.tag", tag) : []),
      ...(source ? among("h.source", source) : []),
      ...(koe ? (confirmed ? among("h.settled_by", koe) : personParts({ koe }, part("?", now))) : []),
      ...personParts(others, part("?", now)),
      ...split.where,
    ],
    group: by === "period" ? periodNumber(column, query.group!.periods ?? []) : split.group,
    columns: [["value", query.count === "people" ? part("COUNT(DISTINCT h.person_id)") : part("COUNT(*)")]],
    shows: { at: column, person: "h.person_id", task: "NULL", text: "h.tag" },
  });
}

async function content(asked: Asked, keys: readonly MeasureKey[]): Promise<Tally> {
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
    ],
    group: query.group?.by === "period" ? periodNumber(time, query.group.periods ?? []) : split.group,
    columns: [["value", part(counted)], ...figures],
    shows: {
      at: time,
      person: "s.person_id",
      task: "s.task_id",
      text: subject === "comments" ? "c.text" : "COALESCE(s.url, s.raw_text)",
    },
  });
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

async function tasks(asked: Asked): Promise<Tally> {
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
