import { randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Action } from "#cards/action.ts";
import { approvalWaitsText } from "#cards/approval.ts";
import type { Lang } from "#cards/card.ts";
import { noteText, pictureOf } from "#cards/hand-in.ts";
import { backToKoloop, clockText, formName, platformName } from "#cards/names.ts";
import { reviewPageWords } from "#cards/review-page.ts";
import type { Store } from "#db/store.ts";
import { needsSecond } from "#domain/approval.ts";
import type { Person } from "#domain/person.ts";
import { sendBackReasons } from "#domain/proof.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming } from "#handlers/incoming.ts";
import { type Noted, settleTicked, waitingFor } from "#handlers/review-queue.ts";
import { viewFor } from "#handlers/second-yes.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import { escaped } from "./escaped.ts";
import { palette } from "./page-palette.ts";

type Deps = {
  store: Store;
  ctx: Context;
  web: Pick<WebChannel, "name" | "requireRight">;
  accept: (event: Incoming) => Promise<void>;
};

/** More than anybody reviews in one go; the rest comes up as these are done. */
const shownAtMost = 100;

const outcomes = { approve: "review.approve", reject: "review.reject" } as const;
const formSchema = z.object({
  once: z.string().regex(/^[\w-]{8,40}$/),
  /** One piece and what becomes of it: `approve.ID`, `reject.ID`, `send-back.ID.REASON`. */
  one: z.string().max(100).optional(),
  /** All that are ticked: asked first, then done. */
  ask: z.enum(["approve", "reject"]).optional(),
  sure: z.enum(["approve", "reject"]).optional(),
  piece: z.array(z.string().min(1).max(60)).max(shownAtMost).default([]),
});
type Form = z.infer<typeof formSchema>;

/** `/review`: what waits for a manager or a KOE, each with its settling, and many at once after one more question. */
export async function registerReviewPage(http: FastifyInstance, deps: Deps): Promise<void> {
  const { store, ctx, web } = deps;
  const personOf = async (request: Parameters<WebChannel["requireRight"]>[0]): Promise<Person | undefined> => {
    const session = await web.requireRight(request);
    return store.read((tx) => tx.people.find(session.personId));
  };
  await http.register(async (pages) => {
    pages.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, new URLSearchParams(body as string)),
    );
    pages.get("/review-page.css", (_request, reply) => reply.type("text/css; charset=utf-8").send(style));
    pages.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
      const code = error.statusCode ?? 500;
      if (code !== 401 && code !== 403) throw error;
      return reply.code(code).type("text/html; charset=utf-8").send(signInPage(ctx.lang));
    });
    pages.get("/review", async (request, reply) => {
      const person = await personOf(request);
      reply.headers(pageHeaders);
      return person ? queuePage(deps, person, ticketOf(request.query)) : signInPage(ctx.lang);
    });
    // The messenger shows a picture to those whose rooms have it; whoever may review a piece may see it here.
    pages.get<{ Params: { id: string } }>("/review/pictures/:id", async (request, reply) => {
      const person = await personOf(request);
      const mine =
        person && (await waiting(deps, person)).some((one) => pictureOf(one.submission) === request.params.id);
      const picture = mine ? await store.read((tx) => tx.settings.picture(request.params.id)) : undefined;
      if (!picture?.mime.startsWith("image/")) return reply.code(404).send();
      return reply
        .type(picture.mime)
        .header("cache-control", "private, max-age=3600")
        .header("content-security-policy", "default-src 'none'; sandbox")
        .send(Buffer.from(picture.bytes));
    });
    pages.post("/review", async (request, reply) => {
      const person = await personOf(request);
      reply.headers(pageHeaders);
      const sent = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      const form = formSchema.safeParse({ ...Object.fromEntries(sent), piece: sent.getAll("piece") }).data;
      if (!person || !form) return reply.code(400).send(signInPage(ctx.lang));
      return answerForm(deps, person, form, ticketOf(request.query));
    });
  });
}

/** Without a referrer a form's origin would be kept back as well, and with it what tells our page from another site's. */
const pageHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "content-type": "text/html; charset=utf-8",
};

const ticketOf = (query: unknown): string | undefined =>
  z.object({ ticket: z.string().max(100).optional() }).safeParse(query).data?.ticket;

async function answerForm(deps: Deps, person: Person, form: Form, ticket: string | undefined): Promise<string> {
  const words = reviewPageWords(person.lang);
  const chosen = [...new Set(form.piece)];
  if (form.ask && chosen.length === 0) return queuePage(deps, person, ticket, words.nothingChosen);
  if (form.ask) return surePage(deps, person, chosen, form.ask, ticket);
  const { sure } = form;
  if (sure && needsSecond(deps.ctx.approval, "review", chosen.length))
    return settleMany(deps, person, chosen, sure, ticket);
  const actions = sure ? chosen.map((id): Action => ({ type: outcomes[sure], id })) : [actionOf(form.one ?? "")];
  const known = actions.filter((action): action is Action => action !== undefined);
  const before = await waitingIds(deps, person);
  for (const action of known) await press(deps, person, action, form.once);
  const after = await waitingIds(deps, person);
  const done = known.filter(({ id }) => before.has(id) && !after.has(id)).length;
  return queuePage(deps, person, ticket, words.settled(done, known.length - done));
}

