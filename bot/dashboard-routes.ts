import { stringify } from "csv-stringify/sync";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { approvalWaitsText } from "#cards/approval.ts";
import type { Lang } from "#cards/card.ts";
import { refusedTableText } from "#cards/intake-words.ts";
import { backToKoloop, clockText } from "#cards/names.ts";
import type { Store } from "#db/store.ts";
import type { Context } from "#handlers/context.ts";
import { behind, dashboard, tableTitle } from "#handlers/dashboards.ts";
import { findScope } from "#handlers/find-scope.ts";
import { reportHealth } from "#handlers/gather-health.ts";
import { secondYes, viewFor } from "#handlers/second-yes.ts";
import { proposeTable } from "#handlers/take-tables.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import { type BehindView, type DashboardTable, type DashboardView, dashboardTables } from "./dashboard-view.ts";
import { readTableBytes, TableError } from "./intake/table-file.ts";

type Deps = { store: Store; ctx: Context; web: WebChannel; afterCommit: () => void };

const rowsShown = 200;
const rowsInCsv = 20_000;
/** What a chat may take at once; more is for `koloop metrics import` and the watched folder. */
const upload = { bytes: 8 * 1024 * 1024, rows: 20_000 };
const notFound = { message: "没有找到 · Not found" };
const tableSchema = z.object({ table: z.enum(dashboardTables) });
const cellSchema = tableSchema.extend({ id: z.string().min(1).max(200), column: z.string().max(60) });
const asked = z.object({ lang: z.enum(["zh", "en"]).optional() });
/** Tables whose rows are people. */
const peopleTables: ReadonlySet<DashboardTable> = new Set(["kocs", "koes"]);
const scopes: Record<Exclude<DashboardTable, "koes">, string> = {
  tasks: "task",
  segments: "segment",
  themes: "theme",
  kocs: "koc",
};

/** The managers' pages: tables of figures with the rows behind each, their CSV, health reports, and files of figures from the chat. */
export async function registerDashboardRoutes(http: FastifyInstance, deps: Deps): Promise<void> {
  const { store, ctx, web, afterCommit } = deps;
  const reader = async (request: FastifyRequest): Promise<{ lang: Lang; zone: string; personId: string }> => {
    const session = await web.requireRight(request);
    const person = await store.read((tx) => tx.people.find(session.personId));
    const { lang } = asked.parse(request.query);
    return {
      lang: lang ?? person?.lang ?? ctx.lang,
      zone: person?.timeZone ?? ctx.timeZone,
      personId: session.personId,
    };
  };
  /** What to say while a second manager's yes to this file is missing; undefined once it is there, for one download. */
  const awaited = async (request: FastifyRequest, what: string, people: number): Promise<string | undefined> => {
    const { personId } = await web.requireRight(request);
    const [path] = request.url.split("?");
    const said = await store.transaction(async (tx) => {
      const by = await tx.people.find(personId);
      const subject = `${personId} ${path}`;
      const awaits = await secondYes(tx, ctx, { kind: "export", subject, people, what, by });
      if (awaits && by) return approvalWaitsText(await viewFor(tx, ctx, awaits, by));
      await tx.settings.audit({ at: ctx.now(), actor: personId, action: "export.table", subject, detail: { people } });
      return undefined;
    });
    afterCommit();
    return said;
  };
  const fullTime = (at: number, zone: string, lang: Lang) => clockText(at, 0, zone, lang);

  http.get("/api/dashboards/:table", async (request): Promise<DashboardView> => {
    const { lang, zone } = await reader(request);
    const { table } = tableSchema.parse(request.params);
    const { columns, rows } = await store.read((tx) => dashboard(tx, ctx, table, lang));
    const reports = table === "koes" ? undefined : scopes[table];
    return {
      table,
      title: tableTitle(table, lang),
      asOf: fullTime(ctx.now(), zone, lang),
      columns,
      rows: rows.map((row) => ({
        ...row,
        ...(reports && { report: `/reports/${reports}/${encodeURIComponent(row.id)}` }),
      })),
    };
  });

  http.get("/api/dashboards/:table/csv", async (request, reply) => {
    const { lang } = await reader(request);
    const { table } = tableSchema.parse(request.params);
    const { columns, rows } = await store.read((tx) => dashboard(tx, ctx, table, lang));
    const waits = peopleTables.has(table) && (await awaited(request, tableTitle(table, lang), rows.length));
    if (waits) return reply.code(202).type("text/plain; charset=utf-8").send(waits);
    const lines = rows.map(({ id, name, cells }) => [id, name, ...cells.map(({ text }) => text)]);
    return sendCsv(reply, table, [["id", tableTitle(table, lang), ...columns.map(({ label }) => label)], ...lines]);
  });

  http.get("/api/dashboards/:table/rows/:id/:column", async (request, reply): Promise<BehindView> => {
    const { lang, zone } = await reader(request);
    const of = cellSchema.parse(request.params);
    const found = await store.read((tx) => behind(tx, ctx, { ...of, lang, most: rowsShown }));
    if (!found) return reply.code(404).send(notFound) as never;
    const { label, how, more } = found;
    const rows = found.rows.map((row) => ({ ...row, at: row.at === null ? "" : fullTime(row.at, zone, lang) }));
    return { title: label, how, rows, more };
  });

  http.get("/api/dashboards/:table/rows/:id/:column/csv", async (request, reply) => {
    const { lang } = await reader(request);
    const of = cellSchema.parse(request.params);
    const found = await store.read((tx) => behind(tx, ctx, { ...of, lang, most: rowsInCsv }));
    if (!found) return reply.code(404).send(notFound);
    const waits = await awaited(request, `${tableTitle(of.table, lang)} · ${found.label}`, found.rows.length);
    if (waits) return reply.code(202).type("text/plain; charset=utf-8").send(waits);
    const lines = found.rows.map(({ at, person, task, text }) => [
      at === null ? "" : new Date(at).toISOString(),
      person,
      task,
      text,
    ]);
    return sendCsv(reply, `${of.table}-${of.column}`, [["at", "person", "task", "text"], ...lines]);
  });

  http.get("/reports/:kind/:name", async (request, reply) => {
    const { lang, zone } = await reader(request);
    const { kind, name } = z
      .object({ kind: z.enum(["task", "theme", "segment", "koc", "month"]), name: z.string().min(1).max(200) })
      .parse(request.params);
    const setup = { now: ctx.now(), timeZone: ctx.timeZone, readComment: ctx.readComment };
    const report = await store.read(async (tx) => {
      const scope = await findScope(tx, kind, name);
      return scope && reportHealth(tx, scope, setup);
    });
    if (!report) return reply.code(404).send(notFound);
    const { pagePolicy, reportPage, servedPage } = await import("./report-page.ts");
    // Within another program's frame a ticket signs in, and koloop's own pages are not a step back.
    const isFramed = z.object({ ticket: z.string() }).safeParse(request.query).success;
    const back = isFramed ? undefined : { href: "/#/dashboards", words: backToKoloop(lang) };
    return reply
      .type("text/html; charset=utf-8")
      .header("cache-control", "no-store")
      .header("content-security-policy", pagePolicy)
      .send(servedPage(await reportPage({ report, lang, timeZone: zone }, back)));
  });

  await registerUpload(http, deps);
}

