import { existsSync, rmSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type House, newFolder, openHouse } from "../bot/channels/web/house.ts";
import { freePort } from "../setup/free-port.ts";
import { cast, direct, furnish, group, suggestionCard } from "./sample.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const isThere = existsSync(executablePath);
if (!isThere) console.info(`browser tests skipped: no Chromium at ${executablePath} (apt-get install chromium)`);

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };

let browser: Browser;
let house: House;
let complaints: string[];
const contexts: BrowserContext[] = [];

describe.skipIf(!isThere)("the page in a browser", () => {
  beforeAll(async () => {
    // @ts-expect-error a script without types
    const { buildPage } = await import("../../scripts/build-page.mjs");
    await buildPage();
    browser = await chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    complaints = [];
    house = await openHouse({ demo: true, cast });
    await furnish(house);
    house.heard.length = 0;
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    await house.close();
    // The content policy is strict: whatever it blocks is said on the console.
    expect(complaints).toEqual([]);
  });

  async function openPage(options: { width: number; height: number } = desktop): Promise<Page> {
    const context = await browser.newContext({ viewport: options, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (said) => {
      if (said.type() === "error" && !said.text().includes("WebSocket connection")) complaints.push(said.text());
    });
    return page;
  }

  async function signIn(page: Page, personId: string): Promise<void> {
    const link = await house.channel.signInLink(personId);
    await page.goto(link.replace("http://127.0.0.1:8787", house.url));
    await page.locator(".room").first().waitFor();
  }

  async function pageOf(personId: string, roomId?: string, size = desktop): Promise<Page> {
    const page = await openPage(size);
    await signIn(page, personId);
    if (!roomId) return page;
    await page.locator(`.room[href="#/chats/${encodeURIComponent(roomId)}"]`).click();
    await page.locator(".log .day").first().waitFor();
    return page;
  }

  const say = async (page: Page, text: string) => {
    await page.locator("textarea").fill(text);
    await page.locator("textarea").press("Enter");
  };

  it("a message goes from one browser to the other, with unread marks, typing and the sign that it was read", async () => {
    const wang = await pageOf("wang", direct);
    const ann = await pageOf("ann", "bot:ann");
    const row = ann.locator(`.room[href="#/chats/${encodeURIComponent(direct)}"]`);
    const before = Number(await row.locator(".badge").textContent());

    await wang.locator("textarea").pressSequentially("周六");
    await row.getByText("正在输入").waitFor();
    await say(wang, "周六上午见");
    await row.getByText("周六上午见").waitFor();
    expect(Number(await row.locator(".badge").textContent())).toBe(before + 1);
    await row.click();

    await ann.locator(".row-theirs").getByText("周六上午见").waitFor();
    await wang.locator(".row-mine", { hasText: "周六上午见" }).getByLabel("已读").waitFor();
    await row.locator(".badge").waitFor({ state: "detached" });
  });

  it("what people write is text: script tags, right-to-left words, emoji, and 100,000 characters folded up", async () => {
    const wang = await pageOf("wang", direct);

    await say(wang, "<script>document.title = 'taken'</script><img src=x onerror=alert(1)>");
    await say(wang, "שלום עולם");
    await say(wang, "👍👍");
    await say(wang, "长".repeat(100_000));
    await say(wang, "看 https://example.com/a");

    const log = wang.locator(".log");
    await log.getByText("<script>document.title = 'taken'</script>").waitFor();
    expect(await wang.title()).not.toBe("taken");
    expect(await log.locator("img").count()).toBe(0);
    const hebrew = log.getByText("שלום עולם");
    expect(
      await hebrew.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).direction),
    ).toBe("rtl");
    await log.locator(".bubble-emoji", { hasText: "👍👍" }).waitFor();
    const folded = log.locator(".bubble", { hasText: "展开全文(100,000 字)" });
    expect((await folded.boundingBox())?.height).toBeLessThan(desktop.height);
    await folded.getByRole("button", { name: "展开全文" }).click();
    await log.getByRole("button", { name: "收起" }).waitFor();
    const link = log.getByRole("link", { name: "https://example.com/a", exact: true });
    expect(await link.getAttribute("rel")).toContain("noopener");
  });

  it("a longer message than that is refused before it is sent, and stays in the box", async () => {
    const wang = await pageOf("wang", direct);

    await say(wang, "长".repeat(100_001));

    await wang.getByText("消息太长了").waitFor();
    expect((await wang.locator("textarea").inputValue()).length).toBe(100_001);
  });

  it("a button is pressed once, and the card settles in place in every tab", async () => {
    const one = await pageOf("ann", "bot:ann");
    const two = await pageOf("ann", "bot:ann");
    await two.locator(".card").waitFor();

    await one.getByRole("button", { name: "商旅人士" }).dblclick();
    // What comes over the same line after a second press would come after it.
    await say(one, "点好了");
    await expect.poll(() => house.heard.map(({ type }) => type)).toContain("message");
    expect(house.heard.filter((event) => event.type === "tap")).toHaveLength(1);
    const settled = { ...suggestionCard, buttons: [], settled: "林婉清 已确认 · 14:03" };
    await house.channel.deliver({
      id: "o9",
      address: { channel: "web", room: "bot:ann" },
      body: { type: "card", card: settled },
    });

    for (const page of [one, two]) {
      await page.locator(".card-foot", { hasText: "林婉清 已确认 · 14:03" }).waitFor();
      expect(await page.locator(".card-buttons").count()).toBe(0);
      expect(await page.locator(".card").count()).toBe(1);
    }
  });

  it("a card counts as seen when it is on the screen, and not before", async () => {
    const page = await pageOf("chen");
    await page.waitForTimeout(900);
    expect(house.heard.filter((event) => event.type === "seen")).toEqual([]);

    await page.locator(".room").first().click();

    await expect
      .poll(() => house.heard.filter((event) => event.type === "seen"))
      .toMatchObject([{ from: "chen", cardKey: "rp:1" }]);
  });

  it("shows every block of a card, the picture through the guarded route", async () => {
    const page = await pageOf("chen", "bot:chen");
    const card = page.locator(".card");

    await card.locator("table", { hasText: "二胎计划" }).waitFor();
    const image = card.locator(".picture > button img");
    await expect
      .poll(() => image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(0);
    await card.getByRole("button", { name: /放大图片/ }).click();
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");

    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await card.getByRole("link", { name: "打开完整报告" }).getAttribute("rel")).toContain("noopener");
  });

  it("can be used without a mouse: search, the list, a message, a new line, and back", async () => {
    const page = await pageOf("ann");
    const focused = () => page.evaluate<string>("document.activeElement?.textContent ?? ''");

    await page.keyboard.press("Control+k");
    await expect.poll(() => page.evaluate("document.activeElement?.tagName")).toBe("INPUT");
    await page.keyboard.type("车友");
    await expect.poll(() => page.locator(".room").count()).toBe(1);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "亲子出行车友群" }).waitFor();
    await page.keyboard.type("第一行");
    await expect.poll(() => page.locator("textarea").inputValue()).toBe("第一行");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("第二行");
    await page.keyboard.press("Enter");
    await page.locator(".row-mine", { hasText: "第二行" }).waitFor();
    await page.keyboard.press("Escape");

    await expect.poll(focused).toContain("亲子出行车友群");
    const first = await focused();
    await page.keyboard.press("ArrowDown");
    await expect.poll(focused).not.toBe(first);
    expect(await page.locator(".welcome").count()).toBe(1);
  });

  it("whoever types and sends as soon as a chat is there is heard, however late the page does what it puts off", async () => {
    const page = await openPage();
    await page.addInitScript(`{
      const soon = setTimeout;
      window.setTimeout = (work, ms = 0, ...rest) => soon(work, ms + 800, ...rest);
    }`);
    await signIn(page, "ann");

    await page.locator(`.room[href="#/chats/${encodeURIComponent(group)}"]`).click();
    await page.getByRole("heading", { name: "亲子出行车友群" }).waitFor();
    await page.keyboard.type("第一行");

    expect(await page.locator("textarea").inputValue()).toBe("第一行");
    await page.keyboard.press("Enter");
    await page.locator(".row-mine", { hasText: "第一行" }).waitFor();
  });

  it("Escape in the search leaves the chat open that is beside it", async () => {
    const page = await pageOf("ann", group);

    await page.keyboard.press("Control+k");
    await page.keyboard.type("车友");
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".search input").inputValue()).toBe("");

    expect(await page.evaluate("location.hash")).toBe(`#/chats/${encodeURIComponent(group)}`);
  });

  it("whom fewer letters found is not offered for more letters that mean somebody else, while the answer to them is on its way", async () => {
    const page = await pageOf("ann");
    const asked: string[] = [];
    await page.route("**/api/people?words=*", async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get("words") ?? "");
      if (asked.length === 1) await route.continue();
    });

    await page.locator(".search input").fill("赵");
    await page.locator("button.room", { hasText: "赵一鸣" }).waitFor();
    await page.locator(".search input").fill("赵云");
    await expect.poll(() => asked).toEqual(["赵", "赵云"]);

    expect(await page.locator(".list .room").count()).toBe(0);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });

  it("the way back from a chat ends in the list, however late the browser tells that the address changed", async () => {
    const page = await openPage(phone);
    await page.addInitScript(`addEventListener("hashchange", (event) => {
      if (!event.isTrusted) return;
      event.stopImmediatePropagation();
      setTimeout(() => dispatchEvent(new HashChangeEvent("hashchange")), 300);
    })`);
    await signIn(page, "ann");
    const row = page.locator(`.room[href="#/chats/${encodeURIComponent(group)}"]`);
    const isFocused = (selector: string) =>
      page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`);

    await row.click();
    await page.locator("textarea").waitFor();
    await page.keyboard.press("Escape");
    await row.waitFor({ state: "visible" });
    expect(await isFocused(`.room[href="#/chats/${encodeURIComponent(group)}"]`)).toBe(true);

    await row.click();
    await page.locator("textarea").waitFor();
    await page.keyboard.press("Control+k");
    await row.waitFor({ state: "visible" });
    expect(await isFocused(".search input")).toBe(true);
  });

  it("Enter that only settles Chinese characters does not send", async () => {
    const page = await pageOf("wang", direct);
    await page.locator(".row-mine").first().waitFor();
    const sent = await page.locator(".row-mine").count();

    await page.locator("textarea").fill("ni hao");
    await page.locator("textarea").dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true });
    expect(await page.locator("textarea").inputValue()).toBe("ni hao");
    await page.locator("textarea").press("Enter");
    await page.locator(".row-mine", { hasText: "ni hao" }).getByLabel("已发送").waitFor();

    expect(await page.locator(".row-mine").count()).toBe(sent + 1);
  });

  it("on a phone the list and the chat take turns, and nothing is wider than the screen", async () => {
    const page = await pageOf("ann", undefined, phone);
    const overflow = () => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
    expect(await page.locator(".main").isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(0);

    await page.locator(".room", { hasText: "koloop" }).click();

    await page.locator(".card").waitFor();
    expect(await page.locator(".list").isVisible()).toBe(false);
    expect(await overflow()).toBeLessThanOrEqual(0);
    await page.getByRole("button", { name: "返回" }).click();
    await page.locator(".list").waitFor({ state: "visible" });
  });

  it("speaks English when asked to, and remembers", async () => {
    const page = await pageOf("ann");

    await page.getByRole("link", { name: "我", exact: true }).click();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Keyboard" }).waitFor();
    await page.reload();

    await page.getByRole("button", { name: "Sign out" }).waitFor();
    await expect.poll(() => page.evaluate("document.documentElement.lang")).toBe("en");
  });

  it("a long history comes in pages while one scrolls up, and the place where one reads stays", async () => {
    await house.backend.transaction(async ({ sql }) => {
      for (let i = 0; i < 130; i++) {
        const at = Date.now() - 1000 + i;
        await sql.insert("web_post", {
          id: `l${i}`,
          room_id: group,
          from_id: "li",
          kind: "text",
          body: `路况 ${i}`,
          at,
        });
      }
      await sql.run("UPDATE web_room_member SET read_seq = 100000");
    });
    const page = await pageOf("ann", group);
    await page.getByText("路况 129", { exact: true }).waitFor();
    const log = page.locator(".log");

    await expect
      .poll(async () => {
        const begins = await page.getByText("有没有充电桩推荐").count();
        if (begins === 0) await log.evaluate((element) => element.scrollTo(0, 120));
        return begins;
      })
      .toBe(1);

    expect(await page.getByText("路况 0", { exact: true }).count()).toBe(1);
    expect(await log.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    await page.getByRole("button", { name: "回到最新消息" }).click();
    await expect.poll(() => page.locator(".to-end").count()).toBe(0);
  });

  it("on the stage of a demonstration one says a sentence as the customer and sees it arrive at the employee's", async () => {
    const page = await openPage({ width: 1440, height: 900 });
    // A pane that comes late hears what it was told before all the same.
    let come = () => {};
    const late = new Promise<void>((resolve) => {
      come = resolve;
    });
    await page.route("**/api/me", async (route) => {
      if (route.request().headers()["x-koloop-ticket"]) await late;
      await route.continue();
    });
    await page.goto(house.url);
    await page.locator("iframe").nth(4).waitFor();
    expect(await page.locator(".column").count()).toBe(5);

    await page.locator(".stage-try").click();
    come();
    const customer = page.frameLocator("iframe >> nth=0");
    await expect.poll(() => customer.locator("textarea").inputValue()).toBe("我经常出差,一周飞三趟");
    await customer.getByRole("button", { name: "发送" }).click();
    await customer.locator(".row-mine", { hasText: "我经常出差,一周飞三趟" }).waitFor();

    const employee = page.frameLocator("iframe >> nth=1");
    await employee.getByRole("button", { name: "返回" }).click();
    await employee.locator(".room", { hasText: "我经常出差,一周飞三趟" }).waitFor();
    expect(house.heard.find((event) => event.type === "message")).toMatchObject({
      from: "wang",
      address: { room: direct },
    });
  });

  it("on a phone the stage shows one of the cast at a time", async () => {
    const page = await openPage(phone);
    await page.goto(house.url);
    await page.locator(".column").first().waitFor();

    await page.locator(".stage-cast button", { hasText: "陈经理" }).click();

    await expect.poll(() => page.locator(".column:visible").count()).toBe(1);
    await page.frameLocator('iframe[title^="陈经理"]').locator(".card").waitFor();
  });
});

describe.skipIf(!isThere)("a bad line", () => {
  /** A browser of its own, signed in as the customer, and a koloop that can go away and come back at the same address. */
  async function onALine() {
    const folder = newFolder();
    const port = await freePort();
    let there = await openHouse({ folder, port, demo: true, cast });
    let isThereNow = true;
    const own = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    const line = {
      page: await own.newPage(),
      there: () => there,
      async away() {
        isThereNow = false;
        await there.close();
      },
      async back() {
        there = await openHouse({ folder, port, demo: true, cast });
        isThereNow = true;
      },
    };
    onTestFinished(async () => {
      await own.close();
      if (isThereNow) await there.close();
      rmSync(folder, { recursive: true, force: true });
    });
    await furnish(there);
    const link = await there.channel.signInLink("wang");
    await line.page.goto(link.replace("http://127.0.0.1:8787", there.url));
    await line.page.locator(`.room[href="#/chats/${encodeURIComponent(direct)}"]`).click();
    return line;
  }

  it("what was written while koloop was away arrives once it is back, once", async () => {
    const { page, there, away, back } = await onALine();
    await page.locator("textarea").fill("还在吗");

    await away();
    await page.locator("textarea").press("Enter");
    await page.getByText("连接断开").waitFor();
    await page.getByLabel("发送中").waitFor();
    await back();

    await page.locator(".row-mine", { hasText: "还在吗" }).getByLabel("已发送").waitFor();
    expect(there().heard.filter((event) => event.type === "message" && event.text === "还在吗")).toHaveLength(1);
    expect(await page.getByText("还在吗").count()).toBeGreaterThan(0);
  });

  it("there is one line at a time, though the browser says that it is online while the session is looked up", async () => {
    const { page, away, back } = await onALine();
    await page.locator(".log .day").first().waitFor();
    const held: (() => void)[] = [];
    await page.route("**/api/me", async (route) => {
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    const lines = new Set<object>();
    page.on("websocket", (line) => {
      line.on("framereceived", () => lines.add(line));
      line.on("close", () => lines.delete(line));
    });

    await away();
    await expect.poll(() => held.length).toBeGreaterThan(0);
    await back();
    await page.evaluate("dispatchEvent(new Event('online'))");
    await expect.poll(() => lines.size).toBe(1);
    for (const go of held) go();
    // Longer than the pause before the page would try again.
    await page.evaluate("new Promise((done) => setTimeout(done, 1000))");

    expect(lines.size).toBe(1);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
});
