import { setTimeout as wait } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import { decodeAction } from "#cards/action.ts";
import { helpCard } from "#cards/help.ts";
import { say } from "#cards/names.ts";
import { plainText } from "#cards/plain-text.ts";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context } from "#handlers/context.ts";
import { createArchiveFeed } from "../../archive-feed.ts";
import { type Channel, DeliveryError, type Receive } from "../channel.ts";
import type { createBotClient } from "./aibot/client.ts";
import { type BotEvent, readBotEvent } from "./aibot/receive.ts";
import { createWecomApi, WecomError } from "./api.ts";
import { createAppClient } from "./app/client.ts";
import { registerCallback } from "./app/http.ts";
import { type Callback, greyKey } from "./app/receive.ts";
import { type WecomConfig, wecomChannel } from "./config.ts";
import { createContacts } from "./contacts.ts";
import { questionHandle, tapHandle } from "./handle.ts";
import { createTagEar } from "./hear-tags.ts";
import { createSyncKeeper } from "./keep-synced.ts";
import { createKfLine } from "./kf/client.ts";
import { createMassSend } from "./mass-send.ts";
import { createTagMirror } from "./mirror-tags.ts";
import { registerSidebar } from "./sidebar/http.ts";
import { createStaffLine } from "./staff-line.ts";

/** Rooms: `u:` an employee, `g:` an internal group with the bot, `kf:` a customer; the archive's talks begin with `a`. */
export const staffRoom = (userid: string): string => `u:${userid}`;

export type WecomChannel = Channel & { register(http: FastifyInstance): Promise<void> };

