import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Delivery, DeliveryError } from "../../channel.ts";
import { type WecomApi, WecomError } from "../api.ts";
import type { Contacts } from "../contacts.ts";
import { kfRoom, pageSchema, readKfItem } from "./receive.ts";
import { kfMessage } from "./render.ts";

const windowMs = 48 * 3_600_000;
const perWindow = 5;
const human = 3;
/** Until the customer writes: `openKfWindow` makes what waits due at once. */
const untilTheyWriteMs = 24 * 3_600_000;
const pageSize = 1000;

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
  receive: (event: Incoming) => Promise<void>;
}): KfLine {
  const { store, ctx, api, secret, openKfid, channel, contacts, receive } = options;
  const cursorKey = `kf:${openKfid}`;
  let pulling: Promise<void> | undefined;
  let again = false;
  let token: string | undefined;
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;

  async function pullAll(): Promise<void> {
    for (;;) {
      const cursor = (await store.read((tx) => wecomTable(tx.connection).cursor(cursorKey))) ?? "";
      const body = { cursor, ...(token && { token }), limit: pageSize, voice_format: 0, open_kfid: openKfid };
      const read = pageSchema.safeParse(await api.call(secret, "kf/sync_msg", { body }));
      if (!read.success) throw new WecomError("unreachable", 0, "kf/sync_msg: not what was to be expected");
      for (const raw of read.data.msg_list ?? []) await take(raw);
      const { next_cursor: next, has_more: more } = read.data;
      // Messages are committed by now, each known by its id: a crash before this line reads them again and changes nothing.
      if (next !== "" && next !== cursor)
        await store.transaction((tx) => wecomTable(tx.connection).setCursor(cursorKey, next, ctx.now()));
      if (more !== 1 || next === "" || next === cursor) return;
    }
  }

  async function take(raw: unknown): Promise<void> {
    const item = readKfItem(raw, channel);
    if (!item || item.type === "other") return;
    const table = (work: (wecom: ReturnType<typeof wecomTable>) => Promise<void>) =>
      store.transaction((tx) => work(wecomTable(tx.connection)));
    if (item.type === "state") return table((wecom) => wecom.setKfState(item.externalUserid, item.state));
    const { externalUserid, at, incoming } = item;
    const isNew = await store.transaction(async (tx) => {
      const first = await tx.conversations.firstSight(channel, `kf:${item.id}:window`, ctx.now());
      if (first) await wecomTable(tx.connection).openKfWindow(externalUserid, at, kfRoom(externalUserid), ctx.now());
      return first;
    });
    if (!incoming) return;
    const known = await store.read((tx) => tx.people.identity(channel, externalUserid));
    const fromName = known || !isNew ? undefined : (await contacts.find(externalUserid)).name;
    await receive({ ...incoming, ...(fromName !== undefined && { fromName }) });
  }

  function pull(): void {
    if (stopped) return;
    if (pulling) {
      again = true;
      return;
    }
    pulling = pullAll()
      .catch((fault) => {
        if (fault instanceof WecomError && fault.code === 95007) token = undefined;
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

  /** May something be said now? A human who was at work is asked after once more before koloop speaks. */
  async function mayAnswer(externalUserid: string): Promise<boolean> {
    const session = await store.read((tx) => wecomTable(tx.connection).kfSession(externalUserid));
    if (!session || session.sent >= perWindow || ctx.now() >= session.lastAt + windowMs) return false;
    if (session.state !== human) return true;
    const body = { open_kfid: openKfid, external_userid: externalUserid };
    const { service_state: state } = await api.call(secret, "kf/service_state/get", { body });
    if (state === human) return false;
    await store.transaction((tx) => wecomTable(tx.connection).setKfState(externalUserid, Number(state)));
    return true;
  }

  const wait = (why: string) => new DeliveryError("try-later", why, { retryAfterMs: untilTheyWriteMs });

  return {
    nudge(fresh) {
      if (fresh) token = fresh;
      pull();
    },
    async deliver({ id, body }, externalUserid) {
      if (!(await mayAnswer(externalUserid))) throw wait("kf may not speak before the customer does");
      const message = { touser: externalUserid, open_kfid: openKfid, msgid: id, ...kfMessage(body) };
      try {
        await api.call(secret, "kf/send_msg", { body: message });
        await store.transaction((tx) => wecomTable(tx.connection).countKfSent(externalUserid));
      } catch (fault) {
        if (!(fault instanceof WecomError) || fault.kind !== "refused") throw fault;
        await store.transaction(async (tx) => {
          const wecom = wecomTable(tx.connection);
          await wecom.closeKfWindow(externalUserid);
          if (fault.code !== 95001) await wecom.setKfState(externalUserid, human);
        });
        throw wait(`kf refused: ${fault.code}`);
      }
    },
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await pulling;
    },
  };
}
