import { settledTableCard, tableCard } from "#cards/intake-cards.ts";
import { refusedTableText } from "#cards/intake-words.ts";
import { say } from "#cards/names.ts";
import type { IntakeTable } from "#db/intake.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { type Columns, headerRow, proposeColumns, readColumns, signatureOf, tableKind } from "#domain/table-columns.ts";
import { placesOf, type RowFault, readCommentRow, readFigureRow } from "#domain/table-rows.ts";
import { cleanPosts } from "./clean-figures.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { redraw, reply, replyRefusal, showStaff } from "./say.ts";
import { takeComments, takeFigures } from "./take-rows.ts";

/** Under this the way in which a table's columns were confirmed is remembered. */
export const columnsKey = (header: readonly string[]): string => `figure-columns:${signatureOf(header)}`;

/** A table that a manager sent: shows how its columns were understood, and waits for a yes. False where it has no header. */
export async function proposeTable(
  tx: Tx,
  ctx: Context,
  person: Person,
  name: string,
  rows: string[][],
): Promise<boolean> {
  const named = headerRow(rows);
  const first = named >= 0 ? named : rows.findIndex((row) => row.filter((cell) => cell.trim() !== "").length > 1);
  const header = rows[first]?.map((cell) => cell.trim());
  if (!header) return false;
  const kept = await tx.settings.get(columnsKey(header));
  const body = rows.slice(first + 1).filter((row) => row.some((cell) => cell.trim() !== ""));
  const columns = kept ? (JSON.parse(kept) as Columns) : proposeColumns(header, body.slice(0, 20));
  const table: IntakeTable = {
    id: ctx.newId(),
    name,
    rows: [header, ...body],
    personId: person.id,
    columns,
    createdAt: ctx.now(),
    status: null,
  };
  await tx.intake.addTable(table);
  await showStaff(tx, ctx, person, cardOf(table, kept !== undefined, person));
  return true;
}

function cardOf({ id, name, rows, columns }: IntakeTable, remembered: boolean, { lang }: Person) {
  const [header = [], ...body] = rows;
  return tableCard({
    id,
    name,
    header,
    sample: body.slice(0, 5),
    rows: body.length,
    columns,
    kind: tableKind(columns),
    remembered,
    lang,
  });
}

/** Lines of an export pasted into the chat, with tabs or commas between the columns. */
export async function tablePasted(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, event, person } = scene;
  const lines = event.text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (lines.length < 2 || !mayAtAll(person, "figures.import")) return false;
  const sign = ["\t", ",", ";", "|"].find((each) => lines.slice(0, 2).every((line) => line.split(each).length > 1));
  if (sign === undefined) return false;
  const rows = lines.map((line) => line.split(sign).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
  if (headerRow(rows) < 0) return false;
  return proposeTable(tx, ctx, person, say(person.lang, "粘贴的表格", "pasted table"), rows);
}

/** `列 阅读=观看人数,作品=链接`: the newest waiting table is read in another way. */
export async function columnsChanged(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const said = /^(?:列|columns?)[\s::]+(.+)$/i.exec(event.text.trim());
  const table = said && mayAtAll(person, "figures.import") ? await tx.intake.waitingTable(person.id) : undefined;
  if (!said || !table) return false;
  const read = readColumns(said[1]!);
  const header = table.rows[0] ?? [];
  const missing = "refused" in read ? read.refused : Object.values(read.columns).find((name) => !header.includes(name));
  if ("refused" in read || missing !== undefined) {
    await reply(scene, refusedTableText("no-column", missing ?? "", person.lang));
    return true;
  }
  const taken = new Set(Object.values(read.columns));
  const others = Object.fromEntries(Object.entries(table.columns).filter(([, name]) => !taken.has(name)));
  const columns: Columns = { ...others, ...read.columns };
  await tx.intake.saveTable({ ...table, columns });
  await redraw(tx, ctx, cardOf({ ...table, columns }, false, person), event.address);
  return true;
}

