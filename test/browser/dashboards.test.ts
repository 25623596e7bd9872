import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { importFolder } from "#bot/commands/import.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);
const demo = join(import.meta.dirname, "..", "..", "demo", "brand");

const look = async (page: Page, name: string) => {
  if (process.env.KOLOOP_LOOK) await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/${name}.png` });
};

describe.skipIf(!isThere)("the dashboards in a browser", () => {
  it("show tables with the rows behind each number, CSV, reports, and take a file; nothing is said on the console", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const now = () => Date.parse("2026-11-20T18:00:00+08:00");
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }), now, ticks: false });
    onTestFinished(() => koloop.stop());
    await koloop.start();
    await addCast(koloop);
    await importFolder(koloop.store, demo);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    onTestFinished(() => browser.close());
    const complaints: string[] = [];
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "zh-CN" });
    const page = await context.newPage();
    page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
    const { origin } = new URL(koloop.address);
    const link = new URL(await koloop.web!.signInLink("M1"));
    await page.goto(`${origin}${link.pathname}${link.search}${link.hash}`);
    await page.locator('a[href="#/dashboards"]').first().click();
    await page.locator(".dash-table tbody tr").first().waitFor();
    await look(page, "dash-tasks");

    const row = page.locator(".dash-table tbody tr", { hasText: "独库公路" });
    const pushed = row.locator("td").first();
    const [count] = /\d+/.exec((await pushed.textContent()) ?? "") ?? [];
    await pushed.locator("button").click();
    await page.locator(".dash-rows tr").first().waitFor();
    expect(await page.locator(".dash-rows tr").count()).toBe(Number(count));
    await look(page, "dash-behind");

    const csv = await page.request.get(`${origin}/api/dashboards/tasks/csv`);
    expect(csv.headers()["content-type"]).toContain("text/csv");
    expect(await csv.text()).toContain("独库公路");
    for (const table of ["segments", "themes", "kocs", "koes"]) {
      await page.locator(`.dash-tabs a[href="#/dashboards/${table}"]`).click();
      await page.locator(".dash-table tbody tr").first().waitFor();
      await look(page, `dash-${table}`);
    }

    const report = await page.request.get(`${origin}/reports/task/T14`);
    expect([report.status(), (await report.text()).includes("data:image/svg+xml;base64,")]).toEqual([200, true]);
    const reportPage = await context.newPage();
    await reportPage.setViewportSize({ width: 1280, height: 1600 });
    await reportPage.goto(`${origin}/reports/task/T14`);
    await look(reportPage, "report");
    await reportPage.setViewportSize({ width: 390, height: 1600 });
    await look(reportPage, "report-phone");
    expect(Number(await reportPage.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(390);
    const figure = "document.querySelector('figure')";
    expect(await reportPage.evaluate(`${figure}.scrollWidth <= ${figure}.clientWidth`)).toBe(true);
    expect(await reportPage.locator("figure img:visible").count()).toBe(1);
    expect(await reportPage.getByRole("link", { name: "回到 koloop" }).getAttribute("href")).toBe("/#/dashboards");

    await page.locator('a[href="#/chats"]').first().click();
    await page.evaluate('location.hash = "#/chats/bot:M1"');
    const chooser = page.locator('input[type="file"]');
    await chooser.waitFor({ state: "attached" });
    const table = "作品编号,数据时间,阅读量,点赞\nS0001,2026-11-20 12:00,1.2万,356\n";
    await chooser.setInputFiles({ name: "小红书.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
    await page.getByRole("button", { name: "确认导入" }).waitFor();
    await look(page, "upload");
    await page.getByRole("button", { name: "确认导入" }).click();
    await page.getByText("已导入").first().waitFor();

    await page.setViewportSize({ width: 390, height: 844 });
    await page.evaluate('location.hash = "#/dashboards/tasks"');
    await page.locator(".dash-table tbody tr").first().waitFor();
    await look(page, "dash-phone");
    expect(Number(await page.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(390);
    expect(complaints).toEqual([]);
  });

  it("are for managers alone", async () => {
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
    onTestFinished(() => koloop.stop());
    await koloop.start();
    await addCast(koloop);
    const { origin } = new URL(koloop.address);
    const secret = new URL(await koloop.web!.signInLink("E1")).hash.slice(1);
    const signedIn = await fetch(`${origin}/api/sign-in`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ secret }),
    });
    const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0]!;

    for (const path of [
      "/api/dashboards/tasks",
      "/api/dashboards/koes/csv",
      "/reports/task/T14",
      "/api/dashboards/kocs/rows/K1/pushed",
    ]) {
      expect((await fetch(`${origin}${path}`, { headers: { cookie } })).status).toBe(403);
      expect((await fetch(`${origin}${path}`)).status).toBe(401);
    }
  });
});
