import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import {
  type DeadLettersView,
  type DeadLine,
  deadLettersWords,
  deliveryLines,
  eventLines,
} from "#cards/dead-letters.ts";
import { backToKoloop } from "#cards/names.ts";
import type { Store } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Context } from "#handlers/context.ts";
import { type DeadLetterChange, deadLettersView, settleDeadLetter } from "#handlers/dead-letters.ts";
import type { Incoming } from "#handlers/incoming.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import { escaped } from "./escaped.ts";
import { formsPolicy, pageOf } from "./report-page.ts";

type Deps = {
  store: Store;
  ctx: Context;
  web: Pick<WebChannel, "requireRight">;
  accept: (event: Incoming) => Promise<void>;
  afterCommit: () => void;
};

const asked = z.object({ lang: z.enum(["zh", "en"]).optional() });
const changeSchema = z.object({
  of: z.enum(["delivery", "event"]),
  what: z.enum(["again", "drop"]),
  id: z.string().min(1).max(60),
});
type Said = "again" | "drop" | "gone";

/** Without a referrer a form's origin would be kept back as well, and with it what tells our page from another site's. */
const headers = {
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": formsPolicy,
};

/** `/dead-letters`: deliveries that were given up and events that were set aside, each tried again or dropped with one tap. */
export async function registerDeadLettersPage(http: FastifyInstance, deps: Deps): Promise<void> {
  const { store, ctx, web, accept, afterCommit } = deps;
  const readerOf = async (request: FastifyRequest): Promise<Person | undefined> => {
    const session = await web.requireRight(request);
    const person = await store.read((tx) => tx.people.find(session.personId));
    return person && { ...person, lang: asked.parse(request.query).lang ?? person.lang };
  };
  const gone = { message: "没有找到 · Not found" };
  const page = async (reader: Person, said?: Said) =>
    pageFor(await store.read((tx) => deadLettersView(tx, ctx, reader)), said);
  await http.register(async (pages) => {
    pages.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    pages.get("/dead-letters", async (request, reply) => {
      const reader = await readerOf(request);
      return reader ? reply.headers(headers).send(await page(reader)) : reply.code(404).send(gone);
    });
    pages.post("/dead-letters", async (request, reply) => {
      const reader = await readerOf(request);
      const change = changeSchema.safeParse(request.body).data;
      if (!reader || !change) return reply.code(400).send({ message: "看不懂这个改动 · Not understood" });
      const settled = await store.transaction((tx) => settleDeadLetter(tx, ctx, reader, change));
      if (settled?.enter) await accept(settled.enter);
      afterCommit();
      return reply.headers(headers).send(await page(reader, settled ? change.what : "gone"));
    });
  });
}

function pageFor(view: DeadLettersView, said: Said | undefined): string {
  const words = deadLettersWords(view);
  const section = (of: DeadLetterChange["of"], title: string, how: string, lines: readonly DeadLine[], all: number) =>
    `<section><h2>${escaped(title)}</h2>${
      lines.length === 0
        ? `<p>${escaped(words.none)}</p>`
        : `<p class="note">${escaped(how)}</p><ul class="rows">${lines.map((line) => row(view, of, line)).join("")}</ul>${all > lines.length ? `<p class="note">${escaped(words.more)}</p>` : ""}`
    }</section>`;
  return pageOf({
    title: words.title,
    note: "",
    lang: view.lang,
    back: { href: "/", words: backToKoloop(view.lang) },
    sections: [],
    controls: `${said ? `<div class="said" role="status">${escaped(words.done[said])}</div>` : ""}
${section("delivery", words.deliveries, words.deliveriesHow, deliveryLines(view), view.counts.deliveries)}
${section("event", words.events, words.eventsHow, eventLines(view), view.counts.events)}`,
  });
}

function row(view: DeadLettersView, of: DeadLetterChange["of"], { id, what, when, why }: DeadLine): string {
  const words = deadLettersWords(view);
  const form = (choice: DeadLetterChange["what"], label: string) =>
    `<form method="post" action="/dead-letters?lang=${view.lang}"><input type="hidden" name="of" value="${of}"><input type="hidden" name="id" value="${escaped(id)}"><input type="hidden" name="what" value="${choice}"><button${choice === "drop" ? ' class="quiet"' : ""}>${escaped(label)}</button></form>`;
  return `<li><div><b>${escaped(what)}</b><div class="note">${escaped(when)}</div><code>${escaped(why)}</code></div><div class="acts">${form("again", words.again[of])}${form("drop", words.drop)}</div></li>`;
}
