import { createHash, randomBytes } from "node:crypto";
import { type WecomApi, WecomError } from "../api.ts";

/** `corp`: for `ww.config`; `agent`: for `ww.agentConfig`. A ticket of one is refused for the other (40093, 42012). */
export type TicketKind = "corp" | "agent";
export type PageSignature = { timestamp: string; nonceStr: string; signature: string };

const marginMs = 300_000;
const calls = {
  corp: { path: "get_jsapi_ticket", query: {} },
  agent: { path: "ticket/get", query: { type: "agent_config" } },
} as const;

/**
 * Signs page addresses for the JS-SDK. Tickets stay on the server, each is fetched once for all who wait: WeCom gives an app a
 * hundred an hour (shared/wecom.md 8.2).
 */
export function createPageSigner({ api, secret, now }: { api: WecomApi; secret: string; now: () => number }) {
  const tickets = new Map<TicketKind, Promise<{ value: string; until: number }>>();

  async function fetched(kind: TicketKind): Promise<{ value: string; until: number }> {
    const { path, query } = calls[kind];
    const { ticket, expires_in: seconds } = await api.call(secret, path, { query });
    if (typeof ticket !== "string") throw new WecomError("unreachable", 0, `${path}: without a ticket`);
    const lifeMs = (typeof seconds === "number" ? seconds : 7200) * 1000;
    return { value: ticket, until: now() + lifeMs - Math.min(marginMs, lifeMs / 10) };
  }

  async function ticket(kind: TicketKind): Promise<string> {
    const known = tickets.get(kind);
    if (known) {
      const held = await known;
      if (held.until > now()) return held.value;
      if (tickets.get(kind) === known) tickets.delete(kind);
    }
    const asked = tickets.get(kind) ?? fetched(kind);
    tickets.set(kind, asked);
    asked.catch(() => tickets.get(kind) === asked && tickets.delete(kind));
    return (await asked).value;
  }

  return {
    /** The signature of a page's address, which the caller has found to be its own. Throws `WecomError`. */
    async sign(kind: TicketKind, url: string): Promise<PageSignature> {
      const nonceStr = randomBytes(12).toString("base64url");
      const timestamp = String(Math.floor(now() / 1000));
      return { timestamp, nonceStr, signature: signatureOf({ ticket: await ticket(kind), nonceStr, timestamp, url }) };
    },
  };
}

/** The fields in this order, lower-cased; the address without its fragment, and as it stands. (shared/wecom.md 8.2) */
export const signatureOf = (f: { ticket: string; nonceStr: string; timestamp: string; url: string }): string =>
  createHash("sha1")
    .update(`jsapi_ticket=${f.ticket}&noncestr=${f.nonceStr}&timestamp=${f.timestamp}&url=${f.url.split("#")[0]}`)
    .digest("hex");
