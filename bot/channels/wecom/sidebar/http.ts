import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { decodeAction } from "#cards/action.ts";
import { sidebarWords } from "#cards/sidebar.ts";
import type { Store } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { markPushed } from "#handlers/mark-pushed.ts";
import { mayOver } from "#handlers/reach.ts";
import { offerable, readSidebar } from "#handlers/read-sidebar.ts";
import { isOwnOrigin } from "../../web/origin.ts";
import { type WecomApi, WecomError } from "../api.ts";
import { cutBytes } from "../card-limits.ts";
import type { Contacts } from "../contacts.ts";
import { createSidebarLogin } from "./login.ts";
import { customerHtml, plainPage, shellPage, style } from "./page.ts";
import { script } from "./script.ts";
import { createPageSigner } from "./signature.ts";

const require = createRequire(import.meta.url);
const titleBytes = 128;
const externalId = z.string().regex(/^[\w-]{1,64}$/);
const assignmentBody = z.object({ customer: externalId, assignment: z.string().min(1).max(60) });
const pressBody = z.object({
  customer: externalId,
  token: z.string().max(64),
  once: z.string().regex(/^[\w-]{8,40}$/),
});
const pressable = /^(suggestion|moment)\./;

type Deps = {
  store: Store;
  ctx: Context;
  api: WecomApi;
  app: { secret: string; agentId: number };
  corpId: string;
  channel: string;
  contacts: Contacts;
  receive: (event: Incoming) => Promise<void>;
  roomOf: (userid: string) => string;
  /** The employee behind a member's id. */
  employee: (userid: string) => Promise<Person | undefined>;
};

/** Who asks, whom about, and the customer's profile; the customer is one that this employee follows, or may see anyway. */
type Asked = { reader: Person; userid: string; person: Person };

/**
 * `/wecom/sidebar`: the page beside a customer's chat. The employee is known by WeCom's silent login; the customer, whom their client
 * names, is believed only where they follow that customer.
 */
