import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

describe.skipIf(!isThere)("the page of segments in a browser", () => {
  it("counts while a rule is written, creates it, shows why somebody is in it, changes and retires it", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
    await koloop.start();
    await addCast(koloop);
    const by = { source: "koe" as const, proposedBy: "koloop", settledBy: "E1", messageId: null, suggestionId: null };
    await koloop.store.transaction(async (tx) => {
      for (const [who, tag] of [["C1", "plans_replacement"], ["C1", "two_kids"], ["K1", "plans_replacement"], ["K1", "promotion"], ["K2", "plans_replacement"]] as const)
        await settleTag(tx, koloop.ctx, (await tx.people.find(who))!, { ...by, tag, holds: true, quote: null, confidence: 1, at: koloop.ctx.now() });
    }); // biome-ignore format: short
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "zh-CN" });
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      const look = async (name: string) => {
        if (process.env.KOLOOP_LOOK) await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/${name}.png` });
      };
      const link = new URL(await koloop.web!.signInLink("M1"));
      await page.goto(`${new URL(koloop.address).origin}${link.pathname}${link.search}${link.hash}`);
      await page.locator('a[href="#/segments"]').first().click();
      await page.locator('a[href="#/segments/new"]').click();
      await page.locator("input.field").fill("换购窗口");
      await page.locator("textarea").fill("计划换车 且 (二胎家庭 或 升职");
      await page.locator(".segment-fault").waitFor();
      await look("segment-fault");
      await page.locator("textarea").fill("计划换车 且 (二胎家庭 或 事业晋升)");
      const preview = page.locator(".segment-preview");
      await expect.poll(() => preview.textContent()).toMatch(/事业晋升.*2 人: /);
      await look("segment-new");
      await page.locator('button[type="submit"]').click();
      await page.locator(".profile-line", { hasText: "李雷" }).waitFor();
      const members = (await page.locator(".page-inner").textContent()) ?? "";
      await look("segment-one");
      await page.locator("textarea").fill("计划换车,排除 二胎家庭");
      await expect.poll(() => preview.textContent()).toMatch(/会进入1 人: 韩梅梅.*会离开1 人: 王女士/);
      await page.setViewportSize({ width: 390, height: 844 });
      await look("segment-change-phone");
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      // However late the page hears how the segment stands now, nothing is lost of what is written meanwhile.
      await page.route(/\/api\/segments\/(?!preview)[^/]+$/, async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await route.continue();
      });
      await page.locator('button[type="submit"]').click();
      await page.locator("input.field").fill("换购");
      await page.locator(".profile-line", { hasText: "韩梅梅" }).waitFor();
      expect(await page.locator("input.field").inputValue()).toBe("换购");
      await page.locator('.segment-head [aria-label="返回"]').click();
      await page.locator(".segment-list a").first().waitFor();
      await look("segment-list-phone");
      await page.setViewportSize({ width: 1280, height: 900 });
      await look("segment-list");
      await page.locator(".segment-list a").first().click();
      await page.locator(".segment-retire button").click();
      await page.locator(".segment-retire button").click();
      await page.getByText("还没有分群").waitFor();

      for (const words of ["王女士", "有「计划换车」", "有「二胎家庭」"]) expect(members).toContain(words);
      expect(wide).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});
