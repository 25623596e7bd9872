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

const widths = [
  ["phone", 390],
  ["desktop", 1440],
] as const;

describe.skipIf(!isThere)("the page of what was learned, in a browser", () => {
  it("takes a floor, a veto and a forgotten tag, and undoes each, on a phone as on a desk", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }), ticks: false });
    await koloop.start();
    await addCast(koloop);
    const now = koloop.ctx.now();
    await koloop.store.transaction(async (tx) => {
      for (const [id, name, tag] of [
        ["S1", "家庭用车", "has_kids"],
        ["S2", "露营", "camping"],
      ] as const) {
        const segment = { id, name, rule: { kind: "tag" as const, tag }, version: 1, status: "active" as const };
        await tx.segments.add({ ...segment, createdBy: null, createdAt: 0, updatedAt: 0 });
        for (const [form, value] of [
          ["video", 0.31],
          ["photo_text", 0.22],
          ["longform", 0.12],
        ] as const) {
          const weight = { scope: "segment", scopeKey: id, name: form, value, weightOf: 1 };
          await tx.learning.setWeight({ ...weight, override: null, detail: null, updatedAt: now }, "step 1");
        }
      }
      await tx.learning.setTheme({ id: "口号接力", status: "weak", evidence: "{}", setBy: null, updatedAt: now });
      const answers = { confirmed: 2, rejected: 6, verdicts: 8, since: 0, updatedAt: now };
      await tx.experience.restore([{ scope: "tag", key: "new_parent", tag: "new_parent", ...answers }], "test");
    });
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const page = await browser.newPage({ locale: "zh-CN" });
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      const link = new URL(await koloop.web!.signInLink("M1"));
      const { origin } = new URL(koloop.address);
      await page.goto(`${origin}${link.pathname}${link.search}${link.hash}`);
      await page.locator('a[href="#/people"]').first().waitFor();
      for (const [name, width] of widths) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`${origin}/learning`);
        expect(await page.getByRole("link", { name: "回到 koloop" }).getAttribute("href")).toBe("/");
        for (const [scheme, ground] of [
          ["dark", "rgb(27, 34, 34)"],
          ["light", "rgb(255, 255, 255)"],
        ] as const) {
          await page.emulateMedia({ colorScheme: scheme });
          expect(await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor")).toBe(ground);
        }
        const shot = (step: string) =>
          process.env.KOLOOP_LOOK &&
          page.screenshot({ path: `${process.env.KOLOOP_LOOK}/learning-${name}-${step}.png`, fullPage: true });
        await page.getByRole("cell", { name: "第 1 条结果为止的反馈" }).first().waitFor();
        const weightForm = page.locator("form:has(select[name=weight])");
        await weightForm.locator("select[name=weight]").selectOption("S1 photo_text");
        await weightForm.locator("select[name=kind]").selectOption("floor");
        await weightForm.locator("input[name=percent]").fill("40");
        await weightForm.locator("input[name=reason]").fill("要拍新车");
        await weightForm.getByRole("button", { name: "执行" }).click();
        await page.getByText("已改动。").waitFor();
        await page.getByText("不低于 40.0 % →").waitFor();
        await shot("floor");
        await page.locator(".said").getByRole("button", { name: "撤销" }).click();
        await page.getByText("已撤销,和之前一样。").waitFor();

        const themeForm = page.locator("form:has(select[name=theme])");
        await themeForm.locator("input[name=reason]").fill("刚换了文案");
        await themeForm.getByRole("button", { name: "执行" }).click();
        await page.getByRole("cell", { name: "刚换了文案" }).waitFor();
        await page.locator(".said").getByRole("button", { name: "撤销" }).click();
        await page.getByText("已撤销,和之前一样。").waitFor();

        await page.locator("form:has(select[name=tag])").getByRole("button", { name: "忘掉" }).click();
        await page.getByText("已改动。").waitFor();
        await page.locator(".said").getByRole("button", { name: "撤销" }).click();
        await page.locator("form:has(select[name=tag])").waitFor();
        await shot("all");
        expect(Number(await page.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(width);
      }

      const left = await koloop.store.read(async (tx) => ({
        words: (await tx.learning.weights("segment")).map(({ override }) => override),
        themes: await tx.learning.themes(),
      }));
      expect(new Set(left.words)).toEqual(new Set([null]));
      expect(left.themes).toMatchObject([{ id: "口号接力", status: "weak", setBy: null, updatedAt: now }]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});
