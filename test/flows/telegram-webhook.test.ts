import { describe, expect, it } from "vitest";
import { ids, openTelegram, startTelegram, until } from "./telegram-house.ts";

const group = { id: -100300, type: "supergroup", title: "车友会" };

async function openWebhook() {
  const house = await openTelegram({ KOLOOP_PUBLIC_URL: "https://koloop.example" }, { web: true });
  await until("the webhook", () => house.fake.webhook);
  const call = () => house.fake.callWebhook(house.koloop.address);
  const heard = () =>
    house.koloop.store.read((tx) => tx.connection.sql.all<{ text: string }>("SELECT text FROM message ORDER BY id"));
  return { ...house, call, heard };
}

describe("Telegram by webhook", () => {
  it("refuses who does not show the secret, and sets one that Telegram takes", async () => {
    const { fake, koloop, heard } = await openWebhook();
    const update = { update_id: 1, message: fake.message(ids.C1, { text: "我家养了两只猫呢", chat: group }) };
    const post = (headers: Record<string, string>) =>
      fetch(`${koloop.address}/telegram/webhook`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(update),
      }).then(({ status }) => status);

    const statuses = [
      await post({}),
      await post({ "x-telegram-bot-api-secret-token": "wrong" }),
      await post({ "x-telegram-bot-api-secret-token": fake.webhook!.secret_token.replace(/.$/, "!") }),
    ];

    expect(statuses).toEqual([401, 401, 401]);
    expect(await heard()).toEqual([]);
    expect(fake.webhook!.secret_token).toMatch(/^[\w-]{1,256}$/);
    expect(fake.webhook!.url).toBe("https://koloop.example/telegram/webhook");
    expect(fake.calls.some(({ method }) => method === "getUpdates")).toBe(false);
  });

  it("goes from the words to the tag, and an update that is told again changes nothing", async () => {
    const { fake, koloop, call, heard } = await openWebhook();
    await koloop.store.transaction((tx) => tx.people.change("E1", { homeChannel: "telegram", updatedAt: 1 }));
    const message = fake.says(ids.C1, "我家养了两只猫呢", { chat: group });
    expect(await call()).toEqual([200]);
    const card = await until("a card", () => fake.in(ids.E1)[0]);

    fake.press(ids.E1, card, "确认");
    fake.push({ message });
    expect(await call()).toEqual([200, 200]);
    await until("the change", () => card.edits > 0);

    expect(await heard()).toHaveLength(1);
    const tags = await koloop.store.read((tx) => tx.ledger.openHolds("C1"));
    expect(tags.map(({ tag }) => tag)).toEqual(["pet_family"]);
    expect(fake.in(ids.E1)).toHaveLength(1);
  });

  it("says yes only to what is committed: what fails is told again, and then heard once", async () => {
    const { fake, koloop, call, heard } = await openWebhook();
    const { backend } = koloop.store;
    const transaction = backend.transaction;
    backend.transaction = () => Promise.reject(new Error("the disk is full"));
    fake.says(ids.C1, "我家养了两只猫呢", { chat: group });

    const failed = await call();
    backend.transaction = transaction;
    const again = await call();

    expect([failed, again]).toEqual([[500], [200]]);
    expect(await heard()).toHaveLength(1);
  });

  it("takes an album once, also where some of its parts are told again by themselves", async () => {
    const { fake, call, heard } = await openWebhook();
    const part = (caption: string) =>
      fake.message(ids.K1, {
        chat: group,
        media_group_id: "g7",
        photo: [{ file_id: "f", file_unique_id: "u" }],
        caption,
      });
    const [first, second] = [part("周末露营"), part("很开心")];
    fake.push({ message: second });
    fake.push({ message: first });
    await call();

    fake.push({ message: second });
    await call();

    expect(await heard()).toEqual([{ text: "周末露营\n很开心" }]);
  });

  it("takes the later words where a change overtakes the message itself", async () => {
    const { fake, call, heard } = await openWebhook();
    const message = fake.message(ids.C1, { text: "我家养了两只猫呢", chat: group });

    fake.push({ edited_message: { ...message, text: "我家什么都没养", edit_date: Number(message.date) + 3 } });
    await call();
    fake.push({ message });
    await call();

    expect(await heard()).toEqual([{ text: "我家什么都没养" }]);
  });

  it("is set again and again where Telegram is out of reach at the start, and polling takes it away", async () => {
    const { fake, koloop, environment } = await openWebhook();
    await koloop.stop();
    let tries = 0;
    fake.webhook = undefined;
    fake.fault = (method) => (method === "setWebhook" && ++tries < 3 ? "cut" : undefined);

    const again = await startTelegram(environment, { web: true });
    await until("the webhook", () => fake.webhook);
    await again.stop();
    const { KOLOOP_PUBLIC_URL: _, ...unreachable } = environment;
    await startTelegram(unreachable);
    await until("polling", () => fake.calls.some(({ method }) => method === "getUpdates"));

    expect(fake.webhook).toBeUndefined();
    expect(tries).toBeGreaterThanOrEqual(3);
  });
});
