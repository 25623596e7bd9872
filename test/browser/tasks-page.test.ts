import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

const onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe.skipIf(!isThere)("the page of tasks in a browser", () => {
  it("fills in a task, sees whom it would ask, keeps, sends and changes it, on a desk and on a phone", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({
      ...{ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0", KOLOOP_QUIET_HOURS: "off" },
    });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
    await koloop.start();
    await addCast(koloop);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "zh-CN" });
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      const look = async (name: string) => {
        if (process.env.KOLOOP_LOOK)
          await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/${name}.png`, fullPage: true });
      };
      const link = new URL(await koloop.web!.signInLink("M1"));
      await page.goto(`${new URL(koloop.address).origin}${link.pathname}${link.search}${link.hash}`);
      await page.locator('a[href="#/tasks"]').first().click();
      await look("tasks-none");
      await page.locator('a[href="#/tasks/new"]').click();
      await page.getByLabel("任务名称").fill("冬季续航实测");
      await page.getByRole("button", { name: "视频", exact: true }).click();
      await page.getByLabel("「视频」的要求").fill("拍仪表盘,开空调");
      await page.locator(".task-preview .facts").first().waitFor();
      await page.getByLabel("排除").fill("单身");
      await page.keyboard.press("Enter");
      await page.getByLabel("目标(篇)").fill("2");
      await page.getByLabel("素材").fill("https://example.com/spec.pdf");
      await page.getByRole("button", { name: "抖音" }).click();
      const preview = page.locator(".task-preview");
      await expect.poll(() => preview.textContent()).toContain("推送 2 人");
      for (const name of ["李雷", "韩梅梅"]) expect(await preview.textContent()).toContain(name);
      await look("task-new");
      await page.setViewportSize({ width: 390, height: 844 });
      await look("task-new-phone");
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      await page.getByRole("button", { name: "存为草稿" }).click();
      await page.getByRole("button", { name: "现在发送" }).click();
      await look("task-sure-phone");
      // However late the page hears how the task stands now, nothing is lost of what is written meanwhile.
      await page.route(/\/api\/tasks\/(?!preview)[^/]+$/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue();
      });
      await page.getByRole("button", { name: "现在发送" }).click();
      await page.getByText("已发送给 2 人").waitFor();
      await page.getByLabel("奖励").fill("300");
      await page.getByText("请先保存").waitFor();
      await page.getByRole("button", { name: "保存修改" }).click();
      await page.getByText("任务卡已更新").waitFor();
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.evaluate("document.querySelector('.page').scrollTo(0, 0)");
      await look("task-running");
      await page.locator('.segment-head [aria-label="返回"]').click();
      await page.locator(".segment-list a").first().waitFor();
      await look("tasks-list");

      const koc = new URL(await koloop.web!.signInLink("K1"));
      const phone = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
      await phone.goto(`${new URL(koloop.address).origin}${koc.pathname}${koc.search}${koc.hash}`);
      await koloop.store.transaction(async (tx) => {
        const [assignment] = await tx.tasks.assignmentsFor("K1");
        await tx.tasks.saveAssignment({ ...assignment!, pushedAt: Date.now() });
      });
      await phone.locator('a[href^="#/chats/"]').first().waitFor();
      await phone.evaluate('location.hash = "#/chats/bot:K1"');
      const chosen = phone.waitForEvent("filechooser");
      await phone.getByRole("button", { name: "交截图" }).click();
      const buffer = Buffer.from(onePixel, "base64");
      await (await chosen).setFiles({ name: "shot.png", mimeType: "image/png", buffer });
      await phone.getByText("审核后会告诉您结果").waitFor();
      if (process.env.KOLOOP_LOOK)
        await phone.screenshot({ path: `${process.env.KOLOOP_LOOK}/koc-hands-in-phone.png` });

      expect(wide).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});
