import type { Measure } from "#domain/measure-kinds.ts";
import { type MeasureKey, measureOf } from "#domain/measures.ts";
import type { Query } from "#domain/query.ts";
import { marks } from "../sql.ts";
import { assignmentPart, assignmentSums, assignmentTime, periodNumber, stepColumn } from "./columns.ts";
import { content, tasks } from "./content.ts";
import { all, among, type Part, part, personParts, taskParts } from "./parts.ts";
import { type Asked, groupOf, joinsFor, run, type Tally, wholePeriod, within } from "./select.ts";

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
  const counted = wanted[0]!.of.filter((of) => of !== "quota").at(-1)!;
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
