import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importFolder } from "#bot/commands/import.ts";
import { readConfig } from "#bot/config.ts";
import { openDemoRooms } from "#bot/demo.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { root } from "#db/migrations.ts";
import { type Figure, quantile } from "./frame.ts";

const messages = 200;
const goalMs = 300;
const browserPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

/** The running demo, from a customer's message to the employee's card and from the tap to the settled card, as their pages see it. */
export async function benchLoop(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-bench-"));
  try {
    const config = readConfig({
      PORT: "0",
      DATABASE_URL: `file:${join(folder, "loop.db")}`,
      KOLOOP_LOG_LEVEL: "error",
    });
    const koloop = await createKoloop(config, { demo: true });
    const begun = performance.now();
    const rows = await importFolder(koloop.store, join(root, "demo", "brand"));
    const importSeconds = (performance.now() - begun) / 1000;
    await koloop.start();
    if (koloop.web) await openDemoRooms(koloop.store, koloop.web);
    const imported = figure("import of the demo brand", importSeconds, "s", "", `${rows} rows in one transaction`);
    const rate = figure("import rate", rows / importSeconds, "rows/s", "", "the same import");
    const measured = existsSync(browserPath) ? await onScreen(koloop) : unmeasured();
    await koloop.stop();
    return [imported, rate, ...measured];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figure(
  name: string,
  value: number | null,
  unit: string,
  goal: string,
  how: string,
  holds: boolean | null = null,
): Figure {
  return { name, value, unit, goal, holds, against: "", how };
}

function unmeasured(): Figure[] {
  return [figure("message to card on screen, p95", null, "ms", `< ${goalMs}`, `no Chromium at ${browserPath}`)];
}

type Pane = {
  locator(selector: string): { first(): Locator; last(): Locator };
  evaluate<T, A>(work: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
  getByRole(role: "button", options: { name: RegExp | string }): { last(): Locator };
  waitForTimeout(ms: number): Promise<void>;
};
type Locator = {
  fill(text: string): Promise<void>;
  press(key: string): Promise<void>;
  click(): Promise<void>;
  waitFor(): Promise<void>;
};

/** Both people's pages in one browser; the clock is the browser's, so that nothing but the way of the message is measured. */
async function onScreen(koloop: Koloop): Promise<Figure[]> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
    executablePath: browserPath,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(koloop.address);
    await page.waitForTimeout(3000);
    const [, customer, employee] = page.frames() as unknown as [Pane, Pane, Pane];
    const toCard: number[] = [];
    const toSettled: number[] = [];
    for (let i = 0; i < messages; i++) {
      await customer.waitForTimeout(60); // A person's pace; the messenger refuses a flood.
      const box = customer.locator("textarea").first();
      await box.fill(i % 2 ? "我经常出差,一周要飞三趟" : "我家养了三只猫");
      const open = changes(employee, true);
      const sent = Date.now();
      await box.press("Enter");
      const shown = await open;
      if (shown === 0) continue;
      toCard.push(shown - sent);
      const settled = changes(employee, false);
      const tapped = Date.now();
      await employee.getByRole("button", { name: /不对$/ }).last().click();
      toSettled.push((await settled) - tapped);
      await forget(koloop);
    }
    return [...spread("message to card on screen", toCard), ...spread("tap to settled card", toSettled)];
  } finally {
    await browser.close();
  }
}

/** Resolves with the time at which a card with open questions is in the page, or no longer; 0 after three seconds. */
function changes(pane: Pane, present: boolean): Promise<number> {
  return pane.evaluate(
    (wanted) =>
      new Promise<number>((resolve) => {
        const { document } = globalThis as unknown as { document: { querySelector(selector: string): unknown } };
        const end = Date.now() + 3000;
        const timer = setInterval(() => {
          const there = document.querySelector(".card:not(.card-settled)") !== null;
          if (there !== wanted && Date.now() < end) return;
          clearInterval(timer);
          resolve(there === wanted ? Date.now() : 0);
        }, 4);
      }),
    present,
  );
}

/** Forgets what was said and refused, so that each message raises a card of its own. */
async function forget(koloop: Koloop): Promise<void> {
  await koloop.store.transaction(async ({ connection: { sql } }) => {
    await sql.run("DELETE FROM suggestion WHERE status <> 'open'");
    await sql.run("DELETE FROM message");
  });
}

function spread(name: string, times: number[]): Figure[] {
  const how = `${times.length} of ${messages} in Chromium, demo brand loaded, both pages open`;
  const p95 = quantile(times, 0.95);
  return [
    figure(`${name}, p50`, quantile(times, 0.5), "ms", "", how),
    figure(`${name}, p95`, p95, "ms", `< ${goalMs}`, how, times.length === messages && p95 < goalMs),
  ];
}
