import { say } from "#cards/names.ts";
import type { Tx } from "#db/store.ts";
import { isPercent, type MeasureKey, measureOf } from "#domain/measures.ts";
import { type Dimension, emptyQuery, type Filters, type Query } from "#domain/query.ts";
import { staffMeasures } from "#domain/staff-measures.ts";
import type { Context } from "./context.ts";

type Lang = Context["lang"];
export type TableKey = "tasks" | "segments" | "themes" | "kocs" | "koes";
export type Cell = { text: string; value: number | null; hasRows: boolean };
export type Dashboard = {
  columns: { key: string; label: string; how: string }[];
  rows: { id: string; name: string; cells: Cell[] }[];
};
export type Behind = {
  label: string;
  how: string;
  rows: { at: number | null; person: string; task: string; text: string }[];
  more: boolean;
};

const made: MeasureKey[] = [
  "pushed",
  "view_rate",
  "participation_rate",
  "hand_in_rate",
  "approval_rate",
  "completion_rate",
  "posts",
  "reads",
  "interaction_rate",
];
const tables: Record<Exclude<TableKey, "koes">, { by: Dimension; measures: MeasureKey[] }> = {
  tasks: { by: "task", measures: made },
  themes: { by: "theme", measures: made },
  segments: { by: "segment", measures: ["people", ...made.filter((key) => key !== "view_rate")] },
  kocs: {
    by: "person",
    measures: ["pushed", "accepted", "submitted", "approved", "completion_rate", "posts", "reads", "interaction_rate"],
  },
};
const titles: Record<TableKey, { zh: string; en: string }> = {
  tasks: { zh: "任务", en: "Tasks" },
  segments: { zh: "分群", en: "Segments" },
  themes: { zh: "主题", en: "Themes" },
  kocs: { zh: "KOC", en: "KOCs" },
  koes: { zh: "KOE", en: "KOEs" },
};
export const tableTitle = (table: TableKey, lang: Lang): string => titles[table][lang];

const queryOf = (key: MeasureKey, by: Dimension): Query => ({
  ...emptyQuery,
  measures: [key],
  group: { by, keys: null },
});

/** A table of the dashboards: every number by the measures' one definition, and none where there is too little to say. */
export async function dashboard(tx: Tx, ctx: Context, table: TableKey, lang: Lang): Promise<Dashboard> {
  if (table === "koes") return staffTable(tx, ctx, lang);
  const { by, measures } = tables[table];
  const found = new Map<string, Map<MeasureKey, Cell>>();
  for (const key of measures) {
    const answer = await tx.answers.answer(queryOf(key, by), ctx.now());
    if (!("value" in answer) || !Array.isArray(answer.value)) continue;
    for (const { label, value, parts } of answer.value) {
      const cells = found.get(label) ?? new Map<MeasureKey, Cell>();
      found.set(
        label,
        cells.set(key, { text: shown(key, value, parts), value, hasRows: value !== null && value !== 0 }),
      );
    }
  }
  const names = await namesOf(tx, table, [...found.keys()]);
  const few = (key: MeasureKey): Cell => {
    const counts = measureOf(key).kind === "count" || measureOf(key).kind === "sum";
    return counts
      ? { text: "0", value: 0, hasRows: false }
      : { text: say(lang, "样本太少", "too few"), value: null, hasRows: false };
  };
  const rows = [...found].flatMap(([id, cells]) => {
    const name = names.get(id);
    return name === undefined ? [] : [{ id, name, cells: measures.map((key) => cells.get(key) ?? few(key)) }];
  });
  const columns = measures.map((key) => ({ key, label: measureOf(key)[lang], how: measureOf(key).how[lang] }));
  return {
    columns,
    rows: rows.sort((a, b) => (b.cells[0]!.value ?? 0) - (a.cells[0]!.value ?? 0) || (a.name < b.name ? -1 : 1)),
  };
}

/** `41.2% (38/91)`: a share never stands without its sample. */
function shown(key: MeasureKey, value: number | null, parts?: [number, number]): string {
  if (value === null) return "–";
  if (!isPercent(key)) return String(Math.round(value * 10) / 10);
  return `${value.toFixed(1)}%${parts && measureOf(key).subject === "assignments" ? ` (${parts[0]}/${parts[1]})` : ""}`;
}

async function namesOf(tx: Tx, table: TableKey, ids: string[]): Promise<Map<string, string>> {
  if (table === "tasks") return new Map((await tx.tasks.list()).map(({ id, title }) => [id, title]));
  if (table === "segments") return new Map((await tx.segments.active()).map(({ id, name }) => [id, name]));
  if (table === "kocs") return new Map((await tx.people.list(ids)).map(({ id, name }) => [id, name]));
  return new Map(ids.map((id) => [id, id]));
}

/** Employees: what they were asked, how much of it they confirmed, and how long that took. */
async function staffTable(tx: Tx, ctx: Context, lang: Lang): Promise<Dashboard> {
  const staff = await tx.staffWork.all(ctx.now());
  const columns = staffMeasures.map(({ key, how, ...names }) => ({ key, label: names[lang], how: how[lang] }));
  const rows = staff.map(({ id, name, asked, answered, confirmed, waiting, hours, people }) => {
    const count = (value: number): Cell => ({ text: String(value), value, hasRows: value > 0 });
    const rate: Cell =
      answered < 10
        ? { text: say(lang, "样本太少", "too few"), value: null, hasRows: answered > 0 }
        : {
            text: `${((confirmed / answered) * 100).toFixed(1)}% (${confirmed}/${answered})`,
            value: (confirmed / answered) * 100,
            hasRows: true,
          };
    const time: Cell = { text: hours === null ? "–" : `${hours.toFixed(1)} h`, value: hours, hasRows: hours !== null };
    return { id, name, cells: [count(people), count(asked), rate, time, count(waiting)] };
  });
  return { columns, rows };
}

/** The rows behind one number, the newest first; undefined where there is no such number. */
export async function behind(
  tx: Tx,
  ctx: Context,
  of: { table: TableKey; id: string; column: string; lang: Lang; most: number },
): Promise<Behind | undefined> {
  const { table, id, column, lang, most } = of;
  if (table === "koes") {
    const measure = staffMeasures.find(({ key }) => key === column);
    if (!measure) return undefined;
    const rows = await tx.staffWork.rows(id, measure.key, most + 1);
    return {
      label: measure[lang],
      how: measure.how[lang],
      rows: rows.slice(0, most).map((row) => ({ ...row, task: "" })),
      more: rows.length > most,
    };
  }
  const { by, measures } = tables[table];
  const key = measures.find((each) => each === column);
  if (!key) return undefined;
  const filters: Filters = { [by]: { in: [id] } };
  const rows = await tx.answers.rows({ ...emptyQuery, measures: [key], filters }, ctx.now(), most + 1);
  const people = new Map(
    (await tx.people.list([...new Set(rows.flatMap(({ personId }) => personId ?? []))])).map((p) => [p.id, p.name]),
  );
  const tasks = new Map((await tx.tasks.list()).map(({ id: taskId, title }) => [taskId, title]));
  const named = rows.slice(0, most).map(({ at, personId, taskId, text }) => ({
    at,
    person: people.get(personId ?? "") ?? "",
    task: tasks.get(taskId ?? "") ?? "",
    text,
  }));
  return { label: measureOf(key)[lang], how: measureOf(key).how[lang], rows: named, more: rows.length > most };
}
