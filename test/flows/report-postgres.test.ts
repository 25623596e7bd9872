import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "#bot/database.ts";
import type { Store } from "#db/store.ts";
import type { HealthReport } from "#domain/health-report.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import { behind, dashboard } from "#handlers/dashboards.ts";
import { reportHealth } from "#handlers/gather-health.ts";
import { takeComments, takeFigures } from "#handlers/take-rows.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, friday, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";
import { addPosts } from "../setup/posts.ts";

let server: TestServer;
const stores: Record<string, Store> = {};
const readComment = (text: string) => ({
  sentiment: text.includes("好") ? ("positive" as const) : ("negative" as const),
  score: 0.9,
  aspects: [],
  keywords: [],
});

/** The same figures, comments and alarms over whichever database; what is told of them. */
async function tell(
  store: Store,
): Promise<{ report: HealthReport; tables: unknown; rows: unknown; late: unknown; due: unknown; taken: number[] }> {
  const koloop = { store } as TestKoloop;
  await addCast(koloop);
  await addPosts(koloop, 4);
  let n = 0;
  const setup = { now: friday, newId: () => `n${++n}`, source: "api" as const, byId: null };
  const nothing = { shares: null, favourites: null, completionRate: null };
  const figures = [1, 2, 3].map((i) => ({
    line: i,
    post: `S${i}`,
    at: friday - i * 86_400_000,
    figures: { ...nothing, reads: 1000 * i, likes: 40 * i, comments: 3 },
  }));
  const taken: number[] = [];
  for (let round = 0; round < 2; round++)
    await store.transaction(async (tx) => {
      const { changed, posts } = await takeFigures(tx, figures, setup);
      await cleanPosts(tx, posts, friday);
      const rows = ["很好", "好看", "不行"].map((text, line) => ({
        line,
        post: "S1",
        at: friday - line,
        author: `u${line}`,
        text,
      }));
      const said = await takeComments(tx, rows, { ...setup, readComment });
      taken.push(changed, said.changed);
    });
  return store.read(async (tx) => {
    const ctx = { now: () => friday, lang: "zh" } as TestKoloop["ctx"];
    const tables = [];
    for (const table of ["tasks", "segments", "themes", "kocs", "koes"] as const)
      tables.push(await dashboard(tx, ctx, table, "zh"));
    return {
      report: await reportHealth(
        tx,
        { kind: "task", id: "T1", name: "任务1" },
        { now: friday, timeZone: "Asia/Shanghai", readComment },
      ),
      tables,
      rows: await behind(tx, ctx, { table: "kocs", id: "K1", column: "approved", lang: "zh", most: 10 }),
      late: await tx.submissions.lateFigures(friday),
      due: await tx.submissions.figuresDue(friday, [1, 3, 7], 10),
      taken,
    };
  });
}

describe("reports, dashboards and what is due", () => {
  beforeAll(async () => {
    server = await startPostgres();
    stores.postgresql = (await openDatabase(await server.create("reports"))).store;
  });
  afterAll(async () => {
    for (const store of Object.values(stores)) await store.close();
    await server?.stop();
  });

  it("say the same on PostgreSQL as on SQLite", async () => {
    stores.sqlite = (await openDatabase(`file:${freshDatabase()}`)).store;

    const [onPostgres, onSqlite] = [await tell(stores.postgresql!), await tell(stores.sqlite!)];

    expect(onPostgres).toEqual(onSqlite);
    expect(onSqlite.taken).toEqual([3, 3, 0, 0]);
    expect(onSqlite.report.content).toMatchObject({ posts: 1, reads: 1000 });
    expect(onSqlite.report.comments).toMatchObject({ read: 3, positive: { part: 2 } });
    expect(onSqlite.late).toMatchObject([{ id: "S3" }, { id: "S4", asOf: null }]);
  });
});
