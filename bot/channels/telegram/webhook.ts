import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Update } from "grammy/types";
import { comeAgain, createDoor, unlessFull } from "../door.ts";

export const webhookPath = "/telegram/webhook";

/** The header by which Telegram shows that a call of the webhook is its own: follows from the token, so that nothing has to be kept. */
export const webhookSecret = (token: string): string =>
  createHash("sha256").update(`koloop-webhook:${token}`).digest("base64url");

/** Telegram's calls, known by the secret header. It is told that an update arrived once that is committed, and repeats it otherwise. */
export function registerWebhook(http: FastifyInstance, token: string, take: (update: Update) => Promise<void>): void {
  const secret = Buffer.from(webhookSecret(token));
  const door = createDoor();
  // Who does not know the secret is refused before the body is read.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
    const given = Buffer.from(String(request.headers["x-telegram-bot-api-secret-token"] ?? ""));
    if (given.length !== secret.length || !timingSafeEqual(given, secret))
      return reply.code(401).header("connection", "close").send({ ok: false });
    return door.admit(request, reply);
  };
  http.post(webhookPath, { onRequest }, async (request, reply) => {
    if (typeof request.body !== "object" || request.body === null) return reply.code(400).send({ ok: false });
    const taken = await take(request.body as Update).then(() => ({ ok: true }), unlessFull);
    return taken ?? comeAgain(reply).send({ ok: false });
  });
}
