import type { FastifyInstance, FastifyReply } from "fastify";
import { createEnvelope } from "../crypto.ts";
import { type Callback, encryptedPart, readCallback } from "./receive.ts";

type Settings = { token: string; aesKey: string; corpId: string };
type Query = Record<string, string | string[] | undefined>;

/** WeCom drops the connection after 5 s and repeats; a late answer would only claim what it does not know. */
const answerWithinMs = 4500;

/**
 * `/wecom/callback`: the address check (GET) and the callbacks (POST) of app, contacts and kf. `take` resolves when what was told is
 * committed; only then is it acknowledged.
 */
export async function registerCallback(
  http: FastifyInstance,
  settings: Settings,
  take: (callback: Callback) => Promise<void>,
): Promise<void> {
  const envelope = createEnvelope(settings);
  const opened = (query: Query, encrypted: string | undefined): string | undefined => {
    const signature = signatureIn(query);
    if (!encrypted || !signature) return undefined;
    return envelope.open({ signature, timestamp: one(query, "timestamp"), nonce: one(query, "nonce") }, encrypted);
  };

  await http.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));

    // What carries no signature of the right shape is refused before its body is read: a flood of large ones costs no memory.
    scope.addHook<{ Querystring: Query }>("onRequest", async ({ query }, reply) => {
      if (!/^[0-9a-f]{40}$/i.test(signatureIn(query))) return refused(reply);
    });

    // No browser reads these answers: the headers that guard pages would only be work.
    scope.get<{ Querystring: Query }>("/wecom/callback", { helmet: false }, async ({ query }, reply) => {
      const echo = typeof query.echostr === "string" ? query.echostr.replaceAll(" ", "+") : undefined;
      const plain = opened(query, echo);
      return plain === undefined ? refused(reply) : reply.type("text/plain; charset=utf-8").send(plain);
    });

    scope.post<{ Querystring: Query }>("/wecom/callback", { helmet: false }, async ({ query, body }, reply) => {
      const plain = opened(query, typeof body === "string" ? encryptedPart(body) : undefined);
      const callback = plain === undefined ? undefined : readCallback(plain);
      if (!callback) return refused(reply);
      const inTime = await within(take(callback), answerWithinMs);
      return inTime ? reply.type("text/plain").send("success") : reply.code(503).send();
    });
  });
}

const one = (query: Query, name: string): string => (typeof query[name] === "string" ? query[name] : "");
const signatureIn = (query: Query): string =>
  one(query, "msg_signature") || one(query, "msgsignature") || one(query, "signature");

const refused = (reply: FastifyReply) => reply.code(403).send({ error: "not a callback for this corp" });

async function within(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true as const), late]);
  } finally {
    clearTimeout(timer);
  }
}
