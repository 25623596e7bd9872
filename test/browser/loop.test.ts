import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { importFolder } from "#bot/commands/import.ts";
import { readConfig } from "#bot/config.ts";
import { openDemoRooms } from "#bot/demo.ts";
import { createKoloop } from "#bot/main.ts";
import { freshDatabase } from "../setup/database.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const missing = existsSync(executablePath)
  ? ""
  : ` (skipped: no Chromium at ${executablePath}; apt-get install chromium)`;

let browser: Browser | undefined;
beforeAll(async () => {
  if (missing) return;
  const { buildPage } = (await import("../../scripts/build-page.mjs" as string)) as { buildPage: () => Promise<void> };
  await buildPage();
  const args = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath, args });
});
afterAll(() => browser?.close());

/** The demo as a newcomer sees it: the cast side by side on one page. */
async function openDemo(): Promise<{ page: Page; panes: Frame[]; complaints: string[] }> {
  const config = readConfig({
    PORT: "0",
    DATABASE_URL: `file:${freshDatabase()}`,
    KOLOOP_LOG_LEVEL: "silent",
    KOLOOP_QUIET_HOURS: "off",
  });
  const koloop = await createKoloop(config, { demo: true });
  onTestFinished(() => koloop.stop());
  await importFolder(koloop.store, join(import.meta.dirname, "..", "..", "demo", "brand"));
  await koloop.start();
  await openDemoRooms(koloop.store, koloop.web!);
  const page = await browser!.newPage({ viewport: { width: 1440, height: 900 } });
  onTestFinished(() => page.close());
  // At a load of 22 half a minute was not enough for the manager's task to be drafted.
  page.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  page.on("pageerror", (fault) => complaints.push(fault.message));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  await page.goto(koloop.address);
  await page.locator("iframe").nth(4).waitFor();
  return { page, panes: page.frames().slice(1), complaints };
}

async function write(pane: Frame, text: string): Promise<void> {
  const box = pane.locator("textarea").first();
  await box.fill(text);
  await box.press("Enter");
}

describe(`the loop in a browser${missing}`, () => {
  it.skipIf(missing !== "")(
    "a sentence becomes a card, a tap settles it, a manager's message becomes a task",
    async () => {
      const { panes, complaints } = await openDemo();
      const [customer, employee, manager] = panes as [Frame, Frame, Frame];

      await write(customer, "我们家二宝下个月出生,后备箱放得下双人婴儿车吗?");
      await employee.getByRole("button", { name: "全部确认" }).click();
      await employee.getByText(/已加上 \d+ 个标签/).waitFor();
      await write(manager, "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,3篇,2030年12月1日前");
      await manager.getByRole("button", { name: /发送给 \d+ 人/ }).click();
      await manager.getByText(/已发送给 \d+ 人/).waitFor();

      expect(complaints, "what the browser complained about").toEqual([]);
    },
  );
});