/** More than one person may settle alone: a second one is asked. */
async function settleMany(deps: Deps, person: Person, ids: string[], sure: "approve" | "reject", ticket?: string) {
  const { store, ctx } = deps;
  const outcome = sure === "approve" ? "approved" : "rejected";
  const waits = await store.transaction(async (tx) => {
    const settled = await settleTicked(tx, ctx, ids, { outcome, by: person });
    return typeof settled === "number" ? undefined : approvalWaitsText(await viewFor(tx, ctx, settled, person));
  });
  return queuePage(deps, person, ticket, waits ?? reviewPageWords(person.lang).settled(ids.length, 0));
}

function actionOf(said: string): Action | undefined {
  const [what, id, reason] = said.split(".");
  if (!id) return undefined;
  if (what === "approve" || what === "reject") return { type: outcomes[what], id };
  const arg = sendBackReasons.find((known) => known === reason);
  return what === "send-back" && arg ? { type: "review.send-back-because", id, arg } : undefined;
}

/** By the same door as a tap in the chat, so that the same rules hold and the same audit is kept. */
async function press({ store, ctx, web, accept }: Deps, person: Person, action: Action, once: string): Promise<void> {
  const identities = await store.read((tx) => tx.people.identitiesOf(person.id));
  const identity = identities.find(({ channel }) => channel === web.name);
  if (!identity) return;
  const address = { channel: web.name, room: identity.room ?? `bot:${person.id}` };
  const about = { from: identity.externalId, address, roomKind: "bot" as const, at: ctx.now() };
  await accept({ eventId: `review-${once}-${action.id}`, type: "tap", action, ...about });
}

const waiting = ({ store }: Deps, person: Person): Promise<Noted[]> => store.read((tx) => waitingFor({ tx, person }));
const waitingIds = async (deps: Deps, person: Person): Promise<Set<string>> =>
  new Set((await waiting(deps, person)).map(({ submission }) => submission.id));

async function queuePage(deps: Deps, person: Person, ticket?: string, notice?: string): Promise<string> {
  const all = await waiting(deps, person);
  const words = reviewPageWords(person.lang);
  const about = { now: deps.ctx.now(), timeZone: person.timeZone ?? deps.ctx.timeZone, lang: person.lang, ticket };
  const shown = all.slice(0, shownAtMost);
  return layout(
    person.lang,
    words.title(all.length),
    [
      notice ? `<p class="notice" role="status">${escaped(notice)}</p>` : "",
      shown.length === 0 ? `<p>${escaped(words.none)}</p>` : bulkBar(person.lang),
      ...shown.map((one) => pieceHtml(one, about)),
    ].join("\n"),
    ticket,
  );
}

async function surePage(
  deps: Deps,
  person: Person,
  ids: string[],
  outcome: "approve" | "reject",
  ticket: string | undefined,
): Promise<string> {
  const words = reviewPageWords(person.lang);
  const chosen = (await waiting(deps, person)).filter(({ submission }) => ids.includes(submission.id));
  if (chosen.length === 0) return queuePage(deps, person, ticket, words.settled(0, ids.length));
  const timeZone = person.timeZone ?? deps.ctx.timeZone;
  const line = ({ submission, task, author, notes }: Noted) => {
    const doubts = notes.map((note) => noteText(note, timeZone, person.lang)).join(";");
    const words = `${author.name} · ${task.title}${doubts ? ` · ${doubts}` : ""}`;
    return `<li>${escaped(words)}<input type="hidden" name="piece" value="${escaped(submission.id)}"></li>`;
  };
  return layout(
    person.lang,
    words.sure(chosen.length, outcome),
    `<p>${escaped(words.told)}</p>
<form method="post">${onceField()}<ul>${chosen.map(line).join("")}</ul>
<div class="row"><button class="${outcome === "approve" ? "primary" : "danger"}" name="sure" value="${outcome}">${escaped(words.yes)}</button>
<a class="button" href="/review${ticket ? `?ticket=${encodeURIComponent(ticket)}` : ""}">${escaped(words.back)}</a></div></form>`,
    ticket,
  );
}

function bulkBar(lang: Lang): string {
  const words = reviewPageWords(lang);
  return `<form method="post" id="bulk" class="bulk">${onceField()}<p class="label">${escaped(words.chooseAll)}</p><div class="row">
<button name="ask" value="approve">${escaped(words.bulkApprove)}</button><button name="ask" value="reject">${escaped(words.bulkReject)}</button></div></form>`;
}

