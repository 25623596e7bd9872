import type { FastifyInstance } from "fastify";
import { pageOf, pagePolicy } from "./report-page.ts";

/** A browser that was led to a page which is not there, or not theirs, shows words and a way back; whoever asks for JSON gets JSON. */
export function refuseInWords(http: FastifyInstance): void {
  http.setNotFoundHandler((_request, reply) => reply.code(404).send({ message: "没有这个页面 · No such page" }));
  http.addHook("onSend", async (request, reply, body) => {
    if (reply.statusCode < 400 || request.method !== "GET" || typeof body !== "string") return body;
    if (!request.headers.accept?.includes("text/html") || !String(reply.getHeader("content-type")).includes("json"))
      return body;
    const { message } = JSON.parse(body) as { message?: string };
    const page = pageOfWords(message ?? "出了点问题 · Something went wrong");
    reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", pagePolicy)
      .header("content-length", Buffer.byteLength(page));
    return page;
  });
}

const pageOfWords = (words: string): string =>
  pageOf({
    title: words,
    note: "koloop",
    lang: "zh",
    back: { href: "/", words: "回到 koloop · Back to koloop" },
    sections: [],
  });
