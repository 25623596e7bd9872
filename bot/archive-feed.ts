import { type FileHandle, open } from "node:fs/promises";
import type { Store, Tx } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import type { Receive } from "./channels/channel.ts";
import { type ArchiveLine, readArchiveLine } from "./channels/wecom/archive.ts";
import type { Contacts } from "./channels/wecom/contacts.ts";

const pollMs = 150;
const chunkBytes = 256 * 1024;
/** So many lines are handed over together: the inbox commits them at once. */
const batchLines = 64;
/** A line longer than this is no message; it is passed over. */
const lineBytesAtMost = 8 * 1024 * 1024;

type Said = Extract<ArchiveLine, { type: "said" }>;

export type ArchiveFeed = { start(): Promise<void>; stop(): Promise<void> };

/**
 * Hears the message archive by following a file of decrypted JSON lines that only grows. The offset is committed with the last of the
 * messages before it, and every message is known by its id: a crash reads some lines again and changes nothing.
 */
export function createArchiveFeed(options: {
  path: string;
  store: Store;
  ctx: Context;
  contacts: Contacts;
  channel: string;
  receive: Receive;
  /** Told of kinds of messages that koloop does not listen to. */
  noteUnknown: (type: string) => void;
}): ArchiveFeed {
  const { path, store, ctx, contacts, channel, receive, noteUnknown } = options;
  const cursorKey = "archive";
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;
  let stopped = false;
  let offset: number | undefined;
  let rest: Buffer = Buffer.alloc(0);

  async function readOn(): Promise<void> {
    offset ??= Number((await store.read((tx) => wecomTable(tx.connection).cursor(cursorKey))) ?? 0);
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (fault) {
      if ((fault as { code?: string }).code === "ENOENT") return;
      throw fault;
    }
    try {
      while (!stopped && (await readChunk(file)));
    } finally {
      await file.close();
    }
  }

  /** Takes the whole lines of the next chunk; what is left of the last one waits for its other half. False: nothing was new. */
  async function readChunk(file: FileHandle): Promise<boolean> {
    const start = offset as number;
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunkBytes, start + rest.length);
    if (bytesRead === 0) return false;
    const held = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const end = held.lastIndexOf(10) + 1;
    if (end === 0 && held.length < lineBytesAtMost) {
      rest = held;
      return true;
    }
    const whole = end === 0 ? held.length : end;
    const noted = end > 0 ? await takeLines(held.subarray(0, end), start) : start;
    // Copied, so that a short rest does not hold a large chunk.
    rest = Buffer.from(held.subarray(whole));
    offset = start + whole;
    if (noted !== offset) await store.transaction((tx) => noteOffset(tx, start + whole));
    return true;
  }

  const noteOffset = (tx: Tx, at: number): Promise<void> =>
    wecomTable(tx.connection).setCursor(cursorKey, String(at), ctx.now());

  /** Hands lines over and returns the offset that was committed with the last of them. */
  async function takeLines(lines: Buffer, start: number): Promise<number> {
    let batch: Said[] = [];
    let at = start;
    let noted = start;
    const flush = async () => {
      const events = (await Promise.all(batch.map(eventOf))).filter((event) => event !== undefined);
      batch = [];
      if (events.length === 0) return;
      const upTo = at;
      const page = { left: events.length, turn: (tx: Tx) => noteOffset(tx, upTo) };
      await Promise.all(events.map((event) => receive(event, { page })));
      noted = upTo;
    };
    for (let from = 0, to = 0; from < lines.length; from = to) {
      to = lines.indexOf(10, from) + 1;
      const text = lines.toString("utf8", from, to).trim();
      const line = text === "" ? undefined : readArchiveLine(text);
      // Consent and recalls change what the lines after them mean: what came before them is settled first.
      if (line && line.type !== "said") await flush();
      at = start + to;
      if (!line) continue;
      if (line.type === "said") batch.push(line);
      if (line.type === "other") noteUnknown(`archive: ${line.name}`);
      if (line.type === "recalled") await recall(line);
      if (line.type === "consent") await consent(line);
      if (batch.length >= batchLines) await flush();
    }
    await flush();
    return noted;
  }

  const isEmployee = async (id: string): Promise<boolean> => {
    const person = await store.read(async (tx) => {
      const identity = await tx.people.identity(channel, id);
      return identity && tx.people.find(identity.personId);
    });
    return person !== undefined && mayAtAll(person, "desk.use");
  };
  const isCustomer = async (id: string): Promise<boolean> => /^w[mo]/i.test(id) && !(await isEmployee(id));
  const silenced = (userid: string, customer: string) =>
    store.read((tx) => wecomTable(tx.connection).isSilenced(userid, customer));

  async function employeesOf(ids: readonly string[]): Promise<string[]> {
    const employees: string[] = [];
    for (const id of ids) if (await isEmployee(id)) employees.push(id);
    return employees;
  }

  async function eventOf(line: Said): Promise<Incoming | undefined> {
    return line.roomId === "" ? directEvent(line) : groupEvent(line);
  }

  /** A talk of an employee with a customer. What employees tell each other is none of koloop's business. */
  async function directEvent(line: Said): Promise<Incoming | undefined> {
    const fromCustomer = await isCustomer(line.from);
    const userid = fromCustomer ? await addressee(line) : (await isEmployee(line.from)) ? line.from : undefined;
    const customer = fromCustomer ? line.from : line.to.find((id) => /^w[mo]/i.test(id));
    if (!userid || !customer || (await silenced(userid, customer))) return undefined;
    return said(line, talkRoom(userid, customer), "direct", userid, fromCustomer);
  }

  /** The employee a customer talks with; of several the one who follows them. */
  async function addressee(line: Said): Promise<string | undefined> {
    const employees = await employeesOf(line.to);
    if (employees.length < 2) return employees[0];
    const { followers } = await contacts.find(line.from);
    return employees.find((one) => followers.includes(one)) ?? employees[0];
  }

  /** In a customer group the member who follows the customer is asked; where nobody does, nobody. */
  async function groupEvent(line: Said): Promise<Incoming | undefined> {
    const room = `ag:${line.roomId}`;
    if (!(await isCustomer(line.from))) {
      const hasCustomer = line.to.some((id) => /^w[mo]/i.test(id));
      if (!hasCustomer || !(await isEmployee(line.from))) return undefined;
      return said(line, room, "group", null, false);
    }
    const members = new Set(await employeesOf(line.to));
    const { followers } = await contacts.find(line.from);
    const follower = followers.find((one) => members.has(one));
    const userid = follower ?? (followers.length === 0 ? await ownerAmong(members, line.from) : undefined);
    if (userid !== undefined && (await silenced(userid, line.from))) return undefined;
    return said(line, room, "group", userid ?? null, true);
  }

  /** Who looks after a customer of whom WeCom tells no followers: the contacts' secret is not set, or may not see them. */
  async function ownerAmong(members: ReadonlySet<string>, customer: string): Promise<string | undefined> {
    return store.read(async (tx) => {
      const identity = await tx.people.identity(channel, customer);
      const ownerId = identity && (await tx.people.find(identity.personId))?.ownerId;
      const ids = ownerId ? await tx.people.identitiesOf(ownerId) : [];
      return ids.find((one) => one.channel === channel && members.has(one.externalId))?.externalId;
    });
  }

  async function said(
    line: Said,
    room: string,
    roomKind: "direct" | "group",
    to: string | null,
    fromCustomer: boolean,
  ): Promise<Incoming> {
    return {
      type: "message",
      eventId: messageId(line.id),
      from: line.from,
      ...(fromCustomer && { fromName: (await contacts.find(line.from)).name }),
      address: { channel, room },
      roomKind,
      at: line.at,
      text: line.text,
      addressed: false,
      to,
    };
  }

  /** A message taken back before it came is never heard: its id counts as seen. */
  async function recall(line: Extract<ArchiveLine, { type: "recalled" }>): Promise<void> {
    const eventId = messageId(line.messageId);
    const message = await store.read((tx) => tx.conversations.findMessage(channel, eventId));
    if (!message) {
      await store.transaction((tx) => tx.conversations.firstSight(channel, eventId, ctx.now()));
      return;
    }
    const conversation = await store.read((tx) => tx.conversations.byId(message.conversationId));
    if (!conversation) return;
    const from = await store.read((tx) => tx.people.identitiesOf(message.fromId));
    const writer = from.find((identity) => identity.channel === channel)?.externalId;
    // The archive says who took it back in one form or another; a message can only be taken back by its writer.
    if (!writer) return;
    await receive({
      type: "recalled",
      eventId: messageId(line.id),
      from: writer,
      address: { channel, room: conversation.room },
      roomKind: conversation.kind,
      at: line.at,
      messageEventId: eventId,
    });
  }

  async function consent(line: Extract<ArchiveLine, { type: "consent" }>): Promise<void> {
    const ids = [line.from, ...line.to];
    const customer = line.customer || ids.find((id) => /^w[mo]/i.test(id));
    if (!customer) return;
    const others = ids.filter((id) => id !== customer && !/^w[mo]/i.test(id));
    const employees = await employeesOf(others);
    // Where nobody is named it is said to all; a name that koloop does not know yet is kept for when it does.
    const named = employees.length > 0 ? employees : others.length > 0 ? others : [null];
    for (const userid of named) {
      if (line.agrees) {
        await store.transaction((tx) => wecomTable(tx.connection).unsilence(userid, customer));
        continue;
      }
      const before = (tx: Tx) => wecomTable(tx.connection).silence(userid, customer, line.at);
      if (!(await store.read((tx) => tx.people.identity(channel, customer)))) {
        await store.transaction(before);
        continue;
      }
      const silenced: Incoming = {
        type: "silenced",
        eventId: `${messageId(line.id)}:${userid ?? "all"}`,
        from: customer,
        address: { channel, room: talkRoom(userid ?? "", customer) },
        roomKind: "direct",
        at: line.at,
        to: userid,
      };
      await receive(silenced, { before });
    }
  }

  const run = (): void => {
    working ??= readOn()
      .catch((err) => ctx.log.error({ err }, "the message archive could not be read on; it is tried again"))
      .finally(() => {
        working = undefined;
        // Read anew from what is committed: a fault may have left the two apart.
        rest = Buffer.alloc(0);
        offset = undefined;
      });
  };

  return {
    async start() {
      run();
      timer = setInterval(run, pollMs);
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      // It may be waiting for a WeCom that does not answer: what is not committed is read again at the next start.
      const patience = new Promise((resolve) => setTimeout(resolve, 2000).unref());
      await Promise.race([working, patience]);
    },
  };
}

const messageId = (id: string): string => `msg:${id}`;
const talkRoom = (userid: string, customer: string): string => `a:${userid}:${customer}`;
