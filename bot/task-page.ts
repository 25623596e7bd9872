import { createHash, randomBytes } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { decodeAction, encodeAction } from "#cards/action.ts";
import { type Block, type Button, bodySchema, type Card, type Lang } from "#cards/card.ts";
import { plainBlock, plainText } from "#cards/plain-text.ts";
import { declineReasonsCard, taskOfferCard } from "#cards/task-offer.ts";
import { taskPageWords } from "#cards/task-page.ts";
import type { Store, Tx } from "#db/store.ts";
import { addWebLink, findWebLink } from "#db/web-sessions.ts";
import type { Person } from "#domain/person.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Context } from "#handlers/context.ts";
import type { Incoming, MessageEvent, TapEvent } from "#handlers/incoming.ts";
import { offerView } from "#handlers/offer-steps.ts";
import { escaped } from "./escaped.ts";
import { keepPicture, pictureFormBytes, readPictureForm, type SentPicture } from "./picture-form.ts";

const purpose = "task";
const linkMs = 14 * 86_400_000;
const hashed = (secret: string): string => createHash("sha256").update(secret).digest("hex");

/** A link to the page of one offer, for its KOC alone; only the hash of its secret is kept, and it ends after two weeks. */
export async function newTaskLink(
  tx: Tx,
  about: { assignmentId: string; personId: string; base: string; now: number },
): Promise<string> {
  const secret = randomBytes(32).toString("base64url");
  const { personId, assignmentId: detail, now } = about;
  const link = { id: hashed(secret), personId, purpose, detail, at: now, expiresAt: now + linkMs };
  await addWebLink(tx.connection.sql, link);
  return `${about.base.replace(/\/$/, "")}/t/${secret}`;
}

type Deps = { store: Store; ctx: Context; accept: (event: Incoming) => Promise<void> };
type Opened = { person: Person; assignment: Assignment; task: Task };
const formSchema = z.object({
  once: z.string().regex(/^[\w-]{8,40}$/),
  token: z.string().max(64).optional(),
  link: z.string().max(2000).optional(),
});

/** The page of an offer: everything its card can do, with big buttons and no script, for channels that show no cards. */
export async function registerTaskPage(http: FastifyInstance, deps: Deps): Promise<void> {
  await http.register(async (pages) => {
    pages.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    pages.addContentTypeParser("multipart/form-data", { parseAs: "buffer" }, (_request, body, done) =>
      done(null, body),
    );
    pages.get("/task-page.css", (_request, reply) => reply.type("text/css; charset=utf-8").send(style));
    pages.get<{ Params: { secret: string } }>("/t/:secret", async ({ params }, reply) => {
      const opened = await open(deps, params.secret);
      return reply
        .code(opened ? 200 : 404)
        .header("cache-control", "no-store")
        .type("text/html; charset=utf-8")
        .send(opened ? await pageOf(deps, opened) : endedPage(deps.ctx.lang));
    });
    const limits = { bodyLimit: pictureFormBytes };
    pages.post<{ Params: { secret: string } }>("/t/:secret", limits, async ({ params, body, headers }, reply) => {
      const opened = await open(deps, params.secret);
      const page = reply.header("cache-control", "no-store").type("text/html; charset=utf-8");
      if (!opened) return page.code(404).send(endedPage(deps.ctx.lang));
      const notice = Buffer.isBuffer(body)
        ? await sendPicture(deps, opened, await readPictureForm(body, headers["content-type"] ?? ""))
        : await sendForm(deps, opened, body);
      const now = await open(deps, params.secret);
      return page.code(notice === undefined ? 400 : 200).send(await pageOf(deps, now ?? opened, notice));
    });
  });
}

async function open({ store, ctx }: Deps, secret: string): Promise<Opened | undefined> {
  return store.read(async (tx) => {
    const link = await findWebLink(tx.connection.sql, hashed(secret), purpose, ctx.now());
    const assignment = link?.detail ? await tx.tasks.findAssignment(link.detail) : undefined;
    const person = link && (await tx.people.find(link.personId));
    const task = assignment && (await tx.tasks.find(assignment.taskId));
    return person && task && assignment.personId === person.id ? { person, assignment, task } : undefined;
  });
}

async function sendForm(deps: Deps, opened: Opened, body: unknown): Promise<string | undefined> {
  const form = formSchema.safeParse(body).data;
  const action = form?.token === undefined ? undefined : decodeAction(form.token);
  if (!form) return undefined;
  if (action) {
    const isOurs = action.type.startsWith("offer.") && action.id === opened.assignment.id;
    return isOurs ? act(deps, opened, form.once, { type: "tap", action }) : undefined;
  }
  const text = form.link?.trim();
  return text ? act(deps, opened, form.once, { type: "message", text, addressed: true }) : undefined;
}

async function sendPicture(deps: Deps, opened: Opened, sent: SentPicture | undefined): Promise<string> {
  const { done, badPicture } = taskPageWords(opened.person.lang);
  if (!sent) return badPicture;
  const id = await keepPicture(deps.store, sent, deps.ctx.now());
  const about = { pictures: [{ id, digest: sent.digest }], aboutAssignment: opened.assignment.id };
  return (await act(deps, opened, sent.once, { type: "message", text: "", addressed: true, ...about })) ?? done;
}

type What =
  | Pick<TapEvent, "type" | "action">
  | Pick<MessageEvent, "type" | "text" | "addressed" | "pictures" | "aboutAssignment">;

/**
 * What was pressed or pasted enters by the same door as if it had come from the person's own messenger, so that the same rules hold; a
 * form sent twice is one event. Returns what koloop answered, undefined where the person has no room for it.
 */
