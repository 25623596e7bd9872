import { describe, expect, it, onTestFinished } from "vitest";
import { conflictSetting } from "#bot/channels/telegram/channel.ts";
import { telegramFindings } from "#bot/channels/telegram/doctor.ts";
import { FakeTelegram, refusal, telegramToken } from "../../../fakes/telegram.ts";
import { freshDatabase, freshStore } from "../../../setup/database.ts";

const now = Date.parse("2026-11-20T18:00:00+08:00");

async function patient() {
  const fake = new FakeTelegram();
  await fake.start();
  onTestFinished(() => fake.stop());
  const store = await freshStore(freshDatabase());
  onTestFinished(() => store.close());
  const config = { token: telegramToken, apiRoot: fake.base };
  const examine = (publicUrl?: string, on = true, hasRoot = true) =>
    telegramFindings({ config: on ? config : undefined, publicUrl, store, hasRoot, now });
  const wrong = async (publicUrl?: string) => (await examine(publicUrl)).filter(({ ok }) => !ok).map(({ en }) => en);
  return { fake, store, examine, wrong };
}

describe("koloop doctor, of Telegram", () => {
  it("says that it is off where there is no token, and that a server's address alone switches nothing on", async () => {
    const { examine, fake } = await patient();

    expect(await examine(undefined, false, false)).toMatchObject([{ ok: true, en: "Telegram is off (optional)" }]);
    expect(await examine(undefined, false, true)).toMatchObject([{ ok: false, zh: expect.stringContaining("TOKEN") }]);
    expect(fake.calls).toEqual([]);
  });

  it("names the bot, and explains privacy mode where it is on", async () => {
    const { examine, fake } = await patient();

    const hidden = (await examine()).map(({ zh }) => zh).join("\n");
    fake.privacy = false;
    const open = (await examine()).map(({ zh }) => zh).join("\n");

    expect(hidden).toContain("@koloop_test_bot");
    expect(hidden).toContain("/setprivacy");
    expect(open).not.toContain("/setprivacy");
    expect(open).toContain("都能听到");
  });

  it("asks for no updates, which would take them from the bot that runs", async () => {
    const { examine, fake } = await patient();

    await examine();

    expect(fake.calls.map(({ method }) => method)).toEqual(["getMe", "getWebhookInfo"]);
  });

  it("tells a refused token from a network that is down", async () => {
    const { wrong, fake } = await patient();

    fake.fault = () => refusal(401, "Unauthorized");
    const refused = await wrong();
    fake.fault = () => "cut";
    const unreached = await wrong();

    expect(refused).toEqual([expect.stringContaining("refuses TELEGRAM_BOT_TOKEN")]);
    expect(unreached).toEqual([expect.stringContaining("cannot be reached")]);
  });

  it("says that another program polls with the same token, until that has ended", async () => {
    const { wrong, store } = await patient();

    await store.transaction((tx) => tx.settings.set(conflictSetting, "yes", now));
    const during = await wrong();
    await store.transaction((tx) => tx.settings.set(conflictSetting, "", now));

    expect(during).toEqual([expect.stringContaining("another program polls")]);
    expect(await wrong()).toEqual([]);
  });

  it("tells how updates come, and when Telegram could not call within the last hour", async () => {
    const { examine, wrong, fake } = await patient();
    const url = "https://koloop.example/telegram/webhook";
    fake.webhook = { url, secret_token: "s" };

    const fine = (await examine("https://koloop.example")).map(({ en }) => en);
    const other = (await examine("https://other.example")).map(({ zh }) => zh).join("\n");
    Object.assign(fake.webhook, { last_error_date: now / 1000 - 60, last_error_message: "Connection timed out" });
    const failing = await examine("https://koloop.example");
    Object.assign(fake.webhook, { last_error_date: now / 1000 - 7200 });

    expect(fine).toContain("updates come by webhook");
    expect(other).toContain(url);
    expect(failing.filter(({ ok }) => !ok)).toMatchObject([{ zh: expect.stringContaining("Connection timed out") }]);
    expect(await wrong("https://koloop.example")).toEqual([]);
  });

  it("says when much waits at Telegram that nobody fetches", async () => {
    const { wrong, fake } = await patient();
    for (let n = 0; n < 100; n++) fake.says(1, "在吗");

    expect(await wrong()).toEqual([expect.stringContaining("wait at Telegram")]);
  });
});