/** Cells that begin like a formula get a `'` before them: a name that somebody chose must not run in a manager's Excel. */
function sendCsv(reply: FastifyReply, name: string, rows: string[][]): FastifyReply {
  return reply
    .type("text/csv; charset=utf-8")
    .header("content-disposition", `attachment; filename="koloop-${name.replace(/[^\w-]/g, "")}.csv"`)
    .send(stringify(rows, { bom: true, escape_formulas: true }));
}

/** A file that a manager drops into the chat: its columns are shown there as they were understood, and nothing is taken before a yes. */
async function registerUpload(http: FastifyInstance, { store, ctx, web, afterCommit }: Deps): Promise<void> {
  await http.register(async (own) => {
    own.addContentTypeParser(
      "application/octet-stream",
      { parseAs: "buffer", bodyLimit: upload.bytes },
      (_, body, done) => done(null, body),
    );
    own.post("/api/tables", { bodyLimit: upload.bytes }, async (request, reply) => {
      const session = await web.requireRight(request);
      const { name } = z.object({ name: z.string().min(1).max(200) }).parse(request.query);
      const lang = session.lang === "en" ? "en" : "zh";
      const rows: string[][] = [];
      try {
        for await (const { cells } of readTableBytes(request.body as Buffer)) {
          rows.push(cells);
          if (rows.length > upload.rows)
            return reply.code(413).send({ message: refusedTableText("too-large", "koloop metrics import FILE", lang) });
        }
      } catch (fault) {
        if (!(fault instanceof TableError)) throw fault;
        return reply.code(422).send({ message: refusedTableText(fault.why, "", lang) });
      }
      const shown = await store.transaction(async (tx) => {
        const person = await tx.people.find(session.personId);
        return person !== undefined && proposeTable(tx, ctx, person, name, rows);
      });
      if (!shown) return reply.code(422).send({ message: refusedTableText("empty", "", lang) });
      afterCommit();
      return { rows: rows.length };
    });
  });
}
