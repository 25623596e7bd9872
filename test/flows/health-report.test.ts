import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { reportPage } from "#bot/report-page.ts";
import { cardSchema } from "#cards/card.ts";
import { healthMarkdown } from "#cards/health-markdown.ts";
import { healthReportCard } from "#cards/health-report.ts";
import { readPackage } from "#db/package-format.ts";
import { importPackage } from "#db/package-import.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import type { HealthReport } from "#domain/health-report.ts";
import { findScope } from "#handlers/find-scope.ts";
import { reportHealth } from "#handlers/gather-health.ts";
import { createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, friday, startKoloop } from "../setup/koloop.ts";

const demo = join(import.meta.dirname, "..", "..", "demo", "brand");
const readComment = createCommentReader(loadCommentModel());
const reports = new Map<string, HealthReport>();

async function importDemo(store: Store): Promise<void> {
  const data = await readPackage(demo, () => {});
  const { taxonomy } = loadKnowledge([]);
  await store.transaction((tx) => importPackage(tx, data, { taxonomy, now: friday, progress: () => {} }));
}

describe.skipIf(!existsSync(demo))("health reports of the demo brand", () => {
  beforeAll(async () => {
    const { mkdtempSync, copyFileSync } = await import("node:fs");
    const { tmpdir } = await import("node:os");
    const { inject } = await import("vitest");
    const path = join(mkdtempSync(join(tmpdir(), "koloop-health-")), "koloop.db");
    copyFileSync(inject("emptyDatabase"), path);
    const store = storeOver(await openSqlite(path));
    await importDemo(store);
    await store.read(async (tx) => {
      for (const task of await tx.tasks.list()) {
        const scope = { kind: "task", id: task.id, name: task.title } as const;
        reports.set(task.id, await reportHealth(tx, scope, { now: friday, timeZone: "Asia/Shanghai", readComment }));
      }
      for (const [kind, name] of [
        ["theme", "自驾路线"],
        ["koc", "P0250"],
        ["month", "2026-10"],
      ] as const) {
        const scope = await findScope(tx, kind, name);
        reports.set(kind, await reportHealth(tx, scope!, { now: friday, timeZone: "Asia/Shanghai", readComment }));
      }
    });
    await store.close();
  });

  it.each<[string, string, string]>([
    ["T06", "accepted", "theme"],
    ["T09", "approved", "sent-back"],
    ["T14", "submitted", "whole-task"],
    ["T17", "accepted", "decline-reason"],
    ["T22", "seen", "night"],
  ])("names the weak step of %s, %s, and its cause, %s", (id, step, cause) => {
    const { weak } = reports.get(id)!;
    expect([weak?.step, weak?.causes[0]?.kind]).toEqual([step, cause]);
  });

  it("claims nothing of tasks that went as tasks usually go, or of too few", () => {
    const calm = ["T01", "T02", "T03", "T05", "T07", "T10", "T12", "T16", "T21", "T25", "T35"];

    expect(calm.filter((id) => reports.get(id)!.weak !== null)).toEqual([]);
    expect(reports.get("T36")!.calm).toBe("too-few");
  });

  it("counts the funnel as the tables have it", () => {
    expect(reports.get("T14")).toMatchObject({ pushed: 125, approved: 19, quota: 40 });
    expect(reports.get("T14")!.steps.map(({ reached }) => reached)).toEqual([98, 85, 19, 19]);
  });

  it("tells of a theme, a KOC and a month as well", () => {
    for (const kind of ["theme", "koc", "month"]) expect(reports.get(kind)!.pushed).toBeGreaterThan(0);
    expect(reports.get("month")!.pushed).toBeLessThan(reports.get("theme")!.pushed + 4000);
  });

  it("is a valid card, Markdown without stray markup, and one page that loads nothing", async () => {
    const report = structuredClone(reports.get("T14")!);
    report.scope.name = '<img src=x onerror="1"> | # [x](y)';
    const view = { report, lang: "zh", timeZone: "Asia/Shanghai" } as const;

    expect(cardSchema.parse(healthReportCard(view)).blocks.length).toBeGreaterThan(3);
    expect(healthMarkdown(view)).not.toMatch(/(?<!\\)<img/);
    const page = await reportPage(view);
    expect(page).not.toContain("<img");
    expect(page).not.toMatch(/<script|<[a-z]+[^>]*\ssrc=|@import|url\(http/);
    expect(page).toContain("</svg>");
  });
});

describe("health reports in a chat", () => {
  it("go to managers only, with a picture, and what to do next is a tap that counts once", async () => {
    const koloop = await startKoloop({}, `file:${freshDatabase()}`);
    await addCast(koloop);
    await importDemo(koloop.store);

    await koloop.channel.write("M1", "bot:M1", "体检报告 独库公路");
    await koloop.channel.write("K1", "bot:K1", "体检报告 独库公路");
    await koloop.settle();

    const [card] = koloop.channel.cardsIn("bot:M1");
    expect(card?.title).toContain("独库公路全记录");
    const picture = card?.blocks.find((block) => block.type === "picture");
    const kept = await koloop.store.read(({ connection: { sql } }) =>
      sql.get<{ mime: string; size: number }>(
        "SELECT mime, length(bytes) AS size FROM picture WHERE id = ?",
        picture?.pictureId ?? "",
      ),
    );
    expect(kept?.mime).toBe("image/png");
    expect(kept?.size).toBeLessThan(200_000);
    expect(koloop.channel.cardsIn("bot:K1").filter(({ title }) => title.includes("体检"))).toEqual([]);

    await koloop.channel.write("M1", "bot:M1", "体检报告 T06");
    await koloop.settle();
    await koloop.channel.press("M1", "bot:M1", "停用主题");
    await koloop.channel.press("M1", "bot:M1", "停用主题");
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:M1")[0]?.title).toBe("主题「用车保养」:已停用");
    expect(koloop.channel.wordsIn("bot:M1")).toEqual(["这一步已经做过了。"]);
    const theme = await koloop.store.read(({ connection: { sql } }) =>
      sql.get<{ status: string; set_by: string }>("SELECT status, set_by FROM theme WHERE id = '用车保养'"),
    );
    expect(theme).toEqual({ status: "retired", set_by: "M1" });
  });
});
