import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { asksAs } from "../setup/asks-as.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const cookies = new Map<string, string>();
let koloop: Koloop;
let line: FakeChannel;
beforeEach(async () => {
  cookies.clear();
  line = new FakeChannel(Date.now, "telegram");
  const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
  koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }), channels: [line] });
  await koloop.start();
  await addCast(koloop);
  const at = Date.now() - 3_600_000;
  const message = { type: "message", eventId: "poison", from: "C1", address: { channel: "web", room: "bot:C1" } };
  const body = JSON.stringify({ ...message, roomKind: "bot", at, text: "客户的话", addressed: true });
  await koloop.store.transaction(async (tx) => {
    for (const [id, person] of [
      ["o1", "K1"],
      ["o2", "K2"],
    ] as const)
      await tx.outbox.add({
        ...{ id, channel: "telegram", room: `bot:${person}`, personId: person, cardKey: null, purpose: "reply" },
        ...{ dedupeKey: null, body: { type: "text", text: `秘密的话 ${id}` }, reply: null, assignmentId: null },
        ...{ runAt: at, attempts: 10, createdAt: at },
      });
    const { sql } = tx.connection;
    await sql.run(
      "UPDATE outbox SET status = 'dead', attempts = 10, last_error = 'Forbidden: bot was blocked by the user'",
    );
    for (const id of ["e1", "e2"])
      await sql.run(
        "INSERT INTO dead_event (id, channel, event_id, body, error, attempts, at) VALUES (?, 'web', ?, ?, ?, 3, ?)",
        ...[id, `poison-${id}`, body.replace("poison", `poison-${id}`), "Cannot read properties of undefined", at],
      );
  });
});
afterEach(() => koloop.stop());

/** A page, or a button of it, as somebody signed in. */
async function page(who: string, form?: Record<string, string>): Promise<{ status: number; html: string }> {
  await asksAs(koloop, cookies, who, "/api/me");
  const { origin } = new URL(koloop.address);
  const asked = await fetch(`${origin}/dead-letters`, {
    headers: { cookie: cookies.get(who)!, origin, "content-type": "application/x-www-form-urlencoded" },
    ...(form && { method: "POST", body: new URLSearchParams(form).toString() }),
  });
  return { status: asked.status, html: await asked.text() };
}
const counts = () => koloop.store.read((tx) => tx.deadLetters.counts());
const audits = () =>
  koloop.store.read((tx) =>
    tx.connection.sql.all<{ action: string; subject: string }>(
      "SELECT action, subject FROM audit WHERE action LIKE 'dead-letter%' AND actor = 'M1' ORDER BY seq",
    ),
  );

describe("the page of what could not be delivered or handled", () => {
  it("shows a manager what, for whom, when and why, and nothing that was said; to others it is shut", async () => {
    const { html } = await page("M1");

    expect(html).toContain("没送达(2)");
    expect(html).toContain("回复 → 李雷(telegram)");
    expect(html).toContain("Forbidden: bot was blocked by the user");
    expect(html).toContain("王女士 的一条消息(web)");
    expect(html).not.toMatch(/客户的话|秘密的话/);
    for (const who of ["E1", "K1"]) expect((await page(who)).status).toBe(403);
  });

  it("sends again with one tap, once, and drops with another, both on record", async () => {
    const again = await page("M1", { of: "delivery", id: "o1", what: "again" });
    await koloop.settle();
    const twice = await page("M1", { of: "delivery", id: "o1", what: "again" });
    await page("M1", { of: "delivery", id: "o2", what: "drop" });
    await koloop.settle();

    expect(again.html).toContain("已重新排队");
    expect(twice.html).toContain("已经处理过了");
    expect(line.wordsIn("bot:K1")).toEqual(["秘密的话 o1"]);
    expect(line.wordsIn("bot:K2")).toEqual([]);
    expect((await counts()).deliveries).toBe(0);
    expect(await audits()).toEqual([
      { action: "dead-letter.again", subject: "o1" },
      { action: "dead-letter.drop", subject: "o2" },
    ]);
  });

  it("handles an event that was set aside again, by the same door as any", async () => {
    await page("M1", { of: "event", id: "e1", what: "again" });
    await page("M1", { of: "event", id: "e2", what: "drop" });
    await koloop.settle();

    const kept = await koloop.store.read((tx) =>
      tx.connection.sql.all("SELECT event_id FROM message WHERE from_id = 'C1'"),
    );
    expect(kept).toEqual([{ event_id: "poison-e1" }]);
    expect((await counts()).events).toBe(0);
  });

  it("refuses what it does not understand", async () => {
    expect((await page("M1", { of: "delivery", id: "o1", what: "explode" })).status).toBe(400);
    expect((await page("K1", { of: "delivery", id: "o1", what: "drop" })).status).toBe(403);
    expect((await counts()).deliveries).toBe(2);
  });

  it.skipIf(!existsSync(executablePath))("fits a phone and a desk, and works with a tap", async () => {
    await page("M1");
    const { origin } = new URL(koloop.address);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
    try {
      const context = await browser.newContext({ locale: "zh-CN" });
      const [name = "", value = ""] = cookies.get("M1")!.split("=");
      await context.addCookies([{ name, value, url: origin }]);
      const shown = await context.newPage();
      const complaints: string[] = [];
      shown.on("console", (said) => said.type() === "error" && complaints.push(said.text()));
      for (const width of [390, 1440]) {
        await shown.setViewportSize({ width, height: 844 });
        await shown.goto(`${origin}/dead-letters`);
        const look = process.env.KOLOOP_LOOK;
        if (look) await shown.screenshot({ path: `${look}/dead-letters-${width}.png`, fullPage: true });
        expect(Number(await shown.evaluate("document.documentElement.scrollWidth"))).toBeLessThanOrEqual(width);
      }
      await shown.getByRole("button", { name: "再发一次" }).first().click();
      await shown.getByText("已重新排队。").waitFor();

      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
