import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { newAssignment } from "#domain/task.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

describe.skipIf(!isThere)("the review page in a browser", () => {
  it("is used on a phone: two pieces are ticked, asked about once, and approved", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }), ticks: false });
    await koloop.start();
    await addCast(koloop);
    const now = koloop.ctx.now();
    await koloop.store.transaction(async (tx) => {
      await tx.tasks.add({
        ...{
          id: "T1",
          title: "冬季续航实测",
          theme: "冬季续航",
          brief: "",
          materials: [],
          status: "open",
          autopilot: false,
        },
        target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
        forms: [{ form: "video", brief: "" }],
        proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
        ...{ importance: 3, quota: 5, pushBudget: null, reward: 0, templateId: null, createdBy: "M1", briefVersion: 1 },
        ...{ publishedAt: now, deadlineAt: now + 9e8, createdAt: now, updatedAt: now },
      });
      for (const [n, personId] of ["K1", "K2"].entries()) {
        const about = { id: `A${n}`, taskId: "T1", personId, form: "video", wave: 1, policy: "learned" as const };
        await tx.tasks.addAssignment({
          ...newAssignment(about, now),
          pushedAt: now,
          acceptedAt: now,
          submittedAt: now,
        });
        await tx.submissions.add({
          ...{ id: `S${n}`, taskId: "T1", personId, platform: "douyin", form: "video", submittedAt: now },
          url: `https://www.douyin.com/video/730123456789012345${n}`,
          ...{ postKey: `d${n}`, status: "pending", rawText: "", reviewedBy: null, reviewedAt: null, reviewNote: null },
        });
      }
    });
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage({ viewport: { width: 390, height: 844 }, locale: "zh-CN" });
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      const link = new URL(await koloop.web!.signInLink("M1"));
      const { origin } = new URL(koloop.address);
      await page.goto(`${origin}${link.pathname}${link.search}${link.hash}`);
      await page.locator('a[href="#/people"]').first().waitFor();
      await page.goto(`${origin}/review`);
      expect(await page.getByRole("link", { name: "回到 koloop" }).getAttribute("href")).toBe("/");
      if (process.env.KOLOOP_LOOK) await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/review.png` });
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      for (const box of await page.locator("input[type=checkbox]").all()) await box.check();
      await page.getByRole("button", { name: "通过选中的", exact: true }).click();
      await page.getByRole("heading", { name: "确定通过这 2 篇吗?" }).waitFor();
      await page.getByRole("button", { name: "确定", exact: true }).click();
      await page.getByText("已处理 2 篇。").waitFor();

      const pieces = await koloop.store.read((tx) => tx.submissions.ofTask("T1"));
      expect(pieces.map(({ status, reviewedBy }) => [status, reviewedBy])).toEqual([
        ["approved", "M1"],
        ["approved", "M1"],
      ]);
      expect(wide).toBeLessThanOrEqual(390);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});
