import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Lang } from "#cards/card.ts";
import type { Backend } from "#db/backend.ts";
import type { WebRoom } from "#db/web.ts";
import type { WebSession } from "#db/web-sessions.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Channel, DeliveryError } from "../channel.ts";
import { Switchboard } from "./client.ts";
import { type HttpDeps, registerWebRoutes } from "./http.ts";
import { createMessenger } from "./messenger.ts";
import { channelName } from "./receive.ts";
import type { Relay } from "./relay.ts";
import { createSessions } from "./session.ts";
import type { Log } from "./socket.ts";
import type { CastMember } from "./wire.ts";

export type WebChannelOptions = {
  backend: Backend;
  now: () => number;
  newId: () => string;
  /** Lets the cast sign in without a link, for requests from this machine only. */
  demo: boolean;
  publicUrl: string;
  lang: Lang;
  log: Log;
  /** How koloop is called in its own chat. */
  botName?: string;
  /** Who the front page of a demonstration offers to be. */
  cast?: () => Promise<CastMember[]>;
  linkAwaits: HttpDeps["linkAwaits"];
  /** Where `scripts/build-page.mjs` put the page; found by itself. */
  pageFolder?: string;
  /** Reaches the pages at other processes of a cluster. */
  relay?: Relay | undefined;
};

export type WebChannel = Channel & {
  /** Adds the page, the socket and their routes to the server. */
  register(http: FastifyInstance): Promise<void>;
  /** Who asks: throws 401 without a session, 403 for a change that another site's page asks for. For routes of other rooms too. */
  requireSession(request: FastifyRequest): Promise<WebSession>;
  /** The same, for people with the right that the route asks for. */
  requireRight(request: FastifyRequest): Promise<WebSession>;
  /** A link that signs the person in, once, within `lifeMs` (two days). */
  signInLink(personId: string, lifeMs?: number): Promise<string>;
  /** Makes a room with those people, or adds them to it. */
  openRoom(room: WebRoom, memberIds: string[]): Promise<void>;
};

/** The built-in messenger. Sockets open once `start` was called; until then a page is told to come back. */
export function createWebChannel(options: WebChannelOptions): WebChannel {
  const { backend, now, newId, demo, publicUrl, log, botName = "koloop" } = options;
  const switchboard = new Switchboard(options.relay);
  const sessions = createSessions({ backend, now, demo, publicUrl });
  let receive: ((event: Incoming) => Promise<void>) | undefined;
  const handOver = async (event: Incoming) => {
    if (!receive) throw new Error("the web channel is not started");
    await receive(event);
  };
  const messenger = createMessenger({ backend, now, newId, botName, switchboard, handOver });

  return {
    name: channelName,
    requireSession: (request) => sessions.require(request),
    requireRight: (request) => sessions.requireRight(request),
    signInLink: (personId, lifeMs) => sessions.signInLink(personId, lifeMs),
    openRoom: messenger.openRoom,

    register: (http) =>
      registerWebRoutes(http, {
        backend,
        messenger,
        sessions,
        switchboard,
        botName,
        now,
        newId,
        log,
        demo,
        publicUrl,
        lang: options.lang,
        pageFolder: options.pageFolder ?? join(packageFolder(), "dist", "page"),
        isReady: () => receive !== undefined,
        cast: options.cast ?? (async () => []),
        linkAwaits: options.linkAwaits,
      }),

    async start(receiver) {
      receive = receiver;
      options.relay?.start((personIds, frame) => switchboard.pushHere(personIds, frame));
      const left = await messenger.handOverTheRest();
      if (left > 0) log.info({ channel: channelName, posts: left }, "handed over what a stop had left behind");
    },

    async deliver({ id, address, body }) {
      const { room } = address;
      if (room.startsWith("bot:")) await messenger.openBotRoom(room.slice("bot:".length));
      const postId = await messenger.show(room, body, id);
      if (postId === undefined) throw new DeliveryError("gone", "no such room");
      return { vendorRef: postId };
    },

    async stop() {
      receive = undefined;
      await options.relay?.stop();
      switchboard.closeAll();
    },
  };
}

/** The sources and their copy in dist/ lie at different depths: the page is found from the package's root. */
function packageFolder(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}
