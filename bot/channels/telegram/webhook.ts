import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { Update } from "grammy/types";

export const webhookPath = "/telegram/webhook";

/** The header by which Telegram shows that a call of the webhook is its own: follows from the token, so that nothing has to be kept. */
export const webhookSecret = (token: string): string =>
  createHash("sha256").update(`koloop-webhook:${token}`).digest("base64url");

/** Telegram's calls, known by the secret header. It is told that an update arrived once that is committed, and repeats it otherwise. */
export function registerWebhook(http: FastifyInstance, token: string, take: (update: Update) => Promise<void>): void {
  const secret = Buffer.from(webhookSecret(token));
  http.post(webhookPath, async (request, reply) => {
    const given = Buffer.from(String(request.headers["x-telegram-bot-api-secret-token"] ?? ""));
    if (given.length !== secret.length || !timingSafeEqual(given, secret)) return reply.code(401).send({ ok: false });
    if (typeof request.body !== "object" || request.body === null) return reply.code(400).send({ ok: false });
    await take(request.body as Update);
    return { ok: true };
  });
}
