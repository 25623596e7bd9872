import { describe, expect, it } from "vitest";
import { DeliveryError } from "#bot/channels/channel.ts";
import type { Tx } from "#db/store.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import type { Context } from "#handlers/context.ts";
import { withdrawByManager } from "#handlers/move-task.ts";
import { offerCardFor } from "#handlers/offer-card.ts";
import { pushOffer } from "#handlers/push.ts";
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

/** What was begun goes on as far as it can by itself. */
async function turns(): Promise<void> {
  for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve));
}

/** A task that runs, with an offer to one person that waits to go out. */
async function offerTo(tx: Tx, ctx: Context, personId: string): Promise<Task> {
  const at = ctx.now();
  const task: Task = {
    ...{ id: "T1", title: "任务", theme: "主题", brief: "", materials: [], templateId: null },
    target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
    forms: [{ form: "video", brief: "" }],
    ...{ importance: 3, quota: 5, pushBudget: null, reward: 0, createdBy: "M1", createdAt: at, updatedAt: at },
    proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
    ...{ publishedAt: at, deadlineAt: null, status: "open", autopilot: false, briefVersion: 1 },
  };
  await tx.tasks.add(task);
  const about = { id: "A1", taskId: task.id, personId, form: "video", wave: 1, policy: "learned" as const };
  const assignment = newAssignment(about, at);
  await tx.tasks.addAssignment(assignment);
  const person = (await tx.people.find(personId))!;
  const card = await offerCardFor(tx, ctx, person, assignment, task);
  await pushOffer(tx, ctx, { assignment, person, card, sendAt: at });
  return task;
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

  it("keeps what is on its way to itself, however long the messenger takes, and says it once", async () => {
    const { koloop, shown, show } = await withHeldDelivery();
    await koloop.channel.write("E1", "bot:E1", "帮助");
    const settled = koloop.settle();
    await shown;

    for (let n = 0; n < 4; n++) {
      koloop.pass(40_000);
      koloop.outbox.nudge();
      await turns();
    }
    const another = await koloop.store.transaction((tx) => tx.outbox.claimDue(koloop.ctx.now(), 10, "another"));
    show();
    await settled;

    expect(another).toEqual([]);
    expect(koloop.channel.deliveries).toHaveLength(1);
    expect(await state(koloop)).toEqual({ status: "sent", attempts: 1 });
  });

  it("leaves alone what another has taken since, though its own try has failed", async () => {
    const { koloop, shown, show } = await withHeldDelivery();
    const { deliver } = koloop.channel;
    koloop.channel.deliver = async (delivery) => {
      await deliver(delivery);
      throw new DeliveryError("try-later", "the line was cut");
    };
    await koloop.channel.write("E1", "bot:E1", "帮助");
    const settled = koloop.settle();
    await shown;

    await koloop.store.transaction((tx) => tx.connection.sql.run("UPDATE outbox SET locked_by = 'another'"));
    show();
    await settled;

    const { sql } = await koloop.store.read(async (tx) => tx.connection);
    expect(await sql.all("SELECT locked_by, last_error FROM outbox WHERE locked_at IS NOT NULL")).toEqual([
      { locked_by: "another", last_error: null },
    ]);
  });

  it("says on the card that an offer was taken back while it was on its way", async () => {
    const { koloop, shown, show } = await withHeldDelivery();
    const { store, ctx } = koloop;
    const task = await store.transaction((tx) => offerTo(tx, ctx, "K1"));
    const settled = koloop.settle();
    await shown;

    await store.transaction(async (tx) => withdrawByManager(tx, ctx, (await tx.people.find("M1"))!, task));
    show();
    await settled;
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:K1")).toHaveLength(1);
    expect(koloop.channel.cardsIn("bot:K1")[0]?.buttons).toEqual([]);
    const steps = await store.read((tx) => tx.tasks.stepsAfter(0, 10));
    expect(steps.map(({ step }) => step)).toEqual(["pushed", "withdrawn"]);
  });

  it("notes what was said once the database is back, and does not say it again", async () => {
    const koloop = await withOneCard();
    const { store } = koloop;
    const { transaction } = store;
    let isAway = false;
    koloop.channel.fault = () => {
      isAway = true;
      return undefined;
    };
    store.transaction = async (...asked) => {
      if (isAway) throw Object.assign(new Error("the database is away"), { code: "57P01" });
      return transaction(...asked);
    };
    await koloop.channel.write("E1", "bot:E1", "帮助");
    await koloop.settle().catch(() => {});
    expect(koloop.channel.deliveries).toHaveLength(1);

    koloop.pass(90_000);
    koloop.channel.fault = undefined;
    isAway = false;
    await koloop.settle();

    expect(koloop.channel.deliveries).toHaveLength(1);
    expect(await state(koloop)).toEqual({ status: "sent", attempts: 1 });
  });
});
