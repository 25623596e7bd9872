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

describe.skipIf(!isThere)("the profile page in a browser", () => {
  it("shows tags, segments and the history, and nothing is said on the console", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }), ticks: false });
    await koloop.start();
    await addCast(koloop);
    await koloop.store.transaction(async (tx) => {
      await tx.segments.add({
        id: "family",
        name: "家庭用车",
        rule: { kind: "tag", tag: "has_kids" },
        version: 1,
        status: "active",
        createdBy: null,
        createdAt: 0,
        updatedAt: 0,
      });
      const wang = await tx.people.find("C1");
      const now = koloop.ctx.now();
      const told: [string, string, number][] = [
        ["single", "我一个人住", 500],
        ["new_parent", "宝宝刚满月", 3],
        ["business_traveler", "一周飞三趟", 40],
        ["plans_replacement", "想换辆大点的车", 150],
      ];
      for (const [tag, quote, daysAgo] of told) {
        const at = now - daysAgo * 86_400_000;
        const by = {
          source: "koe" as const,
          proposedBy: "koloop",
          settledBy: "E1",
          messageId: null,
          suggestionId: null,
        };
        await settleTag(tx, koloop.ctx, wang!, { ...by, tag, holds: true, quote, confidence: 1, at });
      }
    });
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 1280, height: 1000 }, locale: "zh-CN" });
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      const link = new URL(await koloop.web!.signInLink("E1"));
      await page.goto(`${new URL(koloop.address).origin}${link.pathname}${link.search}${link.hash}`);
      await page.locator('a[href="#/people"]').first().waitFor();
      await page.evaluate('location.hash = "#/people/C1"');
      await page.locator(".profile-timeline li").first().waitFor();

      const text = (await page.locator(".profile").textContent()) ?? "";
      if (process.env.KOLOOP_LOOK) await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/profile.png` });
      await page.setViewportSize({ width: 390, height: 844 });
      if (process.env.KOLOOP_LOOK) await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/profile-phone.png` });
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));

      for (const words of ["新手爸妈", "宝宝刚满月", "家庭用车", "有「有孩家庭」", "「单身」被", "经过"])
        expect(text).toContain(words);
      expect(wide).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});