/** WeCom: the lines that are set, with the archive to hear by and the mirror of confirmed tags. */
export function createWecom(options: {
  config: WecomConfig;
  store: Store;
  ctx: Context;
  /** Makes the bot's connection; its SDK is loaded only where a bot is set. */
  createBot: typeof createBotClient | undefined;
  /** Counts what WeCom tells and koloop does not listen to, by kind. */
  unheard: (kind: string) => void;
}): WecomChannel {
  const { config, store, ctx, createBot, unheard } = options;
  const { corpId, app: appSettings, kf: kfSettings } = config;
  const api = corpId ? createWecomApi({ base: config.apiBase, corpId, now: ctx.now, log: ctx.log }) : undefined;
  const nameless = say(ctx.lang, "客户", "a customer");
  const contacts = createContacts({ store, ctx, api, secret: config.contactSecret, nameless });
  let receive: Receive | undefined;
  const handOver: Receive = async (event, along) => {
    // Callbacks may arrive before the channel has started: WeCom repeats what is not acknowledged.
    if (!receive) throw new Error("the WeCom channel is not started");
    await receive(event, along);
  };
  const seenTypes = new Set<string>();

  const bot = config.aibot && createBot?.({ ...config.aibot, log: ctx.log, onBody: onBotBody, onConnected: onBotBack });
  const sentBefore = (userid: string, since: number) =>
    store.read((tx) => wecomTable(tx.connection).appCardsSince(staffRoom(userid), since));
  const app = api && appSettings && createAppClient({ api, ...appSettings, now: ctx.now, sentBefore });
  const staff = createStaffLine({ store, ctx, channel: wecomChannel, bot, app });
  const massSend =
    api && config.contactSecret
      ? createMassSend({
          ...{ store, ctx, api, secret: config.contactSecret, contacts },
          isEmployee: async (userid) => (await employee(userid)) !== undefined,
        })
      : undefined;
  const kf =
    api && kfSettings
      ? createKfLine({
          ...{ store, ctx, api, ...kfSettings, channel: wecomChannel, contacts, receive: handOver },
          byHand: massSend?.note,
        })
      : undefined;
  const mirror =
    api && config.contactSecret
      ? createTagMirror({ store, ctx, api, secret: config.contactSecret, contacts })
      : undefined;
  const tagEar =
    api && config.contactSecret
      ? createTagEar({ store, ctx, contacts, channel: wecomChannel, receive: handOver })
      : undefined;
  const keeper =
    api && config.contactSecret ? createSyncKeeper({ store, ctx, api, secret: config.contactSecret }) : undefined;
  const archive = config.archiveFeed
    ? createArchiveFeed({
        ...{ path: config.archiveFeed, store, ctx, contacts, channel: wecomChannel, receive: handOver },
        noteUnknown,
      })
    : undefined;

  /** The employee behind an id; undefined for anybody whom no import, seed or link has made one. */
  async function employee(userid: string): Promise<Person | undefined> {
    const person = await store.read(async (tx) => {
      const identity = await tx.people.identity(wecomChannel, userid);
      return identity && tx.people.find(identity.personId);
    });
    return person && mayAtAll(person, "desk.use") ? person : undefined;
  }

  /** Counted each time and logged once by type; whoever invents types fills no memory. */
  function noteUnknown(told: string): void {
    const type = told.slice(0, 60);
    const isKnown = seenTypes.has(type);
    unheard(isKnown || seenTypes.size < 200 ? type : "more");
    if (isKnown || seenTypes.size >= 200) return;
    seenTypes.add(type);
    ctx.log.info({ type }, "WeCom told something that koloop does not listen to");
  }

  /** What waited for the bot goes out now. */
  function onBotBack(): void {
    Promise.all([hasten("u:"), hasten("g:")]).catch((err) =>
      ctx.log.error({ err }, "what waits could not be hastened"),
    );
  }

  const hasten = (rooms: string): Promise<void> =>
    store.transaction((tx) => tx.outbox.hasten(wecomChannel, rooms, ctx.now()));

  /** The newest callbacks that are committed: a repetition of one of them needs no look into the database. */
  const committed = new Set<string>();
  function noteCommitted(id: string): void {
    committed.add(id);
    if (committed.size <= 10_000) return;
    const [oldest] = committed;
    if (oldest !== undefined) committed.delete(oldest);
  }

  /** Commits what was told. The answer, where there is one, is what WeCom shows at once. */
  async function onCallback(callback: Callback): Promise<string | undefined> {
    switch (callback.type) {
      case "kf":
        if (callback.openKfid === kfSettings?.openKfid) kf?.nudge(callback.token);
        return;
      case "contact":
        await contacts.forget(callback.externalUserid);
        if (callback.change === "edit_external_contact")
          tagEar?.edited(callback.externalUserid, callback.at || ctx.now());
        return;
      case "group":
        if (callback.chatId !== "") keeper?.groupChanged(callback.chatId, callback.change === "dismiss");
        return;
      case "other":
        noteUnknown(callback.name);
        return;
      case "text":
      case "tap": {
        // WeCom repeats what it holds for unanswered: what is committed needs no second commit.
        if (committed.has(callback.id)) return;
        if (await store.read((tx) => tx.conversations.wasSeen(wecomChannel, callback.id))) return;
        if (!(await employee(callback.from))) {
          noteUnknown(`${callback.type} of somebody unknown`);
          return;
        }
        const at = callback.at || ctx.now();
        const base = { eventId: callback.id, from: callback.from, roomKind: "bot" as const, at };
        const address = { channel: wecomChannel, room: staffRoom(callback.from) };
        if (callback.type === "text") {
          await handOver({ ...base, address, type: "message", text: callback.text, addressed: true });
          return void noteCommitted(callback.id);
        }
        const action = decodeAction(callback.key);
        if (!action) return;
        const reply = tapHandle("app", callback.responseCode, callback.taskId, ctx.now());
        await handOver({ ...base, address: { ...address, reply }, type: "tap", action });
        noteCommitted(callback.id);
        mirror?.nudge();
        if (!app?.updatesRest || !corpId) return;
        // The call would come after its rest, long after the five seconds: the key is greyed by the answer itself.
        const words = await staff.greyBy(callback.responseCode, callback.taskId);
        return words === undefined ? undefined : greyKey(callback.from, corpId, words, ctx.now());
      }
    }
  }

  function onBotBody(body: unknown, reqId: string): void {
    const event = readBotEvent(body);
    if (!event) noteUnknown("a callback of the bot without a sender");
    else
      takeBotEvent(event, reqId).catch((err) =>
        ctx.log.error({ err }, "what was told to the bot could not be taken in"),
      );
  }

  async function takeBotEvent(event: BotEvent, reqId: string): Promise<void> {
    const came = ctx.now();
    if (event.type === "other") return noteUnknown(event.name);
    const userid = await useridOf(event.raw);
    const person = userid === undefined ? undefined : await employee(userid);
    if (userid === undefined || !person) return noteUnknown("a sender of the bot whom nobody knows");
    if (event.type === "entered") return bot?.welcome(reqId, plainText(helpCard(person, person.lang)));
    // They have written: from now on the bot may write to them, under the id that this callback carries.
    if (event.type === "message" && event.chatid === undefined) {
      const wroteBefore = await store.read((tx) => wecomTable(tx.connection).botChatOf(userid));
      await store.transaction((tx) => wecomTable(tx.connection).noteWrote(event.raw, userid, ctx.now()));
      if (wroteBefore !== event.raw) await hasten(staffRoom(userid));
    }
    const room = event.chatid === undefined ? staffRoom(userid) : `g:${event.chatid}`;
    const roomKind = event.chatid === undefined ? ("bot" as const) : ("group" as const);
    const base = { eventId: event.id, from: userid, roomKind, at: event.at ?? came };
    if (event.type === "message") {
      if (event.text === "") return;
      const address = { channel: wecomChannel, room, reply: questionHandle(reqId, came) };
      return handOver({ ...base, address, type: "message", text: event.text, addressed: true });
    }
    const action = decodeAction(event.key);
    if (!action) return;
    const address = { channel: wecomChannel, room, reply: tapHandle("aibot", reqId, event.taskId, came) };
    await handOver({ ...base, address, type: "tap", action });
    mirror?.nudge();
  }

  /** The directory's id for the one that the bot's callbacks carry: known, plain, or converted once and remembered. */
  async function useridOf(raw: string): Promise<string | undefined> {
    const known = await store.read((tx) => wecomTable(tx.connection).botUser(raw));
    if (known !== undefined) return known;
    if (await employee(raw)) return raw;
    if (!/^wo/i.test(raw) || !api || !appSettings) return undefined;
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        const body = { open_userid_list: [raw] };
        const answer = await api.call(appSettings.secret, "batch/openuserid_to_userid", { body });
        const pairs = Array.isArray(answer.userid_list) ? (answer.userid_list as Record<string, unknown>[]) : [];
        const userid = pairs.find((pair) => pair.open_userid === raw)?.userid;
        if (typeof userid !== "string" || !(await employee(userid))) return undefined;
        await store.transaction((tx) => wecomTable(tx.connection).saveBotUser(raw, userid, ctx.now()));
        return userid;
      } catch (fault) {
        if (!(fault instanceof WecomError) || fault.kind === "refused") return undefined;
        await wait(fault.retryAfterMs ?? 2000);
      }
    }
    return undefined;
  }

  return {
    name: wecomChannel,
    async register(http) {
      if (api && appSettings && corpId) {
        const asked = { store, ctx, api, app: appSettings, corpId, channel: wecomChannel, contacts };
        await registerSidebar(http, { ...asked, receive: handOver, roomOf: staffRoom, employee });
      }
      if (config.callback) await registerCallback(http, config.callback, ctx.now, onCallback);
    },
    attend(receiver) {
      receive = receiver;
    },
    async start(receiver) {
      receive = receiver;
      bot?.start();
      kf?.nudge();
      mirror?.start();
      massSend?.start();
      keeper?.start();
      await archive?.start();
    },
    async deliver(delivery) {
      const { room } = delivery.address;
      try {
        if (room.startsWith("u:")) return await staff.deliver(delivery, { userid: room.slice(2) });
        if (room.startsWith("g:")) return await staff.deliver(delivery, { group: room.slice(2) });
        if (room.startsWith("kf:") && kf) {
          await kf.deliver(delivery, room.slice(3));
          return {};
        }
      } catch (fault) {
        if (!(fault instanceof WecomError)) throw fault;
        const retryAfterMs = fault.retryAfterMs;
        throw new DeliveryError("try-later", fault.message, { cause: fault, ...(retryAfterMs && { retryAfterMs }) });
      }
      throw new DeliveryError("gone", "koloop cannot speak in this room");
    },
    // A click menu cannot be changed once it was sent, and is the only thing that can be pressed there.
    isCardless: (room) => room.startsWith("kf:"),
    async stop() {
      await archive?.stop();
      bot?.stop();
      await kf?.stop();
      await mirror?.stop();
      await massSend?.stop();
      await tagEar?.stop();
      await keeper?.stop();
      receive = undefined;
    },
  };
}
