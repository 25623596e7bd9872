import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyHelmet from "@fastify/helmet";
import fastifyStatic from "@fastify/static";
import fastifyWebsocket from "@fastify/websocket";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Lang } from "#cards/card.ts";
import { addAuditLine } from "#db/audit-chain.ts";
import type { Backend } from "#db/backend.ts";
import type { Sql } from "#db/sql.ts";
import { findLed } from "#db/teams.ts";
import { directRoomId } from "#db/web.ts";
import { findWebOwner, findWebPerson, findWebPicture, searchWebPeople, type WebSession } from "#db/web-sessions.ts";
import { type Deed, mayAtAll, reachOf } from "#domain/rights.ts";
import type { Messenger } from "./messenger.ts";
import { isDemoRequest } from "./origin.ts";
import { maxFrameBytes } from "./receive.ts";
import type { LeftOff } from "./rooms.ts";
import { RequestRefused, type Sessions } from "./session.ts";
import { type SocketDeps, serveSocket } from "./socket.ts";
import type { CastMember } from "./wire.ts";

export type HttpDeps = SocketDeps & {
  backend: Backend;
  sessions: Sessions;
  messenger: Messenger;
  newId: () => string;
  demo: boolean;
  publicUrl: string;
  lang: Lang;
  /** Where the built page is. */
  pageFolder: string;
  isReady: () => boolean;
  cast: () => Promise<CastMember[]>;
  /** What a sign-in link that one person makes for another still waits for, in words; undefined where it may be made now. */
  linkAwaits: (by: string, forWhom: string) => Promise<string | undefined>;
};

const self = ["'self'"];
/** Nothing but our own files runs or shows; `ws:` to ourselves is `self` as well. */
const contentPolicy = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: self,
    styleSrc: self,
    imgSrc: self,
    connectSrc: self,
    frameSrc: self,
    frameAncestors: self,
    manifestSrc: self,
    baseUri: ["'none'"],
    formAction: self,
  },
};

/** Adds the messenger's routes. What the program has registered itself (helmet, websocket) is left as it is. */
export async function registerWebRoutes(http: FastifyInstance, deps: HttpDeps): Promise<void> {
  if (!http.hasReplyDecorator("helmet")) {
    await http.register(fastifyHelmet, {
      contentSecurityPolicy: contentPolicy,
      frameguard: { action: "sameorigin" },
      referrerPolicy: { policy: "no-referrer" },
      hsts: deps.publicUrl.startsWith("https:"),
    });
  }
  if (!http.hasDecorator("websocketServer")) {
    // The kind words for a frame that is too long need the frame: the hard limit is twice the one we speak of.
    await http.register(fastifyWebsocket, { options: { maxPayload: 2 * maxFrameBytes } });
  }
  await pageRoutes(http, deps);
  socketRoute(http, deps);
  sessionRoutes(http, deps);
  peopleRoutes(http, deps);
  pictureRoute(http, deps);
  if (deps.demo) demoRoutes(http, deps);
}

async function pageRoutes(http: FastifyInstance, { pageFolder }: HttpDeps): Promise<void> {
  const built = existsSync(join(pageFolder, "index.html"));
  if (built) {
    await http.register(fastifyStatic, {
      root: join(pageFolder, "assets"),
      prefix: "/assets/",
      immutable: true,
      maxAge: "365d",
      decorateReply: !http.hasReplyDecorator("sendFile"),
    });
  }
  for (const path of ["/", "/chat", "/sign-in"]) {
    http.get(path, (_request, reply) => {
      if (!built) return reply.code(503).type("text/plain; charset=utf-8").send(notBuilt);
      // It names the files of this build: one kept for a year, as those are, would ask for files that the next build has not.
      return reply.header("cache-control", "no-cache").sendFile("index.html", pageFolder, { cacheControl: false });
    });
  }
}

const notBuilt =
  "网页还没有构建:请运行 npm run prepare 后重新启动。\nThe page is not built: run `npm run prepare`, then start again.\n";

function socketRoute(http: FastifyInstance, deps: HttpDeps): void {
  const sessions = new WeakMap<FastifyRequest, WebSession>();
  // Before the upgrade: who has no session gets a plain 401, and never a socket.
  const preValidation = async (request: FastifyRequest) => {
    const session = await deps.sessions.require(request);
    if (!deps.isReady()) throw Object.assign(new Error("starting"), { statusCode: 503 });
    await deps.sessions.touch(session);
    sessions.set(request, session);
  };
  http.get("/ws", { websocket: true, preValidation }, (socket, request) => {
    serveSocket(socket, sessions.get(request)!, leftOffOf(request.query), deps);
  });
}

const leftOffSchema = z.object({
  after: z.coerce.number().int().nonnegative().max(2_147_483_647),
  edited: z.coerce.number().int().nonnegative(),
});

function leftOffOf(query: unknown): LeftOff | undefined {
  const parsed = leftOffSchema.safeParse(query).data;
  return parsed && { seq: parsed.after, editedSince: parsed.edited };
}

