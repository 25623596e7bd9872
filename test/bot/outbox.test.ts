import { describe, expect, it } from "vitest";
import { DeliveryError } from "#bot/channels/channel.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

async function withOneCard() {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  return koloop;
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
