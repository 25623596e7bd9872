import { describe, expect, it } from "vitest";
import { DeliveryError } from "#bot/channels/channel.ts";
import { showStaff } from "#handlers/say.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

async function withOneCard() {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  return koloop;
}

const recall = {
  type: "recalled" as const,
  from: "C1",
  address: { channel: "web", room: "direct:C1:E1" },
  roomKind: "direct" as const,
  messageEventId: "words",
};

/** The messenger has shown the first card, and its answer is on the way until `show` is called. */
async function withHeldDelivery() {
  const quote = "我家养了两只猫呢";
  const koloop = await startKoloop({
    extract: (turns) => ({
      cues:
        turns.at(-1)?.text === quote
          ? [{ tag: "pet_family", quote, turn: turns.length - 1, score: 0.9, evidence: [] }]
          : [],
      retractions: [],
    }),
  });
  await addCast(koloop);
  const deliver = koloop.channel.deliver.bind(koloop.channel);
  let show = (): void => {};
  let isShown = (): void => {};
  const held = new Promise<void>((resolve) => {
    show = resolve;
  });
  const shown = new Promise<void>((resolve) => {
    isShown = resolve;
  });
  koloop.channel.deliver = async (delivery) => {
    const delivered = await deliver(delivery);
    isShown();
    await held;
    return delivered;
  };
  return { koloop, shown, show };
}

const state = (koloop: Awaited<ReturnType<typeof withOneCard>>) =>
  koloop.store.read((tx) =>
    tx.connection.sql.get<{ status: string; attempts: number }>("SELECT status, attempts FROM outbox"),
  );

describe("the outbox", () => {
  it("tries again later when the channel is busy, and says it once", async () => {
    const koloop = await withOneCard();
    koloop.channel.fault = () => new DeliveryError("try-later", "slow down", { retryAfterMs: 5000 });
    await koloop.channel.write("E1", "bot:E1", "帮助");
    await koloop.settle();
    expect(koloop.channel.deliveries).toEqual([]);

    koloop.channel.fault = undefined;
    await koloop.settle();
    expect(koloop.channel.deliveries, "before its time").toEqual([]);
    koloop.pass(10_000);
    await koloop.settle();

    expect(koloop.channel.deliveries).toHaveLength(1);
    expect(await state(koloop)).toEqual({ status: "sent", attempts: 2 });
  });

  it("gives up at once on somebody who is gone, and reaches them there no more", async () => {
    const koloop = await withOneCard();
    koloop.channel.fault = () => new DeliveryError("gone", "blocked by the user");

    await koloop.channel.write("E1", "bot:E1", "帮助");
    await koloop.settle();

    expect(await state(koloop)).toEqual({ status: "dead", attempts: 1 });
  });

  it("goes on with other rooms while one of them waits", async () => {
    const koloop = await withOneCard();
    koloop.channel.fault = (delivery) =>
      delivery.address.room === "bot:E1" ? new DeliveryError("try-later", "busy") : undefined;

    await koloop.channel.write("E1", "bot:E1", "帮助");
    await koloop.channel.write("E2", "bot:E2", "帮助");
    await koloop.settle();

    expect(koloop.channel.deliveries.map((d) => d.address.room)).toEqual(["bot:E2"]);
  });

  it("keeps no words that were taken back while their card was being shown, and changes the card at once", async () => {
    const { koloop, shown, show } = await withHeldDelivery();
    await koloop.channel.write("C1", "direct:C1:E1", "我家养了两只猫呢", "words");
    const settled = koloop.settle();
    await shown;
    await koloop.channel.take({ ...recall, eventId: "recall", at: koloop.ctx.now() });
    show();
    await settled;
    await koloop.settle();

    const kept = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ body: string }>("SELECT body FROM outbox UNION ALL SELECT body FROM card_place"),
    );
    expect(kept.filter(({ body }) => body.includes("两只猫"))).toEqual([]);
    expect(koloop.channel.deliveries.map(({ body }) => JSON.stringify(body).includes("两只猫"))).toEqual([true, false]);
    expect(koloop.channel.deliveries[1]?.vendorRef).toBe(koloop.channel.deliveries[0]?.id);
    expect(koloop.channel.cardsIn("bot:E1")[0]?.buttons).toEqual([]);
  });

  it("settles a card that was answered while it was still being shown", async () => {
    const { koloop, shown, show } = await withHeldDelivery();
    await koloop.channel.write("C1", "direct:C1:E1", "我家养了两只猫呢", "words");
    const settled = koloop.settle();
    await shown;
    const suggestion = await koloop.store.read((tx) =>
      tx.connection.sql.get<{ id: string }>("SELECT id FROM suggestion"),
    );
    await koloop.channel.tap("E1", "elsewhere:E1", { type: "suggestion.confirm", id: suggestion!.id });
    show();
    await settled;
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:E1")[0]?.buttons).toEqual([]);
  });

  it("does not show an earlier state of a card after a later one", async () => {
    const koloop = await withOneCard();
    const card = (title: string) => ({ v: 1 as const, key: "k", title, blocks: [], buttons: [] });
    const show = async (title: string) => {
      await koloop.store.transaction(async (tx) =>
        showStaff(tx, koloop.ctx, (await tx.people.find("E1"))!, card(title)),
      );
      await koloop.settle();
    };
    koloop.channel.fault = () => new DeliveryError("try-later", "busy", { retryAfterMs: 5000 });
    await show("open");
    koloop.channel.fault = undefined;
    await show("settled");
    koloop.pass(60_000);
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:E1").map(({ title }) => title)).toEqual(["settled"]);
    expect(koloop.channel.deliveries).toHaveLength(1);
  });

  it("gives up after ten tries and keeps the reason", async () => {
    const koloop = await withOneCard();
    koloop.channel.fault = () => new Error("the network is down");
    await koloop.channel.write("E1", "bot:E1", "帮助");

    for (let i = 0; i < 12; i++) {
      await koloop.settle();
      koloop.pass(20 * 60_000);
    }

    expect(await state(koloop)).toEqual({ status: "dead", attempts: 10 });
  });
});