function sessionRoutes(http: FastifyInstance, deps: HttpDeps): void {
  const { sessions, messenger } = deps;

  http.get("/api/me", async (request) => {
    const session = await sessions.find(request);
    const demo = deps.demo && isDemoRequest(request, deps.publicUrl);
    const common = { demo, botName: deps.botName, lang: session?.lang ?? deps.lang };
    if (!session) return { me: null, ...common };
    const { personId: id, name, roles, lang } = session;
    return { me: { id, name, roles, lang }, ...common };
  });

  http.post("/api/sign-in", async (request, reply) => {
    const { secret } = readBody(request, z.object({ secret: z.string().min(1).max(100) }));
    const personId = await sessions.signIn(secret, reply);
    await messenger.openBotRoom(personId);
    return { personId };
  });

  http.post("/api/sign-out", async (request, reply) => {
    const session = await sessions.require(request);
    await sessions.signOut(request, reply);
    deps.switchboard.closeSession(session.personId, session.id);
    return {};
  });

  http.post("/api/sign-in-links", async (request) => {
    const { personId } = await sessions.requireRight(request);
    const { person } = readBody(request, z.object({ person: z.string().min(1).max(100) }));
    const awaits = await deps.linkAwaits(personId, person);
    if (awaits !== undefined) throw new RequestRefused(409, awaits);
    const url = await sessions.signInLink(person);
    const line = { at: deps.now(), actor: personId, action: "sign-in-link.made", subject: person, detail: {} };
    await deps.backend.transaction(({ sql }) => addAuditLine(sql, line));
    return { url };
  });
}

const newRoom = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("direct"), with: z.string().min(1).max(100) }),
  z.object({
    kind: z.literal("group"),
    title: z.string().trim().min(1).max(60),
    members: z.array(z.string().min(1).max(100)).min(1).max(200),
  }),
]);

function peopleRoutes(http: FastifyInstance, deps: HttpDeps): void {
  const { sessions, backend, messenger } = deps;

  http.get("/api/people", async (request) => {
    const session = await sessions.requireRight(request);
    const { words } = z.object({ words: z.string().max(60).default("") }).parse(request.query);
    const people = await backend.read(async ({ sql }) =>
      searchWebPeople(sql, words, 50, await ownersWithin(sql, session, "profile.read")),
    );
    return { people: people.filter(({ personId }) => personId !== session.personId).map(personView) };
  });

  http.post("/api/rooms", async (request) => {
    const session = await sessions.requireRight(request);
    const wish = readBody(request, newRoom);
    const members = [...new Set([session.personId, ...(wish.kind === "direct" ? [wish.with] : wish.members)])];
    const { known, allowed } = await backend.read(async ({ sql }) => ({
      known: await Promise.all(members.map((id) => findWebPerson(sql, id))),
      allowed: await mayOpen(sql, session, wish.kind, members),
    }));
    if (!allowed) throw new RequestRefused(403, "你的角色不能做这件事 · Not for your role");
    if (members.length < 2 || known.includes(undefined)) throw new RequestRefused(404, "没有这个人 · No such person");
    const room =
      wish.kind === "direct"
        ? { id: directRoomId(session.personId, wish.with), kind: wish.kind }
        : { id: `group:${deps.newId()}`, kind: wish.kind, title: wish.title };
    await messenger.openRoom(room, members);
    return { room: room.id };
  });
}

/**
 * Whom somebody may bring into a room: staff each other, and the people whom their right reaches. A customer or KOC may begin a chat with
 * the employee who looks after them, and with nobody else.
 */
async function mayOpen(sql: Sql, session: WebSession, kind: string, members: readonly string[]): Promise<boolean> {
  const { personId } = session;
  const others = members.filter((id) => id !== personId);
  if (!mayAtAll(session, "desk.use")) {
    return kind === "direct" && (await findWebOwner(sql, personId)) === others[0];
  }
  const owners = await ownersWithin(sql, session, "people.reach");
  if (!owners) return true;
  for (const id of others) {
    const person = await findWebPerson(sql, id);
    if (!person || mayAtAll(person, "desk.use")) continue;
    const owner = await findWebOwner(sql, id);
    if (owner === undefined || !owners.includes(owner)) return false;
  }
  return true;
}

/** The employees whose people somebody may see; undefined: everybody's. */
async function ownersWithin(sql: Sql, { personId, roles }: WebSession, deed: Deed): Promise<string[] | undefined> {
  const reach = reachOf({ roles }, deed);
  if (reach === "all") return undefined;
  return reach === "team" ? [personId, ...(await findLed(sql, personId))] : [personId];
}

function personView({ personId: id, name, roles }: { personId: string; name: string; roles: string[] }) {
  return { id, name, roles };
}

function pictureRoute(http: FastifyInstance, { sessions, backend }: HttpDeps): void {
  http.get("/pictures/:id", async (request, reply) => {
    const { personId } = await sessions.require(request);
    const { id } = request.params as { id: string };
    const picture = await backend.read(({ sql }) => findWebPicture(sql, id, personId));
    if (!picture?.mime.startsWith("image/")) throw new RequestRefused(404, "没有这张图片 · No such picture");
    return reply
      .type(picture.mime)
      .header("cache-control", "private, max-age=86400, immutable")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
      .send(Buffer.from(picture.bytes));
  });
}

/** The cast of the demonstration signs in by a press, on this machine only. */
function demoRoutes(http: FastifyInstance, deps: HttpDeps): void {
  const onlyHere = async (request: FastifyRequest) => {
    if (!isDemoRequest(request, deps.publicUrl))
      throw new RequestRefused(403, "演示只在本机可用 · On this machine only");
  };

  http.get("/demo/cast", { preValidation: onlyHere }, async () => ({ cast: await deps.cast() }));

  http.post("/demo/sign-in", { preValidation: onlyHere }, async (request) => {
    if (!deps.sessions.mayChange(request)) throw new RequestRefused(403, "请从 koloop 的页面操作 · Not from this page");
    const { person } = readBody(request, z.object({ person: z.string().min(1).max(100) }));
    const member = (await deps.cast()).find(({ personId }) => personId === person);
    if (!member || !(await deps.messenger.openBotRoom(person)))
      throw new RequestRefused(404, "没有这个人 · No such person");
    return { ticket: await deps.sessions.demoTicket(person) };
  });
}

function readBody<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(request.body);
  if (!parsed.success) throw new RequestRefused(400, "请求的内容不对 · Malformed request");
  return parsed.data;
}
