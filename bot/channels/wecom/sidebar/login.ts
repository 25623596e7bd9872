import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Store } from "#db/store.ts";
import { addWebSession, findWebSession } from "#db/web-sessions.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { type WecomApi, WecomError } from "../api.ts";

const sessionMs = 12 * 3_600_000;
const stateMs = 5 * 60_000;
const sessionCookie = "koloop_wecom";
const stateCookie = "koloop_wecom_state";
const authorizeUrl = "https://open.weixin.qq.com/connect/oauth2/authorize";

const hashed = (secret: string): string => createHash("sha256").update(secret).digest("hex");

type Deps = {
  store: Store;
  api: WecomApi;
  secret: string;
  corpId: string;
  agentId: number;
  now: () => number;
  /** koloop as the employee's WeCom reaches it. */
  ownUrl: () => string;
  employee: (userid: string) => Promise<Person | undefined>;
};

/** The employee behind a page in WeCom: silent OAuth (`snsapi_base`), then a session cookie of koloop's own. */
export function createSidebarLogin(deps: Deps) {
  const { store, api, secret, corpId, agentId, now, ownUrl, employee } = deps;
  // Lax: WeCom's redirect comes from another site, and what changes anything is checked for its origin besides.
  const cookie = (name: string, value: string, lifeMs: number) =>
    `${name}=${value}; Max-Age=${Math.floor(lifeMs / 1000)}; Path=/wecom/sidebar; HttpOnly; SameSite=Lax${ownUrl().startsWith("https:") ? "; Secure" : ""}`;

  return {
    async person(request: FastifyRequest): Promise<Person | undefined> {
      const value = cookieOf(request, sessionCookie);
      if (value === undefined || value.length > 100) return undefined;
      const person = await store.read(async (tx) => {
        const session = await findWebSession(tx.connection.sql, hashed(value), now());
        return session && tx.people.find(session.personId);
      });
      return person && mayAtAll(person, "desk.use") ? person : undefined;
    },

    /** Sends the browser to WeCom, which sends it back with a code. The state is bound to this browser. */
    begin(reply: FastifyReply): FastifyReply {
      const state = randomBytes(16).toString("hex");
      const query = new URLSearchParams({
        appid: corpId,
        redirect_uri: `${ownUrl()}/wecom/sidebar/login`,
        response_type: "code",
        scope: "snsapi_base",
        state,
        agentid: String(agentId),
      });
      return reply
        .header("set-cookie", cookie(stateCookie, state, stateMs))
        .redirect(`${authorizeUrl}?${query}#wechat_redirect`);
    },

    /** Takes the code that WeCom sent back: once, for the browser that asked, and for an employee whom koloop knows. */
    async finish(request: FastifyRequest, reply: FastifyReply): Promise<"done" | "failed" | "stranger"> {
      const { code, state } = request.query as Record<string, unknown>;
      const expected = cookieOf(request, stateCookie);
      if (typeof code !== "string" || typeof state !== "string" || !expected || !same(state, expected)) return "failed";
      const userid = await useridOf(code);
      if (userid === undefined) return "failed";
      const person = await employee(userid);
      if (!person) return "stranger";
      const value = randomBytes(32).toString("base64url");
      const session = { id: hashed(value), personId: person.id, at: now(), expiresAt: now() + sessionMs };
      await store.transaction((tx) => addWebSession(tx.connection.sql, session));
      reply.header("set-cookie", [cookie(sessionCookie, value, sessionMs), cookie(stateCookie, "", 0)]);
      return "done";
    },
  };

  /** A member's userid; undefined for a code that was used or has ended, and for whoever is no member. */
  async function useridOf(code: string): Promise<string | undefined> {
    try {
      const answer = await api.call(secret, "auth/getuserinfo", { query: { code } });
      const userid = answer.userid ?? answer.UserId;
      return typeof userid === "string" && userid !== "" ? userid : undefined;
    } catch (fault) {
      if (fault instanceof WecomError) return undefined;
      throw fault;
    }
  }
}

const same = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  for (const part of request.headers.cookie?.split(";") ?? []) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return undefined;
}
