import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Fastify from "fastify";
import { WebSocket } from "ws";
import { createWebChannel, type WebChannel } from "#bot/channels/web/channel.ts";
import type { Frame } from "#bot/channels/web/receive.ts";
import type { CastMember, ServerFrame } from "#bot/channels/web/wire.ts";
import type { Backend } from "#db/backend.ts";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { openSqlite } from "#db/sqlite.ts";
import type { Incoming } from "#handlers/incoming.ts";

/** The people of every test here: a customer, her employee, two KOCs, a manager. */
const people = [
  { id: "wang", name: "王女士", roles: "customer", owner_id: "ann" },
  { id: "ann", name: "林婉清", roles: "koe" },
  { id: "li", name: "李小满", roles: "koc", owner_id: "ann" },
  { id: "zhao", name: "赵一鸣", roles: "koc", owner_id: "ann" },
  { id: "chen", name: "陈经理", roles: "manager" },
];

export type House = {
  backend: Backend;
  channel: WebChannel;
  url: string;
  /** What koloop was told, in order. */
  heard: Incoming[];
  /** Set to make koloop fail at its next event. */
  failing: { now: boolean };
  http: ReturnType<typeof Fastify>;
  close(): Promise<void>;
};

type Options = {
  demo?: boolean;
  cast?: CastMember[];
  folder?: string;
  port?: number;
  /** What koloop does with an event; the note that it was handled is made before. */
  onEvent?: (event: Incoming, channel: WebChannel) => Promise<void>;
};

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "koloop-web-"));
}

/** A messenger on a fresh database with a koloop that only notes what it hears, as the inbox would: twice is once. */
export async function openHouse(options: Options = {}): Promise<House> {
  const folder = options.folder ?? newFolder();
  const file = join(folder, "koloop.db");
  const fresh = migrateSqlite(file).length > 0;
  const backend = await openSqlite(file, { synchronous: "NORMAL" });
  if (fresh) await addPeople(backend);
  const heard: Incoming[] = [];
  const failing = { now: false };
  let count = 0;
  const prefix = Math.random().toString(36).slice(2, 8);
  const http = Fastify();
  const channel = createWebChannel({
    backend,
    now: () => Date.now(),
    newId: () => `${prefix}${++count}`,
    demo: options.demo ?? false,
    publicUrl: "http://127.0.0.1:8787",
    lang: "zh",
    log: { info: () => {}, warn: () => {}, error: () => {} },
    cast: async () => options.cast ?? [],
    linkAwaits: async () => undefined,
  });
  await channel.register(http);
  await channel.start(async (event) => {
    if (failing.now) throw new Error("koloop is out of order");
    const isNew = await backend.transaction(({ sql }) =>
      sql.run(
        "INSERT INTO seen_event (channel, event_id, at) VALUES ('web', ?, ?) ON CONFLICT DO NOTHING",
        event.eventId,
        event.at,
      ),
    );
    if (isNew === 0) return;
    heard.push(event);
    await options.onEvent?.(event, channel);
  });
  const url = await http.listen({ port: options.port ?? 0, host: "127.0.0.1" });
  return {
    backend,
    channel,
    url,
    heard,
    failing,
    http,
    async close() {
      await channel.stop();
      await http.close();
      await backend.close();
      if (!options.folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addPeople(backend: Backend): Promise<void> {
  await backend.transaction(async ({ sql }) => {
    for (const person of people) {
      await sql.insert("person", {
        ...person,
        joined_at: 0,
        lang: "zh",
        consent: "yes",
        frequency: 1,
        created_at: 0,
        updated_at: 0,
      });
    }
  });
}

/** Signs a person in by a link, as a browser would; returns the cookie. */
export async function signIn(house: House, personId: string): Promise<string> {
  const link = await house.channel.signInLink(personId);
  const answer = await house.http.inject({
    method: "POST",
    url: "/api/sign-in",
    payload: { secret: link.split("#")[1] },
  });
  return String(answer.headers["set-cookie"]).split(";")[0]!;
}

export type Tab = {
  hello: Extract<ServerFrame, { type: "hello" }>;
  frames: ServerFrame[];
  say(frame: Frame): void;
  /** Sends what need not be a frame at all. */
  raw(data: string | Buffer): void;
  /** Waits for a frame that holds, the ones already here included. */
  next<T extends ServerFrame["type"]>(
    type: T,
    holds?: (frame: Extract<ServerFrame, { type: T }>) => boolean,
  ): Promise<Extract<ServerFrame, { type: T }>>;
  /** Resolves when the line has ended. */
  closed: Promise<void>;
  close(): Promise<void>;
};

/** Opens a tab of the person's page. */
export async function openTab(house: House, cookie: string, query = ""): Promise<Tab> {
  const socket = new WebSocket(`${house.url.replace("http", "ws")}/ws${query}`, { headers: { cookie } });
  const frames: ServerFrame[] = [];
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    frames.push(JSON.parse(data.toString()));
    for (const look of waiting) look();
  });
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => resolve());
    socket.on("error", reject);
  });
  const next: Tab["next"] = (type, holds = () => true) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const frame = frames.find((one) => one.type === type && holds(one as never));
        if (!frame) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(frame as never);
      };
      const timer = setTimeout(() => reject(new Error(`no ${type} among ${JSON.stringify(frames)}`)), 30_000);
      waiting.add(look);
      look();
    });
  return {
    hello: await next("hello"),
    frames,
    say: (frame) => socket.send(JSON.stringify(frame)),
    raw: (data) => socket.send(data),
    closed,
    next,
    close: () => {
      socket.close();
      return closed;
    },
  };
}
