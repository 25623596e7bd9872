import { existsSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page, type Request } from "playwright-core";
import { describe, expect, it } from "vitest";
import { importFolder } from "#bot/commands/import.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { root } from "#db/migrations.ts";
import { freshDatabase } from "../setup/database.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

/** Runs in every page before anything of it: what the policy stops is said to the console, where the test hears it. */
const confess = `document.addEventListener("securitypolicyviolation", (e) =>
  console.error("csp: " + e.violatedDirective + " " + e.blockedURI + " " + location.href))`;

describe.skipIf(!isThere)("the content security policy", () => {
  it("has nothing to stop on any page that a manager can open, nor is one of them kept over an upgrade", async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
    await importFolder(koloop.store, join(root, "demo", "brand"));
    await koloop.start();
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const stopped: string[] = [];
    const policies = new Map<string, string>();
    const kept = new Map<string, string | undefined>();
    try {
      const page = await browser.newPage({ locale: "zh-CN" });
      await page.addInitScript(confess);
      page.on("console", (said) => /csp:|Content Security Policy/.test(said.text()) && stopped.push(said.text()));
      page.on("response", (answer) => {
        if (answer.request().resourceType() !== "document") return;
        const { pathname } = new URL(answer.url());
        policies.set(pathname, answer.headers()["content-security-policy"] ?? "");
        kept.set(pathname, answer.headers()["cache-control"]);
      });
      const [manager] = await koloop.store.read((tx) => tx.people.listByRole("manager"));
      const origin = new URL(koloop.address).origin;
      const { pathname, search, hash } = new URL(await koloop.web!.signInLink(manager!.id));
      await page.goto(`${origin}${pathname}${search}${hash}`);
      await page.locator("a[href^='#/']").first().waitFor();
      const quiet = untilQuiet(page);
      const seen = await follow(page, origin, quiet);
      const [task] = await koloop.store.read((tx) =>
        tx.connection.sql.all<{ id: string }>("SELECT id FROM task WHERE status = 'closed' LIMIT 1"),
      );
      for (const path of ["/learning", "/chat", "/nowhere", `/reports/task/${task?.id ?? "none"}`, "/wecom/sidebar"])
        await page.goto(`${origin}${path}`);
      await quiet();

      expect(seen.length).toBeGreaterThan(5);
      expect(stopped).toEqual([]);
      for (const [path, policy] of policies) {
        expect(policy, path).toContain("default-src 'none'");
        expect(policy, path).not.toContain("unsafe");
      }
      // The page names the files of its build: kept for a year, it would ask the next version for files that are gone.
      expect(kept.get("/chat")).toBe("no-cache");
    } finally {
      await browser.close();
      await koloop.stop();
    }
  });
});

/** Waits for all that the page has asked for; a view asks a moment after it is drawn. */
function untilQuiet(page: Page): () => Promise<void> {
  const underWay = new Set<Request>();
  page.on("request", (request) => underWay.add(request));
  page.on("requestfinished", (request) => underWay.delete(request));
  page.on("requestfailed", (request) => underWay.delete(request));
  return async () => {
    await page.waitForTimeout(250);
    await expect.poll(() => underWay.size).toBe(0);
  };
}

/** Opens what the pages themselves link to, one of each kind; returns the addresses. */
async function follow(page: Page, origin: string, quiet: () => Promise<void>): Promise<string[]> {
  const kindOf = (hash: string) => hash.replace(/[^/]*\d[^/]*/g, "N");
  const seen = new Map<string, string>();
  const ahead = ["#/"];
  for (let next = ahead.shift(); next !== undefined && seen.size < 30; next = ahead.shift()) {
    if (seen.has(kindOf(next))) continue;
    seen.set(kindOf(next), next);
    await page.goto(`${origin}/${next}`);
    await quiet();
    const links = await page
      .locator("a[href^='#/']")
      .evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
    ahead.push(...links);
  }
  return [...seen.values()];
}
