import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { brokenAuditLine } from "#db/audit-chain.ts";
import type { OutboxItem } from "#db/outbox.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Rule } from "#domain/segment.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import { captureAgain } from "#handlers/capture-cues.ts";
import { forgetPerson, sweepForgotten } from "#handlers/forget-person.ts";
import type { MessageEvent } from "#handlers/incoming.ts";
import { markPushed } from "#handlers/mark-pushed.ts";
import { applySegment } from "#handlers/plan-segment.ts";
import { gateAtSending } from "#handlers/push.ts";
import { receive } from "#handlers/receive.ts";
import { secondYes } from "#handlers/second-yes.ts";
import { settleStep, startSettling } from "#handlers/settle-segment.ts";
import { settleTag } from "#handlers/settle-tags.ts";
import { addCast, friday, startKoloop, type TestKoloop } from "../setup/koloop.ts";
import { startPostgres, type TestServer } from "../setup/postgres.ts";

const dayMs = 86_400_000;

let server: TestServer;
let databases = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());

const hearsCats = (turns: readonly { text: string }[]) => {
  const turn = turns.length - 1;
  const cue = { tag: "pet_family", quote: "养了猫", turn, score: 0.9, evidence: [] };
  return { cues: turns[turn]?.text.includes("养了猫") ? [cue] : [], retractions: [] };
};

const empty = () => server.create(`at_once${++databases}`);
const parts = { extract: hearsCats, role: "channel:telegram" as const };

/** A koloop on PostgreSQL with its cast; what is due comes only when it is asked for. */
async function house(set: Record<string, string> = {}, url?: string): Promise<TestKoloop> {
  const koloop = await startKoloop(parts, url ?? (await empty()), set);
  await addCast(koloop);
  // What is there only after somebody was answered for the first time would make the two notice each other.
  for (const who of ["C1", "K1", "K2", "M1"]) await koloop.channel.write(who, `bot:${who}`, "帮助");
  return koloop;
}

/** Begins to do something that sees the state of now; before it goes on another has done something, and that is committed. */
async function meanwhile<T>(
  koloop: TestKoloop,
  mine: (tx: Tx) => Promise<T>,
  theirs: () => Promise<unknown>,
): Promise<T> {
  let tries = 0;
  return koloop.store.transaction(async (tx) => {
    await tx.connection.sql.get("SELECT 1 AS one");
    if (++tries === 1) await theirs();
    return mine(tx);
  });
}

const rows = <Row>(koloop: TestKoloop, text: string) =>
  koloop.store.read(({ connection: { sql } }) => sql.all<Row>(text));
const personIn = async (tx: Tx, id: string): Promise<Person> => (await tx.people.find(id))!;

const says = (koloop: TestKoloop, from: string, room: string, text: string, eventId: string): MessageEvent => ({
  ...{
    type: "message",
    eventId,
    from,
    address: { channel: "web", room },
    roomKind: room.startsWith("bot:") ? "bot" : "direct",
  },
  ...{ at: koloop.ctx.now(), text, addressed: room.startsWith("bot:") },
});

const confirmed = (tag: string, at: number) => ({
  ...{ tag, holds: true, source: "koe" as const, proposedBy: null, settledBy: "E1", quote: null, messageId: null },
  ...{ suggestionId: null, confidence: 1, at },
});

const taskOf = (id: string, at: number): Task => ({
  ...{ id, title: `任务${id}`, theme: `主题${id}`, brief: "", materials: [], templateId: null },
  target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
  forms: [{ form: "video", brief: "" }],
  ...{ importance: 3, quota: 50, pushBudget: null, reward: 0, createdBy: "M1", createdAt: at, updatedAt: at },
  proof: { platforms: [], count: 1, mustMention: [], newerThanTask: false },
  ...{ publishedAt: at, deadlineAt: at + 30 * dayMs, status: "open", autopilot: false, briefVersion: 1 },
});

/** A task offered to somebody, planned at that time. */
async function offered(tx: Tx, taskId: string, personId: string, plannedAt: number, more = {}): Promise<string> {
  if (!(await tx.tasks.find(taskId))) await tx.tasks.add(taskOf(taskId, friday - dayMs));
  const about = { id: `A-${taskId}-${personId}`, taskId, personId, form: "video", wave: 1, policy: "learned" as const };
  await tx.tasks.addAssignment({ ...newAssignment(about, plannedAt), ...more });
  return about.id;
}

