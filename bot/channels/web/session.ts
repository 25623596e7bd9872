import { createHash, randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Backend } from "#db/backend.ts";
import {
  addWebLink,
  addWebSession,
  dropWebSession,
  findWebPerson,
  findWebSession,
  markWebSessionSeen,
  takeWebLink,
  type WebSession,
} from "#db/web-sessions.ts";
import { mayAtAll } from "#domain/rights.ts";
import { deedOfPage } from "../../page-rights.ts";
import { isDemoRequest, isOwnOrigin } from "./origin.ts";

const dayMs = 24 * 60 * 60 * 1000;
const sessionMs = 30 * dayMs;
const demoSessionMs = dayMs / 2;
const linkMs = 2 * dayMs;

type Options = { backend: Backend; now: () => number; demo: boolean; publicUrl: string };

/** A request that may not be done, with words for a person; fastify answers it with the status. */
export class RequestRefused extends Error {
  readonly statusCode: 400 | 401 | 403 | 404 | 409;
  constructor(statusCode: 400 | 401 | 403 | 404 | 409, message: string) {
    super(message);
    this.name = "RequestRefused";
    this.statusCode = statusCode;
  }
}

export type Sessions = ReturnType<typeof createSessions>;

/**
 * Who is on the other side of a request. A secret has 256 random bits and only its SHA-256 is kept, so neither a stolen database
 * nor the time that a look-up takes tells anything about it.
 */
export function createSessions({ backend, now, demo, publicUrl }: Options) {
  const address = new URL(publicUrl);
  // Cookies do not know ports: two koloops on one machine would sign each other out under one name.
  const cookieName = `koloop_${address.port || address.protocol.replace(":", "")}`;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${address.protocol === "https:" ? "; Secure" : ""}`;

  const setCookie = (reply: FastifyReply, secret: string, lifeMs: number) =>
    reply.header("set-cookie", `${cookieName}=${secret}; Max-Age=${Math.floor(lifeMs / 1000)}; ${attributes}`);

  /** A demonstration's panes share a browser, so each brings its own ticket; it counts on this machine only. */
  const secretOf = (request: FastifyRequest): string | undefined => {
    const ticket = request.headers["x-koloop-ticket"] ?? (request.query as { ticket?: unknown } | undefined)?.ticket;
    if (ticket === undefined) return readCookie(request.headers.cookie, cookieName);
    if (typeof ticket !== "string" || !ticket.startsWith("demo-")) return undefined;
    return demo && isDemoRequest(request, publicUrl) ? ticket : undefined;
  };

  async function find(request: FastifyRequest): Promise<WebSession | undefined> {
    const secret = secretOf(request);
    if (!secret || secret.length > 100) return undefined;
    return backend.read(({ sql }) => findWebSession(sql, hashed(secret), now()));
  }

  async function open(personId: string, prefix: string, lifeMs: number): Promise<string> {
    const secret = newSecret(prefix);
    const session = { id: hashed(secret), personId, at: now(), expiresAt: now() + lifeMs };
    await backend.transaction(({ sql }) => addWebSession(sql, session));
    return secret;
  }

  /** Whether a page of ours (or no page) asks for this. */
  const mayChange = (request: FastifyRequest): boolean => isOwnOrigin(request, publicUrl);

  return {
    find,
    mayChange,

    /** The session of the request. Refuses with 401 without one, and with 403 a change that another site's page asks for. */
    async require(request: FastifyRequest): Promise<WebSession> {
      if (!mayChange(request)) throw new RequestRefused(403, "请从 koloop 的页面操作 · Not from this page");
      const session = await find(request);
      if (!session) throw new RequestRefused(401, "请先登录 · Please sign in");
      return session;
    },

    /** Like `require`, for people who have the right that `bot/page-rights.ts` asks for this route: 403 for others. */
    async requireRight(request: FastifyRequest): Promise<WebSession> {
      const session = await this.require(request);
      if (!mayAtAll(session, deedOfPage(request))) {
        throw new RequestRefused(403, "你的角色不能做这件事 · Not for your role");
      }
      return session;
    },

    /** Notes that the session is in use and lets it live on; written at most once a day for each. */
    async touch(session: WebSession): Promise<void> {
      if (now() - session.lastSeenAt < dayMs || session.expiresAt - session.lastSeenAt < dayMs) return;
      await backend.transaction(({ sql }) => markWebSessionSeen(sql, session.id, now(), now() + sessionMs));
    },

    /** A link that signs the person in, once. Its secret stands after the `#`, where no server log and no link preview sees it. */
    async signInLink(personId: string, lifeMs: number = linkMs): Promise<string> {
      const secret = newSecret("link-");
      await backend.transaction(async ({ sql }) => {
        if (!(await findWebPerson(sql, personId)))
          throw new RequestRefused(404, `没有这个人 · No such person: ${personId}`);
        const link = { id: hashed(secret), personId, purpose: "sign-in", at: now(), expiresAt: now() + lifeMs };
        await addWebLink(sql, link);
      });
      return `${publicUrl.replace(/\/$/, "")}/sign-in#${secret}`;
    },

    /** Uses a link up: sets the cookie and tells who it is. Refuses a link that was used, has ended or never was. */
    async signIn(linkSecret: string, reply: FastifyReply): Promise<string> {
      const person = await backend.transaction(({ sql }) => takeWebLink(sql, hashed(linkSecret), "sign-in", now()));
      if (!person)
        throw new RequestRefused(
          401,
          "这个登录链接已经用过或过期了,请再要一个 · This link was used or has expired: ask for another",
        );
      setCookie(reply, await open(person.personId, "", sessionMs), sessionMs);
      return person.personId;
    },

    /** A ticket for one pane of the demonstration. The caller has checked that this is one. */
    demoTicket: (personId: string): Promise<string> => open(personId, "demo-", demoSessionMs),

    async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
      const secret = secretOf(request);
      if (secret) await backend.transaction(({ sql }) => dropWebSession(sql, hashed(secret)));
      reply.header("set-cookie", `${cookieName}=; Max-Age=0; ${attributes}`);
    },
  };
}

function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(32).toString("base64url")}`;
}

function hashed(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