type About = { now: number; timeZone: string; lang: Lang; ticket: string | undefined };

function pieceHtml({ submission, task, author, notes }: Noted, { now, timeZone, lang, ticket }: About): string {
  const words = reviewPageWords(lang);
  const { id, url, form, platform, submittedAt } = submission;
  const picture = pictureOf(submission);
  const facts = [formName(form, lang), platformName(platform, lang), clockText(submittedAt, now, timeZone, lang)];
  const source = `/review/pictures/${encodeURIComponent(picture ?? "")}${ticket ? `?ticket=${encodeURIComponent(ticket)}` : ""}`;
  const piece =
    picture === undefined
      ? `<a href="${escaped(url)}" target="_blank" rel="noopener noreferrer">${escaped(words.open)}</a>`
      : `<img src="${escaped(source)}" alt="${escaped(words.picture)}" loading="lazy">`;
  const doubts = notes.map((note) => `<li>${escaped(noteText(note, timeZone, lang))}</li>`).join("");
  const reasons = words.reasons
    .map(
      ({ reason, label }) => `<button name="one" value="send-back.${escaped(id)}.${reason}">${escaped(label)}</button>`,
    )
    .join("");
  return `<section><label class="tick"><input type="checkbox" name="piece" value="${escaped(id)}" form="bulk" aria-label="${escaped(`${words.choose} ${author.name}`)}">
<span><strong dir="auto">${escaped(author.name)}</strong> · ${escaped(task.title)}</span></label>
<p class="label">${escaped(facts.join(" · "))}</p><p>${piece}</p>
${doubts ? `<p class="label">${escaped(words.lookAt)}</p><ul class="doubts">${doubts}</ul>` : ""}
<form method="post">${onceField()}<div class="row"><button class="primary" name="one" value="approve.${escaped(id)}">${escaped(words.approve)}</button>
<button class="danger" name="one" value="reject.${escaped(id)}">${escaped(words.reject)}</button></div>
<details><summary>${escaped(words.sendBack)}</summary><p class="label">${escaped(words.why)}</p>${reasons}</details></form></section>`;
}

function signInPage(lang: Lang): string {
  const words = reviewPageWords(lang);
  const link = `<p><a class="button" href="/">${escaped(words.toSignIn)}</a></p>`;
  return layout(lang, "koloop", `<p>${escaped(words.signIn)}</p>${link}`);
}

/** Sent twice, by an impatient thumb or a bad line, a form is still one. */
const onceField = (): string => `<input type="hidden" name="once" value="${randomBytes(12).toString("base64url")}">`;

/** Within another program's frame, where a ticket signs in, koloop's own pages are not a step back. */
const layout = (lang: Lang, title: string, body: string, ticket?: string): string => `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>${escaped(title)}</title><link rel="stylesheet" href="/review-page.css"></head>
<body><main>${ticket ? "" : `<nav><a href="/">← ${escaped(backToKoloop(lang))}</a></nav>`}<h1>${escaped(title)}</h1>
${body}
</main></body></html>
`;

const style = `${palette}:root{font:16px/1.55 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
body{margin:0;background:var(--ground);color:var(--ink)}
main{max-width:44rem;margin:0 auto;padding:1rem 1rem 4rem}
nav a{display:inline-block;padding:.4rem 0;text-decoration:none}a{color:var(--link)}
h1{font-size:1.35rem;margin:.4rem 0 .8rem}
p{margin:.35rem 0;overflow-wrap:anywhere}
section,.bulk{background:var(--surface);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;margin:.75rem 0}
.bulk{position:sticky;top:0;z-index:1;box-shadow:0 2px 10px rgb(0 0 0/.12)}
.label{color:var(--faint);font-size:.9rem}
.notice{padding:.75rem 1rem;border-radius:.75rem;background:var(--soft)}
.tick{display:flex;gap:.6rem;align-items:center;min-height:2.75rem}
.tick input{width:1.35rem;height:1.35rem;flex:none;accent-color:var(--accent)}
.doubts{margin:.25rem 0;padding-left:1.2rem;color:var(--doubt)}
.row{display:flex;gap:.6rem;flex-wrap:wrap}
img{max-width:100%;max-height:24rem;border-radius:.5rem}
button,.button{flex:1 1 8rem;min-height:2.75rem;padding:.3rem .9rem;font:inherit;font-weight:600;border:1px solid var(--edge);border-radius:.6rem;background:var(--surface);color:var(--ink);box-sizing:border-box;text-align:center;text-decoration:none;display:inline-flex;align-items:center;justify-content:center;cursor:pointer}
button.primary{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.danger{color:var(--danger)}
details{margin-top:.5rem}summary{min-height:2.5rem;cursor:pointer;font-weight:600}
details button{width:100%;margin:.25rem 0}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
`;
