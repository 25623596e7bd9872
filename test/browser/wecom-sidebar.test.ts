import { existsSync } from "node:fs";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { signatureOf } from "#bot/channels/wecom/sidebar/signature.ts";
import { agentId, corpId } from "../fakes/wecom/server.ts";
import { type House, openHouse, signIn, until } from "../flows/wecom-house.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser test skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

const userAgent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 wxwork/4.1.36";
type Invoked = { name: string; params: Record<string, unknown> };

/** What the WeCom client puts into the page: it remembers what is asked of it and names the customer whose talk is open. */
const bridge = (customer: string) => `
  window.invoked = [];
  window.WeixinJSBridge = {
    on() {},
    invoke(name, params, done) {
      window.invoked.push({ name, params });
      const more = { getContext: { entry: "single_chat_tools" }, getCurExternalContact: { userId: "${customer}" } }[name] || {};
      setTimeout(() => done({ err_msg: name + ":ok", ...more }), 0);
    },
  };`;

/** A phone in WeCom whose login has been done; in the talk with a customer. */
async function phone(house: House, context: BrowserContext, customer: string, userid: string): Promise<Page> {
  const [name = "", value = ""] = (await signIn(house, userid)).split("=");
  await context.addCookies([{ name, value, url: `${house.koloop.address}/wecom/sidebar` }]);
  const page = await context.newPage();
  await page.addInitScript(bridge(customer));
  return page;
}

const invoked = (page: Page): Promise<Invoked[]> => page.evaluate("window.invoked");

describe.skipIf(!isThere)("the sidebar in WeCom", () => {
  it("shows the employee their customer, takes one tap, and sends a task by their own hand", async () => {
    const house = await openHouse();
    const { fake, koloop } = house;
    house.says("m1", "wmKoc1", "ann", "我家养了两只猫呢");
    const card = await until("a card", () => fake.cards[0]);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const complaints: string[] = [];
    try {
      const context = await browser.newContext({ userAgent, viewport: { width: 375, height: 812 }, locale: "zh-CN" });
      const page = await phone(house, context, "wmKoc1", "ann");
      page.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      page.on("pageerror", (fault) => complaints.push(fault.message));
      await page.goto(`${koloop.address}/wecom/sidebar`);
      await page.getByRole("heading", { name: "李雷", exact: true }).waitFor();
      await page.getByText("我家养了两只猫呢").waitFor();
      if (process.env.KOLOOP_LOOK)
        await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/sidebar.png`, fullPage: true });
      const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
      await page.getByRole("button", { name: /^确认/ }).click();
      await page.locator("dd", { hasText: "有宠家庭" }).waitFor();
      await until("a mark", () => fake.countOf("externalcontact/mark_tag") === 1);
      await until("the card in the app chat to settle", () => card.updates[0]);

      await page.getByRole("button", { name: "发给客户" }).click();
      await page.getByText("已发送").waitFor();
      const asked = await invoked(page);
      const sent = asked.find(({ name }) => name === "sendChatMessage")?.params as {
        news: { link: string; title: string };
      };
      const offer = await context.newPage();
      await offer.goto(sent.news.link);
      await offer.getByRole("heading", { name: "晒出你的新车" }).waitFor();
      const config = asked.find(({ name }) => name === "agentConfig")?.params as Record<string, string>;
      const { timestamp = "", nonceStr = "", signature } = config;
      const url = `${koloop.address}/wecom/sidebar`;
      if (process.env.KOLOOP_LOOK)
        await page.screenshot({ path: `${process.env.KOLOOP_LOOK}/sidebar-after.png`, fullPage: true });

      expect(sent.news.title).toBe("晒出你的新车");
      expect(signature).toBe(signatureOf({ ticket: "agent-ticket", nonceStr, timestamp: String(timestamp), url }));
      expect(asked.find(({ name }) => name === "agentConfig")?.params).toMatchObject({
        corpid: corpId,
        agentid: String(agentId),
      });
      const pushed = await koloop.store.read((tx) =>
        tx.connection.sql.all<object>("SELECT 1 AS n FROM assignment WHERE pushed_at IS NOT NULL"),
      );
      expect(pushed).toHaveLength(1);
      expect(wide).toBeLessThanOrEqual(375);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it("shows nothing to an employee who does not follow the customer, nor to whoever is none", async () => {
    const house = await openHouse();
    const { koloop } = house;
    house.says("m1", "wmC1", "ann", "我家养了两只猫呢");
    await until("a card", () => house.fake.cards[0]);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    try {
      const context = await browser.newContext({ userAgent, locale: "zh-CN" });
      const page = await phone(house, context, "wmC1", "ben");
      await page.goto(`${koloop.address}/wecom/sidebar`);
      await page.getByText("这位客户不在您的客户列表里").waitFor();
      const seen = await page.locator("body").textContent();
      const stranger = await signIn(house, "nobody");

      expect(seen).not.toMatch(/王女士|两只猫/);
      expect(stranger).toBe("");
    } finally {
      await browser.close();
    }
  });
});