export async function registerSidebar(http: FastifyInstance, deps: Deps): Promise<void> {
  const { store, ctx, api, app, corpId, channel } = deps;
  const login = createSidebarLogin({ ...deps, ...app, now: ctx.now, ownUrl: ctx.ownUrl });
  const signer = createPageSigner({ api, secret: app.secret, now: ctx.now });
  const sdk = readFileSync(require.resolve("@wecom/jssdk/dist/wecom.global.prod.js"));
  const html = (reply: FastifyReply) => reply.header("cache-control", "no-store").type("text/html; charset=utf-8");

  /** The signed-in employee, or undefined after the request has been refused. */
  async function readerOf(request: FastifyRequest, reply: FastifyReply): Promise<Person | undefined> {
    if (!isOwnOrigin(request, ctx.ownUrl())) return void reply.code(403).send();
    const reader = await login.person(request);
    if (!reader) reply.code(401).send();
    return reader;
  }

  async function askedOf(request: FastifyRequest, reply: FastifyReply, customer: string): Promise<Asked | undefined> {
    const reader = await readerOf(request, reply);
    if (!reader) return undefined;
    const words = sidebarWords(reader.lang);
    const { person, userid } = await store.read(async (tx) => {
      const known = await tx.people.identity(channel, customer);
      const found = known && (await tx.people.find(known.personId));
      const self = (await tx.people.identitiesOf(reader.id)).find((one) => one.channel === channel);
      const person = found?.mergedInto ? await tx.people.find(found.mergedInto) : found;
      return { person, userid: self?.externalId };
    });
    const follows = userid !== undefined && (await deps.contacts.find(customer)).followers.includes(userid);
    const isTheirs =
      follows ||
      (person !== undefined && (await store.read((tx) => mayOver(tx, reader, "profile.read", person.ownerId))));
    if (userid === undefined || !isTheirs)
      return void reply.code(403).type("text/plain; charset=utf-8").send(words.notYours);
    if (!person) return void html(reply).code(200).send(plainPart(words.unknown));
    return { reader, userid, person };
  }

  const shown = async (reply: FastifyReply, { reader, person }: Asked, notice?: string) => {
    const view = await store.read((tx) => readSidebar(tx, ctx, person, reader));
    return html(reply).send(customerHtml(view, reader.lang, notice));
  };

  http.get("/wecom/sidebar/sdk.js", (_request, reply) =>
    reply.header("cache-control", "max-age=86400").type("text/javascript; charset=utf-8").send(sdk),
  );
  http.get("/wecom/sidebar/page.js", (_request, reply) => reply.type("text/javascript; charset=utf-8").send(script));
  http.get("/wecom/sidebar/page.css", (_request, reply) => reply.type("text/css; charset=utf-8").send(style));

  // Without a referrer WeCom's redirect would still work, but a change would not name its origin.
  http.get("/wecom/sidebar", async (request, reply) => {
    const reader = await login.person(request);
    if (!reader) return login.begin(reply);
    return html(reply).send(shellPage(reader.lang, { corpId, agentId: app.agentId }));
  });

  http.get("/wecom/sidebar/login", async (request, reply) => {
    const outcome = await login.finish(request, reply);
    if (outcome === "done") return reply.redirect("/wecom/sidebar");
    const words = sidebarWords(ctx.lang);
    return html(reply)
      .code(403)
      .send(plainPage(ctx.lang, outcome === "stranger" ? words.stranger : words.loginFailed));
  });

  http.get("/wecom/sidebar/signature", async (request, reply) => {
    if (!(await readerOf(request, reply))) return reply;
    const query = z.object({ kind: z.enum(["corp", "agent"]), url: z.url().max(2000) }).safeParse(request.query);
    if (!query.success || !isSidebar(query.data.url, ctx.ownUrl())) return reply.code(403).send();
    try {
      return await signer.sign(query.data.kind, query.data.url);
    } catch (fault) {
      if (!(fault instanceof WecomError)) throw fault;
      ctx.log.warn({ code: fault.code }, "a ticket for the sidebar could not be had");
      return reply.code(502).send();
    }
  });

  http.get("/wecom/sidebar/customer", async (request, reply) => {
    const query = z.object({ id: externalId }).safeParse(request.query);
    if (!query.success) return reply.code(400).send();
    const asked = await askedOf(request, reply, query.data.id);
    return asked ? shown(reply, asked) : reply;
  });

  http.post("/wecom/sidebar/press", async (request, reply) => {
    const body = pressBody.safeParse(request.body);
    const action = body.success ? decodeAction(body.data.token) : undefined;
    if (!body.success || !action || !pressable.test(action.type)) return reply.code(400).send();
    const asked = await askedOf(request, reply, body.data.customer);
    if (!asked) return reply;
    const address = { channel, room: deps.roomOf(asked.userid) };
    const about = { from: asked.userid, address, roomKind: "bot" as const, at: ctx.now() };
    // By the same door as a press on the card: the handlers know who may answer what, and the first answer stands.
    await deps.receive({ eventId: `side:${body.data.once}`, type: "tap", action, ...about });
    return shown(reply, asked, sidebarWords(asked.reader.lang).done);
  });

  http.post("/wecom/sidebar/task-link", async (request, reply) => {
    const asked = await withTask(request, reply);
    if (!asked) return reply;
    const { task, assignment } = asked.offer;
    const link = await store.transaction((tx) => ctx.taskLink(tx, assignment.id, asked.person.id));
    const desc = sidebarWords(asked.person.lang).linkHint;
    return { news: { link, title: cutBytes(task.title, titleBytes), desc, imgUrl: "" } };
  });

  // WeCom's client has said that the message went out by the employee's hand: only that counts as pushed.
  http.post("/wecom/sidebar/sent", async (request, reply) => {
    const asked = await withTask(request, reply);
    if (!asked) return reply;
    await store.transaction((tx) => markPushed(tx, ctx, asked.offer.assignment.id, ctx.now()));
    return shown(reply, asked);
  });

  async function withTask(request: FastifyRequest, reply: FastifyReply) {
    const body = assignmentBody.safeParse(request.body);
    if (!body.success) return void reply.code(400).send();
    const asked = await askedOf(request, reply, body.data.customer);
    if (!asked) return undefined;
    const offers = await store.read((tx) => offerable(tx, ctx, asked.person));
    const offer = offers.find(({ assignment }) => assignment.id === body.data.assignment);
    return offer ? { ...asked, offer } : void reply.code(404).send();
  }
}

const plainPart = (text: string): string => `<p role="status">${text}</p>`;

/** Signed is this page's own address and nothing else: a signature for another page would lend it the employee's rights. */
function isSidebar(url: string, ownUrl: string): boolean {
  const asked = new URL(url);
  return asked.origin === new URL(ownUrl).origin && asked.pathname === "/wecom/sidebar";
}