async function pushed(tx: Tx, kind: "push" | "remind", taskId: string, personId: string): Promise<OutboxItem> {
  const item: OutboxItem = {
    ...{
      id: `${kind}-${taskId}-${personId}`,
      channel: "web",
      room: `bot:${personId}:${taskId}`,
      personId,
      cardKey: null,
    },
    ...{ purpose: "push", dedupeKey: `${kind}:${taskId}:${personId}`, body: { type: "text", text: "x" }, reply: null },
    ...{ assignmentId: `A-${taskId}-${personId}`, runAt: friday, attempts: 0, createdAt: friday },
  };
  await tx.outbox.add(item);
  return item;
}

describe("what two do at once", () => {
  it("stands in one unbroken audit", async () => {
    const koloop = await house();
    const note = (actor: string) => (tx: Tx) =>
      tx.settings.audit({ at: friday, actor, action: "probe", subject: "x", detail: {} });

    await meanwhile(
      koloop,
      async (tx) => {
        await note("one")(tx);
        await note("one again")(tx);
      },
      () => koloop.store.transaction(note("two")),
    );
    await Promise.all(Array.from({ length: 12 }, (_, n) => koloop.store.transaction(note(`${n}`))));

    expect(await rows(koloop, "SELECT actor FROM audit")).toHaveLength(15);
    expect(await koloop.store.read((tx) => brokenAuditLine(tx.connection.sql))).toBeUndefined();
  });

  it("leaves a tag held once", async () => {
    const koloop = await house();
    const settle = async (tx: Tx) =>
      settleTag(tx, koloop.ctx, await personIn(tx, "C1"), confirmed("pet_family", koloop.ctx.now()));

    await meanwhile(koloop, settle, () => koloop.store.transaction(settle));

    expect(await rows(koloop, "SELECT tag FROM tag_hold WHERE until IS NULL")).toEqual([{ tag: "pet_family" }]);
  });

  it("lets somebody into a segment once, while its rule is being settled for everybody", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;
    await store.transaction(async (tx) => {
      await settleTag(tx, ctx, await personIn(tx, "C1"), confirmed("pet_family", ctx.now()));
      await tx.segments.add({
        ...{ id: "S1", name: "一段", version: 1, status: "active", createdBy: null, createdAt: 1, updatedAt: 1 },
        rule: {
          kind: "any",
          of: [
            { kind: "tag", tag: "pet_family" },
            { kind: "tag", tag: "business_traveler" },
          ],
        },
      });
      await startSettling(tx, ctx, "S1");
    });

    await meanwhile(
      koloop,
      (tx) => settleStep(tx, ctx),
      () =>
        store.transaction(async (tx) =>
          settleTag(tx, ctx, await personIn(tx, "C1"), confirmed("business_traveler", ctx.now())),
        ),
    );

    expect(await rows(koloop, "SELECT person_id FROM segment_stay WHERE left_at IS NULL")).toEqual([
      { person_id: "C1" },
    ]);
  });

  it("misses nobody who was given a tag by one who did not know of the new segment yet", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;

    await meanwhile(
      koloop,
      async (tx) => settleTag(tx, ctx, await personIn(tx, "C1"), confirmed("pet_family", ctx.now())),
      async () => {
        const draft = { id: "S1", name: "一段", rule: { kind: "tag" as const, tag: "pet_family" }, version: 0 };
        await store.transaction(async (tx) => applySegment(tx, ctx, await personIn(tx, "M1"), draft));
      },
    );
    await store.transaction((tx) => settleStep(tx, ctx));

    expect(await rows(koloop, "SELECT person_id FROM segment_stay WHERE left_at IS NULL")).toEqual([
      { person_id: "C1" },
    ]);
  });

  it("never makes two segments name each other", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;
    const apply = async (tx: Tx, id: string, rule: Rule, version: number) =>
      applySegment(tx, ctx, await personIn(tx, "M1"), { id, name: id, rule, version });
    for (const id of ["S1", "S2"])
      await store.transaction((tx) => apply(tx, id, { kind: "tag", tag: "pet_family" }, 0));

    const mine = await meanwhile(
      koloop,
      (tx) => apply(tx, "S1", { kind: "segment", segmentId: "S2" }, 1),
      () => store.transaction((tx) => apply(tx, "S2", { kind: "segment", segmentId: "S1" }, 1)),
    );

    expect(mine).toEqual({ ok: false, refused: "already-answered" });
    await koloop.channel.write("C1", "direct:C1:E1", "你好");
    expect(await rows(koloop, "SELECT id FROM dead_event")).toEqual([]);
  });

  it("never makes two tags imply each other, each at a process of its own", async () => {
    const url = await empty();
    const koloop = await house({}, url);
    const other = await startKoloop(parts, url);
    const applies = async ({ store, channel }: TestKoloop, id: string, tag: string, parent: string) => {
      const change = { kind: "parent" as const, tag, parent };
      const none = { settlements: [], segments: [], tasks: [] };
      await store.transaction((tx) => tx.vocabulary.keep({ id, change, state: "asked", ...none }, friday));
      await channel.tap("M1", "bot:M1", { type: "vocabulary.apply", id }, `apply-${id}`);
    };

    await applies(koloop, "V1", "pet_family", "business_traveler");
    await applies(other, "V2", "business_traveler", "pet_family");

    expect(await koloop.store.read((tx) => tx.vocabulary.changes())).toMatchObject([{ id: "V1" }]);
  });

  it("asks nothing of words that are taken back meanwhile", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;
    await koloop.channel.write("C1", "direct:C1:E1", "我家很热闹", "words");
    const event = says(koloop, "C1", "direct:C1:E1", "我家很热闹", "words");
    const heard = hearsCats([{ text: "养了猫" }]);
    const turns = [{ who: "customer", text: "我家很热闹" }];
    const recall = { ...event, eventId: "recall", type: "recalled" as const, messageEventId: "words" };

    await meanwhile(
      koloop,
      (tx) => receive(recall, tx, ctx),
      () => store.transaction((tx) => captureAgain(tx, ctx, { event, personId: "C1", turns }, heard)),
    );

    expect(await rows(koloop, "SELECT status, quote FROM suggestion")).toEqual([{ status: "withdrawn", quote: "" }]);
  });

  it("asks nothing after a no to being listened to", async () => {
    const koloop = await house();
    for (const room of ["direct:C1:E1", "direct:C1:E2"]) await koloop.channel.write("C1", room, "你好");

    await meanwhile(
      koloop,
      (tx) => receive(says(koloop, "C1", "direct:C1:E1", "我家养了猫", "cats"), tx, koloop.ctx),
      () => koloop.channel.write("C1", "bot:C1", "别再记录我"),
    );

    expect(await rows(koloop, "SELECT tag FROM suggestion WHERE status = 'open'")).toEqual([]);
  });

  it("asks the same question once, though it was said in two rooms", async () => {
    const koloop = await house();
    const said = (room: string) => says(koloop, "C1", room, "我家养了猫", `said-${room}`);

    for (const room of ["direct:C1:E1", "direct:C1:E2"]) await koloop.channel.write("C1", room, "你好");
    await meanwhile(
      koloop,
      (tx) => receive(said("direct:C1:E1"), tx, koloop.ctx),
      () => koloop.channel.take(said("direct:C1:E2")),
    );

    expect(await rows(koloop, "SELECT tag, status FROM suggestion")).toEqual([{ tag: "pet_family", status: "open" }]);
  });

  it("is heard in its order: what was said before in the room, at another process, is known", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;
    for (const who of ["C1", "K1", "K2"]) await koloop.channel.write(who, `direct:${who}:E1`, "你好");
    const heard: string[][] = [];
    ctx.extract = (turns) => {
      heard.push(turns.map(({ text }) => text));
      return { cues: [], retractions: [] };
    };
    const { transaction } = store;
    let first = true;
    store.transaction = (work, options) =>
      transaction((tx) => {
        // The other process gives the room up just before this one asks for it.
        const take: typeof tx.locks.take = async (names) => {
          if (first && names.some((name) => name.includes("direct:C1:E1"))) {
            first = false;
            await transaction((there) => receive(says(koloop, "C1", "direct:C1:E1", "第一句", "first"), there, ctx));
          }
          return tx.locks.take(names);
        };
        return work({ ...tx, locks: { ...tx.locks, take } });
      }, options);

    await Promise.all(
      ["K1", "K2", "C1"].map((who) =>
        koloop.channel.take(says(koloop, who, `direct:${who}:E1`, "第二句", `second-${who}`)),
      ),
    );

    expect(first).toBe(false);
    expect(heard).toContainEqual(["你好", "第一句", "第二句"]);
  });

  it("takes a post in once, though two hand it in for two tasks", async () => {
    const koloop = await house();
    await koloop.store.transaction(async (tx) => {
      const at = { pushedAt: friday - 1, acceptedAt: friday - 1 };
      await offered(tx, "T1", "K1", friday - 2, at);
      await offered(tx, "T2", "K2", friday - 2, at);
    });
    const post = "https://www.douyin.com/video/7301234567890123456";
    const handIn = (who: string) => says(koloop, who, `bot:${who}`, post, `post-${who}`);

    await meanwhile(
      koloop,
      (tx) => receive(handIn("K1"), tx, koloop.ctx),
      () => koloop.channel.take(handIn("K2")),
    );

    expect(await rows(koloop, "SELECT person_id, task_id FROM submission")).toEqual([
      { person_id: "K2", task_id: "T2" },
    ]);
  });

  it("waits for one second yes", async () => {
    const koloop = await house({ KOLOOP_APPROVAL_ABOVE: "1" });
    const ask = async (tx: Tx) => {
      const by = await personIn(tx, "M1");
      return secondYes(tx, koloop.ctx, { kind: "send", subject: "T1", people: 9, what: "任务", by });
    };

    const mine = await meanwhile(koloop, ask, () => koloop.store.transaction(ask));

    expect(await rows(koloop, "SELECT id FROM approval")).toEqual([{ id: mine?.id }]);
  });

  it("does not outlast a forgetting", async () => {
    const koloop = await house();
    const { store, ctx } = koloop;
    await koloop.channel.write("C1", "direct:C1:E1", "你好");

    let swept: Promise<unknown> | undefined;
    await meanwhile(
      koloop,
      async (tx) => {
        if (swept) await Promise.race([swept, new Promise((resolve) => setTimeout(resolve, 500))]);
        await receive(says(koloop, "C1", "direct:C1:E1", "我住在延安路", "late"), tx, ctx);
      },
      async () => {
        await store.transaction((tx) => forgetPerson(tx, ctx, "C1"));
        swept = sweepForgotten(store, ctx, () => new Promise((resolve) => setImmediate(resolve)));
      },
    );
    await swept;

    expect(await rows(koloop, "SELECT text FROM message WHERE from_id = 'C1'")).toEqual([]);
  });
});