async function act(deps: Deps, { person }: Opened, once: string, what: What): Promise<string | undefined> {
  const { store, ctx, accept } = deps;
  const [identity] = await store.read((tx) => tx.people.identitiesOf(person.id));
  if (!identity?.room) return undefined;
  const address = { channel: identity.channel, room: identity.room };
  const before = await store.read((tx) => lastSaid(tx, address));
  const from = { from: identity.externalId, address, roomKind: "bot" as const };
  await accept({ eventId: `page-${once}`, at: ctx.now(), ...from, ...what });
  const after = await store.read((tx) => lastSaid(tx, address));
  const { done } = taskPageWords(person.lang);
  return after && after.seq !== before?.seq ? after.text : done;
}

/** The newest plain answer or card in a room, as words. */
async function lastSaid(tx: Tx, { channel, room }: { channel: string; room: string }) {
  const row = await tx.connection.sql.get<{ seq: number; body: string }>(
    "SELECT id, seq, body FROM outbox WHERE channel = ? AND room = ? AND purpose = 'reply' ORDER BY seq DESC LIMIT 1",
    channel,
    room,
  );
  const body = row && bodySchema.parse(JSON.parse(row.body));
  return (
    row && body && { seq: row.seq, text: body.type === "text" ? body.text : plainText({ ...body.card, buttons: [] }) }
  );
}

async function pageOf({ store, ctx }: Deps, { person, assignment, task }: Opened, notice?: string): Promise<string> {
  const view = await store.read((tx) => offerView(tx, ctx, person, assignment, task));
  const card = taskOfferCard(view);
  const words = taskPageWords(person.lang);
  const isOpen = assignment.submittedAt === null && card.buttons.length > 0;
  const chosen = card.buttons.filter((button) => button.action.type !== "offer.decline");
  const declines = card.buttons.length > chosen.length ? declineReasonsCard(view).buttons : [];
  const handsIn = assignment.approvedAt === null && assignment.withdrawnAt === null && task.status === "open";
  return layout(
    person.lang,
    card.title,
    [
      notice ? `<p class="notice" role="status">${escaped(notice)}</p>` : "",
      ...card.blocks.map(blockHtml),
      card.settled ? `<p class="settled">${escaped(card.settled)}</p>` : "",
      isOpen ? chosen.map(buttonForm).join("") : "",
      handsIn ? handInForm(words) : "",
      isOpen && declines.length > 0
        ? `<details><summary>${escaped(words.decline)}</summary>${declines.map(buttonForm).join("")}</details>`
        : "",
    ].join("\n"),
  );
}

const endedPage = (lang: Lang): string => layout(lang, "koloop", `<p>${escaped(taskPageWords(lang).ended)}</p>`);

/** Sent twice, by an impatient thumb or a bad line, a form is still one. */
const onceField = (): string => `<input type="hidden" name="once" value="${randomBytes(12).toString("base64url")}">`;

const buttonForm = (button: Button): string =>
  `<form method="post">${onceField()}<button class="${button.tone}" name="token" value="${escaped(encodeAction(button.action))}">${escaped(button.label)}</button></form>`;

const handInForm = (words: ReturnType<typeof taskPageWords>): string =>
  `<form method="post">${onceField()}<label for="link">${escaped(words.handIn)}</label>
<textarea id="link" name="link" rows="3" required maxlength="2000" placeholder="${escaped(words.link)}"></textarea>
<button class="normal">${escaped(words.send)}</button></form>
<details><summary>${escaped(words.picture)}</summary><form method="post" enctype="multipart/form-data">${onceField()}<input type="file" name="picture" accept="image/png,image/jpeg,image/webp" required aria-label="${escaped(words.picture)}">
<button class="normal">${escaped(words.sendPicture)}</button></form></details>`;

function blockHtml(block: Block): string {
  if (block.type === "fact") return `<p><span class="label">${escaped(block.label)}</span> ${escaped(block.value)}</p>`;
  if (block.type === "link")
    return `<p><a href="${escaped(block.url)}" target="_blank" rel="noopener noreferrer">${escaped(block.label)}</a></p>`;
  return `<p>${escaped(plainBlock(block))}</p>`;
}

const layout = (lang: Lang, title: Card["title"], body: string): string =>
  `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>${escaped(title)}</title><link rel="stylesheet" href="/task-page.css"></head>
<body><main><h1>${escaped(title)}</h1>
${body}
</main></body></html>
`;

const style = `:root{color-scheme:light dark;font:17px/1.6 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
body{margin:0;background:Canvas;color:CanvasText}
main{max-width:32rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.35rem;line-height:1.35}
p{margin:.5rem 0;overflow-wrap:anywhere;white-space:pre-line}
.label{opacity:.65;margin-right:.35rem}
.notice{padding:.75rem 1rem;border-radius:.75rem;background:#e2f3ef;color:#0b3b35}
.settled{font-weight:600}
form{margin:.75rem 0}
label,summary{display:block;margin:1.25rem 0 .5rem;font-weight:600}
summary{min-height:2.75rem;cursor:pointer}
input[type=file]{width:100%;min-height:2.75rem;font:inherit;margin-bottom:.75rem}
textarea{box-sizing:border-box;width:100%;padding:.75rem;font:inherit;border:1px solid GrayText;border-radius:.75rem}
button{width:100%;min-height:3.25rem;font:inherit;font-weight:600;border:1px solid GrayText;border-radius:.75rem;background:ButtonFace;color:ButtonText}
button.primary{background:#0a7d6e;border-color:#0a7d6e;color:#fff}
button.danger{color:#c62828}
:focus-visible{outline:3px solid #0a7d6e;outline-offset:2px}
`;
