import { setTimeout as pause } from "node:timers/promises";
import type { Store, Tx } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Delivery, DeliveryError, type Receive } from "../../channel.ts";
import { type Answer, type WecomApi, WecomError } from "../api.ts";
import type { Contacts } from "../contacts.ts";
import { type KfItem, kfRoom, pageSchema, readKfItem } from "./receive.ts";
import { kfMessage } from "./render.ts";

const windowMs = 48 * 3_600_000;
const perWindow = 5;
const human = 3;
/** Until the customer writes: `openKfWindow` makes what waits due at once. */
const untilTheyWriteMs = 24 * 3_600_000;
const pageSize = 1000;
const tokenInvalid = 95007;
const overLimit = 95001;
const standingAtMost = 20;
const standingMs = 300;

type Step = (tx: Tx) => Promise<void>;

export type KfLine = {
  /** Something has arrived: pull it. The token of the event lifts the limit on pulls. */
  nudge(token?: string): void;
  deliver(delivery: Delivery, externalUserid: string): Promise<void>;
  stop(): Promise<void>;
};

/** The customer service account: pulls what customers wrote, and answers within the 48 hours and 5 messages that WeCom allows. */
export function createKfLine(options: {
  store: Store;
  ctx: Context;
  api: WecomApi;
  secret: string;
  openKfid: string;
  channel: string;
  contacts: Contacts;
  receive: Receive;
  /** Told of offers that cannot go out by kf now, so that an employee may send them by hand. */
  byHand: ((assignmentId: string, externalUserid: string) => Promise<void>) | undefined;
}): KfLine {
  const { store, ctx, api, secret, openKfid, channel, contacts, receive, byHand } = options;
  const cursorKey = `kf:${openKfid}`;
  let pulling: Promise<void> | undefined;
  let again = false;
  let token: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  async function page(cursor: string) {
    const body = { cursor, limit: pageSize, voice_format: 0, open_kfid: openKfid };
    const ask = (more: object) => api.call(secret, "kf/sync_msg", { body: { ...body, ...more } });
    let answer: Answer;
    try {
      answer = await ask(token ? { token } : {});
    } catch (fault) {
      if (!token || !(fault instanceof WecomError) || fault.code !== tokenInvalid) throw fault;
      token = undefined;
      answer = await ask({});
    }
    const read = pageSchema.safeParse(answer);
    if (!read.success) throw new WecomError("unreachable", 0, "kf/sync_msg: not what was to be expected");
    return read.data;
  }

  /** Pages come until `has_more` is 0; empty ones among them too, and now and then one that moves nothing on. */
  async function pullAll(): Promise<void> {
    for (let standing = 0; standing < standingAtMost; ) {
      const cursor = (await store.read((tx) => wecomTable(tx.connection).cursor(cursorKey))) ?? "";
      const { msg_list: messages, next_cursor: next, has_more: more } = await page(cursor);
      const moves = next !== "" && next !== cursor;
      await takePage(messages ?? [], moves ? next : undefined);
      if (more !== 1) return;
      standing = moves ? 0 : standing + 1;
      if (!moves) await pause(standingMs);
    }
  }

  /** Hands a page over. The cursor behind it is committed with the last of its messages, what a message brings about with it. */
  async function takePage(messages: unknown[], cursor: string | undefined): Promise<void> {
    const events: { event: Incoming; steps: Step[] }[] = [];
    let steps: Step[] = [];
    for (const raw of messages) {
      const item = readKfItem(raw, channel);
      if (!item || item.type === "other") continue;
      steps.push((tx) => noteItem(tx, item));
      if (item.type === "state" || !item.incoming) continue;
      events.push({ event: await withName(item.incoming, item.id), steps });
      steps = [];
    }
    const last = steps;
    const turn: Step = async (tx) => {
      for (const step of last) await step(tx);
      if (cursor !== undefined) await wecomTable(tx.connection).setCursor(cursorKey, cursor, ctx.now());
    };
    if (events.length === 0) return store.transaction(turn);
    const together = { left: events.length, turn };
    const before = (own: Step[]): Step => {
      return async (tx) => {
        for (const step of own) await step(tx);
      };
    };
    await Promise.all(events.map((one) => receive(one.event, { before: before(one.steps), page: together })));
  }

  /** A customer's message opens their window, once; a human takes the talk, or leaves it. */
  async function noteItem(tx: Tx, item: Exclude<KfItem, { type: "other" }>): Promise<void> {
    const { externalUserid } = item;
    if (item.type === "state") return wecomTable(tx.connection).setKfState(externalUserid, item.state);
    if (await tx.conversations.firstSight(channel, `kf:${item.id}:window`, ctx.now()))
      await wecomTable(tx.connection).openKfWindow(externalUserid, item.at, kfRoom(externalUserid), ctx.now());
  }

  /** Somebody koloop has never met comes with the name that WeCom gives them. */
  async function withName(event: Incoming, id: string): Promise<Incoming> {
    const isKnown = await store.read(
      async (tx) =>
        (await tx.people.identity(channel, event.from)) !== undefined ||
        (await tx.conversations.wasSeen(channel, `kf:${id}:window`)),
    );
    return isKnown ? event : { ...event, fromName: (await contacts.find(event.from)).name };
  }

  function pull(): void {
    if (stopped) return;
    if (pulling) {
      again = true;
      return;
    }
    pulling = pullAll()
      .catch((fault) => {
        ctx.log.warn({ err: fault instanceof Error ? fault.message : fault }, "kf messages could not be pulled yet");
        clearTimeout(retry);
        retry = setTimeout(pull, (fault as WecomError).retryAfterMs ?? 2000);
        again = false;
      })
      .finally(() => {
        pulling = undefined;
        if (!again) return;
        again = false;
        pull();
      });
  }

  type Leave = "now" | "when-they-write" | "not-in-time" | "human";

  /** May something be said now? A human who was at work is asked after once more before koloop speaks. */
  async function leaveToSpeak(externalUserid: string): Promise<Leave> {
    const session = await store.read((tx) => wecomTable(tx.connection).kfSession(externalUserid));
    if (!session || ctx.now() >= session.lastAt + windowMs) return "not-in-time";
    if (session.sent >= perWindow) return "when-they-write";
    if (session.state !== human) return "now";
    const body = { open_kfid: openKfid, external_userid: externalUserid };
    const { service_state: state } = await api.call(secret, "kf/service_state/get", { body });
    if (state === human) return "human";
    await store.transaction((tx) => wecomTable(tx.connection).setKfState(externalUserid, Number(state)));
    return "now";
  }

  /** What asks something of a KOC waits until they write. An answer that comes too late, or over a human, is no answer any more. */
  function unsaid(why: Leave, isPush: boolean): DeliveryError {
    if (!isPush && why !== "when-they-write") return new DeliveryError("moot", `kf: ${why}`);
    return new DeliveryError("try-later", `kf: ${why}`, { retryAfterMs: untilTheyWriteMs });
  }

  return {
    nudge(fresh) {
      if (fresh) token = fresh;
      pull();
    },
    async deliver({ id, body, assignmentId }, externalUserid) {
      const isPush = assignmentId !== undefined;
      const leave = await leaveToSpeak(externalUserid);
      if (leave === "not-in-time" && assignmentId !== undefined) await byHand?.(assignmentId, externalUserid);
      if (leave !== "now") throw unsaid(leave, isPush);
      const message = { touser: externalUserid, open_kfid: openKfid, msgid: id, ...kfMessage(body) };
      try {
        await api.call(secret, "kf/send_msg", { body: message });
        await store.transaction((tx) => wecomTable(tx.connection).countKfSent(externalUserid));
      } catch (fault) {
        if (!(fault instanceof WecomError) || fault.kind !== "refused") throw fault;
        const isOver = fault.code === overLimit;
        await store.transaction(async (tx) => {
          const wecom = wecomTable(tx.connection);
          if (isOver) await wecom.closeKfWindow(externalUserid);
          else await wecom.setKfState(externalUserid, human);
        });
        ctx.log.info({ code: fault.code }, "kf may not speak now");
        throw unsaid(isOver ? "when-they-write" : "human", isPush);
      }
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await pulling;
    },
  };
}