/** The table of a tap; undefined after saying why not. */
async function tableOf(scene: Scene<TapEvent>): Promise<IntakeTable | undefined> {
  const { tx, person, event } = scene;
  const table = await tx.intake.findTable(event.action.id);
  if (!table || table.personId !== person.id || !mayAtAll(person, "figures.import")) {
    await replyRefusal(scene, table ? "not-for-your-role" : "gone");
    return undefined;
  }
  if (table.status === null) return table;
  await replyRefusal(scene, "already-answered");
  return undefined;
}

/** "Import": takes the rows that are good, names those that are not, and remembers how the columns were read. */
export async function tableTaken(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const table = await tableOf(scene);
  const kind = table && tableKind(table.columns);
  if (!table || !kind) return;
  const [header = [], ...body] = table.rows;
  const places = placesOf(header, table.columns);
  const now = ctx.now();
  const setup = { at: table.createdAt, timeZone: ctx.timeZone, now };
  const take = { now, newId: ctx.newId, source: "import" as const, byId: person.id };
  const faults: RowFault[] = [];
  const good = <T extends object>(one: (line: number, cells: readonly string[]) => T | RowFault | null): T[] =>
    body.flatMap((cells, i) => {
      const row = one(i + 2, cells);
      if (row !== null && "why" in row) faults.push(row);
      return row === null || "why" in row ? [] : [row as T];
    });
  const taken =
    kind === "figures"
      ? await takeFigures(
          tx,
          good((line, cells) => readFigureRow(line, cells, places, setup)),
          take,
        )
      : await takeComments(
          tx,
          good((line, cells) => readCommentRow(line, cells, places, setup)),
          { ...take, readComment: ctx.readComment },
        );
  if (kind === "figures") await cleanPosts(tx, taken.posts, now);
  await tx.intake.saveTable({ ...table, status: "taken" });
  await tx.settings.set(columnsKey(header), JSON.stringify(table.columns), now);
  const all = [...faults, ...taken.faults].sort((a, b) => a.line - b.line);
  await tx.settings.audit({
    at: now,
    actor: person.id,
    action: "table.take",
    subject: table.id,
    detail: { rows: body.length, changed: taken.changed },
  });
  const { changed, same } = taken;
  const view = {
    kind,
    rows: body.length,
    changed,
    same,
    posts: taken.posts.size,
    faults: all.slice(0, 20),
    faultCount: all.length,
  };
  const { id, name, columns } = table;
  await redraw(tx, ctx, settledTableCard({ id, name, columns, taken: view, lang: person.lang }), event.address);
}

export async function tableDropped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const table = await tableOf(scene);
  if (!table) return;
  await tx.intake.saveTable({ ...table, status: "dropped" });
  const { id, name, columns } = table;
  await redraw(tx, ctx, settledTableCard({ id, name, columns, taken: undefined, lang: person.lang }), event.address);
}

/** `评论 S0012` and below it a line each, `name: words`: comments pasted from below a post. */
export async function commentsPasted(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, event, person } = scene;
  const [first = "", ...lines] = event.text.split(/\r?\n/);
  const asked = /^(?:评论|comments?)(?:\s*[::]\s*|\s+)(\S+)\s*$/i.exec(first.trim());
  if (!asked || lines.length === 0 || !mayAtAll(person, "figures.import")) return false;
  const rows = lines.flatMap((text, i) => {
    const said = /^([^::]{1,40})[::]\s*(.+)$/.exec(text.trim());
    const words = said?.[2] ?? text.trim();
    return words === ""
      ? []
      : [{ line: i + 2, post: asked[1]!, at: event.at, author: said?.[1]?.trim() ?? "", text: words }];
  });
  const setup = {
    now: ctx.now(),
    newId: ctx.newId,
    source: "manager" as const,
    byId: person.id,
    readComment: ctx.readComment,
  };
  const { changed, faults } = await takeComments(tx, rows, setup);
  const { lang } = person;
  await reply(
    scene,
    faults.length > 0
      ? say(lang, `没有这个作品:${asked[1]}`, `There is no such post: ${asked[1]}`)
      : say(
          lang,
          `收到 ${rows.length} 条评论,${changed} 条是新的。`,
          `${rows.length} comments, ${changed} of them new.`,
        ),
  );
  return true;
}