describe("two pushes to one person", () => {
  it("count against each other though they were planned for the same moment", async () => {
    const koloop = await house({ KOLOOP_PUSHES_PER_WEEK: "1" });
    const { store, ctx } = koloop;
    const reminders = await store.transaction(async (tx) => {
      const taken = { pushedAt: friday - 9 * dayMs, acceptedAt: friday - 9 * dayMs, remindedAt: friday };
      for (const task of ["T1", "T2"]) await offered(tx, task, "K1", friday - 10 * dayMs, taken);
      return [await pushed(tx, "remind", "T1", "K1"), await pushed(tx, "remind", "T2", "K1")] as const;
    });
    const gate = (item: OutboxItem) => store.read((tx) => gateAtSending(tx, ctx, item));

    expect(await gate(reminders[0])).toEqual({ go: true });
    await store.transaction((tx) => tx.outbox.markSent(reminders[0].id, ctx.now()));

    expect(await gate(reminders[1])).toMatchObject({ why: "capped" });
  });

  it("do not keep each other waiting where both were planned without the other", async () => {
    const koloop = await house({ KOLOOP_PUSHES_PER_WEEK: "1" });
    const { store, ctx } = koloop;
    const [now, later] = await store.transaction(async (tx) => {
      await offered(tx, "T1", "K1", friday - 1000);
      await offered(tx, "T2", "K1", friday - 500, { sendAfter: friday + dayMs });
      return [await pushed(tx, "push", "T1", "K1"), await pushed(tx, "push", "T2", "K1")];
    });
    const gate = (item: OutboxItem) => store.read((tx) => gateAtSending(tx, ctx, item));

    expect(await gate(now!)).toEqual({ go: true });
    await store.transaction(async (tx) => {
      await tx.outbox.markSent(now!.id, ctx.now());
      await markPushed(tx, ctx, now!.assignmentId!, ctx.now());
    });

    expect(await gate(later!)).toMatchObject({ why: "capped" });
  });
});
