import type { FastifyInstance, FastifyReply } from "fastify";
import { comeAgain, createDoor, unlessFull } from "../../door.ts";
import { createEnvelope } from "../crypto.ts";
import { type Callback, encryptedPart, readCallback } from "./receive.ts";

type Settings = { token: string; aesKey: string; corpId: string };
type Query = Record<string, string | string[] | undefined>;

/** WeCom drops the connection after 5 s and repeats; a late answer would only claim what it does not know. */
const answerWithinMs = 4500;

/** Real callbacks are a few kilobytes. */
const smallBytes = 16 * 1024;
const bodyBytesAtMost = 1024 * 1024;
const heldBytesAtMost = 4 * 1024 * 1024;

/**
 * `/wecom/callback`: the address check (GET) and the callbacks (POST) of app, contacts and kf. `take` resolves when what was told is
 * committed; only then is it acknowledged, with the plain XML of a passive reply where there is one.
 */
export async function registerCallback(
  http: FastifyInstance,
  settings: Settings,
  now: () => number,
  take: (callback: Callback) => Promise<string | undefined>,
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

    // What carries no signature of the right shape is refused before its body is read, and of what else is large only so much is
    // read at a time: a flood costs no memory.
    const door = createDoor();
    let held = 0;
    scope.addHook<{ Querystring: Query }>("onRequest", async (request, reply) => {
      if (!/^[0-9a-f]{40}$/i.test(signatureIn(request.query))) return refused(reply);
      const size = request.method === "POST" ? Number(request.headers["content-length"] ?? bodyBytesAtMost) : 0;
      const turnedAway = door.admit(request, reply);
      if (turnedAway || size <= smallBytes) return turnedAway;
      if (held + size > heldBytesAtMost)
        return comeAgain(reply, 429).header("connection", "close").send({ error: "too much" });
      held += size;
      reply.raw.once("close", () => {
        held -= size;
      });
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
      const taken = await within(take(callback), answerWithinMs).catch(unlessFull);
      if (!taken) return comeAgain(reply).send();
      if (taken.reply === undefined) return reply.type("text/plain").send("success");
      return reply.type("text/xml; charset=utf-8").send(envelope.seal(taken.reply, Math.floor(now() / 1000)));
    });
  });
}

const one = (query: Query, name: string): string => (typeof query[name] === "string" ? query[name] : "");
const signatureIn = (query: Query): string =>
  one(query, "msg_signature") || one(query, "msgsignature") || one(query, "signature");

const refused = (reply: FastifyReply) => reply.code(403).send({ error: "not a callback for this corp" });

async function within<T>(work: Promise<T>, ms: number): Promise<{ reply: T } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work.then((reply) => ({ reply })), late]);
  } finally {
    clearTimeout(timer);
  }
}
