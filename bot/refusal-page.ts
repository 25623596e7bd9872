import type { FastifyInstance } from "fastify";
import { escaped } from "./escaped.ts";

/** A browser that was led to a page which is not there, or not theirs, shows words and a way back; whoever asks for JSON gets JSON. */
export function refuseInWords(http: FastifyInstance): void {
  http.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "没有这个页面 · No such page" }));
  http.addHook("onSend", async (request, reply, body) => {
    if (reply.statusCode < 400 || request.method !== "GET" || typeof body !== "string") return body;
    if (!request.headers.accept?.includes("text/html") || !String(reply.getHeader("content-type")).includes("json"))
      return body;
    const { message } = JSON.parse(body) as { message?: string };
    const page = pageOfWords(message ?? "出了点问题 · Something went wrong");
    reply.type("text/html; charset=utf-8").header("content-length", Buffer.byteLength(page));
    return page;
  });
}

const pageOfWords = (words: string): string =>
  `<!doctype html><html lang="zh"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>koloop</title><h1>${escaped(words)}</h1><p><a href="/">回到 koloop · Back to koloop</a></p></html>`;
