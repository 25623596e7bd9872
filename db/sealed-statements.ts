import { type SealedColumn, sealedIn } from "./sealed-columns.ts";

/** A value of a statement that goes into a sealed column, and where the row's key and owner stand among the values. */
export type SealedSlot = {
  column: SealedColumn;
  value: number;
  key: readonly number[];
  /** The owner among the values; undefined: the row itself says (an update), or there is none. */
  owner?: number;
};

const plans = new Map<string, readonly SealedSlot[]>();
const plansAtMost = 2000;
const plannedLength = 4000;

/** Which values of a statement are to be sealed. Throws where the statement does not tell which row a sealed value is for. */
export function sealedSlots(text: string): readonly SealedSlot[] {
  let plan = plans.get(text);
  if (plan === undefined) {
    plan = slotsOf(text);
    if (plans.size > plansAtMost) plans.clear();
    if (text.length < plannedLength) plans.set(text, plan);
  }
  return plan;
}

function slotsOf(text: string): SealedSlot[] {
  const insert = /\bINSERT INTO "?(\w+)"? \(([^)]*)\)\s*VALUES\s*/i.exec(text);
  if (insert) return insertSlots(text, insert);
  const update = /\bUPDATE "?(\w+)"? SET\b/i.exec(text);
  return update ? updateSlots(text, update) : [];
}

const questions = (text: string): number => text.split("?").length - 1;

function insertSlots(text: string, match: RegExpExecArray): SealedSlot[] {
  const [head, table = "", list = ""] = match;
  const sealed = sealedIn(table);
  if (sealed.length === 0) return [];
  const columns = list.split(",").map((name) => name.trim().replaceAll('"', ""));
  const slots: SealedSlot[] = [];
  let value = questions(text.slice(0, match.index));
  for (const row of rowsOf(text.slice(match.index + head.length))) {
    const places = new Map<string, number>();
    for (const [i, cell] of row.entries()) if (cell === "?") places.set(columns[i] ?? "", value++);
    for (const column of sealed) {
      const at = places.get(column.column);
      if (at !== undefined) slots.push(slot(text, column, at, places));
    }
  }
  return slots;
}

/** The cells of `(?, 'text', ?), (…)`, row by row. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  const row = /\s*,?\s*\(((?:[^()']|'[^']*')*)\)/y;
  for (let found = row.exec(text); found; found = row.exec(text))
    rows.push((found[1] ?? "").split(",").map((cell) => cell.trim()));
  return rows;
}

function updateSlots(text: string, match: RegExpExecArray): SealedSlot[] {
  const [head, table = ""] = match;
  const sealed = sealedIn(table);
  if (sealed.length === 0) return [];
  const from = match.index + head.length;
  const before = questions(text.slice(0, from));
  const rest = text.slice(from);
  const end = rest.search(/\bWHERE\b/i);
  const set = end < 0 ? rest : rest.slice(0, end);
  const where = end < 0 ? "" : rest.slice(end);
  const places = new Map<string, number>();
  for (const { 1: name = "", index } of where.matchAll(/(?<![\w.])(\w+) = \?/g))
    if (!places.has(name)) places.set(name, before + questions(set) + questions(where.slice(0, index)));
  return sealed.flatMap((column) => {
    const said = new RegExp(`(?<![\\w.])${column.column} = (.)`).exec(set);
    if (said?.[1] !== "?") return [];
    const at = before + questions(set.slice(0, said.index));
    const { owner: _, ...placed } = slot(text, column, at, places);
    return [placed];
  });
}

function slot(text: string, column: SealedColumn, value: number, places: Map<string, number>): SealedSlot {
  const key = column.key.map((name) => {
    const at = places.get(name);
    if (at === undefined)
      throw new Error(`${column.table}.${column.column} is sealed; name its row by ${column.key.join(", ")}: ${text}`);
    return at;
  });
  const owner = column.owner === undefined ? undefined : places.get(column.owner);
  return { column, value, key, ...(owner === undefined ? {} : { owner }) };
}
