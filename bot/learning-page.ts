import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { formChart, type LearningView, learningSections, suggestionName } from "#cards/learning.ts";
import { learningPageWords } from "#cards/learning-page.ts";
import { backToKoloop, clockText, dayText, say } from "#cards/names.ts";
import { overrideText } from "#cards/weight-override.ts";
import type { Store } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { changeLearning, type LearningChanged } from "#handlers/change-learning.ts";
import type { Context } from "#handlers/context.ts";
import { learningView } from "#handlers/show-learning.ts";
import type { WebChannel } from "./channels/web/channel.ts";
import { escaped } from "./escaped.ts";

type Deps = { store: Store; ctx: Context; web: Pick<WebChannel, "requireRight"> };

const asked = z.object({ lang: z.enum(["zh", "en"]).optional() });
const optionalNumber = z.preprocess(
  (x) => (x === "" || x === undefined ? undefined : Number(x)),
  z.number().optional(),
);
const terms = { reason: z.string().max(200), days: optionalNumber };
const changeSchema = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("weight"),
    weight: z.string().max(200),
    kind: z.enum(["freeze", "floor"]),
    percent: optionalNumber,
    ...terms,
  }),
  z.object({ what: z.literal("release"), weight: z.string().max(200) }),
  z.object({ what: z.literal("theme"), theme: z.string().max(200), status: z.enum(["retired", "ok"]), ...terms }),
  z.object({ what: z.literal("forget"), tag: z.string().max(100) }),
  z.object({ what: z.literal("undo"), done: z.string().max(100) }),
]);

/** Without a referrer a form's origin would be kept back as well, and with it what tells our page from another site's. */
const pageHeaders = {
  "cache-control": "no-store",
  "referrer-policy": "same-origin",
  "content-type": "text/html; charset=utf-8",
};

/** `/learning`: all weights, where they come from and how they moved, and a manager's word on them, for managers. */
export async function registerLearningPage(http: FastifyInstance, deps: Deps): Promise<void> {
  const { store, ctx, web } = deps;
  const readerOf = async (request: FastifyRequest): Promise<Person | undefined> => {
    const session = await web.requireRight(request);
    const person = await store.read((tx) => tx.people.find(session.personId));
    return person && { ...person, lang: asked.parse(request.query).lang ?? person.lang };
  };
  const gone = { message: "没有找到 · Not found" };
  await http.register(async (pages) => {
    pages.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    pages.get("/learning", async (request, reply) => {
      const reader = await readerOf(request);
      return reader ? sendPage(deps, reply, reader) : reply.code(404).send(gone);
    });
    pages.post("/learning", async (request, reply) => {
      const reader = await readerOf(request);
      const change = changeSchema.safeParse(request.body).data;
      if (!reader || !change) return reply.code(400).send({ message: "看不懂这个改动 · Not understood" });
      const changed = await store.transaction((tx) => changeLearning(tx, ctx, reader, change));
      if ("lacks" in changed) reply.code(422);
      return sendPage(deps, reply, reader, changed);
    });
  });
}

async function sendPage({ store, ctx }: Deps, reply: FastifyReply, reader: Person, changed?: LearningChanged) {
  const view = await store.read((tx) => learningView(tx, ctx, reader));
  const { figureOf, formsPolicy, pageOf, servedPage } = await import("./report-page.ts");
  const chart = formChart(view);
  const page = pageOf({
    title: say(view.lang, "学到的权重", "What was learned"),
    note: clockText(ctx.now(), 0, view.zone, view.lang),
    lang: view.lang,
    back: { href: "/", words: backToKoloop(view.lang) },
    ...(chart && { figure: await figureOf(chart) }),
    sections: learningSections(view),
    controls: controlsOf(view, changed),
  });
  return reply.headers({ ...pageHeaders, "content-security-policy": formsPolicy }).send(servedPage(page));
}

// ---------------------------------------------------------------- forms

/** What may be changed, as forms that work without a script: three kinds of change, what is in force, and the undo of the last one. */
function controlsOf(view: LearningView, changed: LearningChanged | undefined): string {
  const words = learningPageWords(view.lang);
  const said = changed && ("lacks" in changed ? words.lacks[changed.lacks] : changed.done ? words.done : words.undone);
  const undo = changed && "done" in changed && changed.done ? undoForm(view, changed.done) : "";
  const forms = [weightForm(view), themeForm(view), tagForm(view)].filter(Boolean);
  return `${said ? `<div class="said" role="status">${escaped(said)} ${undo}</div>` : ""}
<section><h2>${escaped(words.heading)}</h2>${forms.join("") || `<p>${escaped(words.nothing)}</p>`}${inForce(view)}${startable(view)}</section>`;
}

/** What did well, as new tasks: one tap to the task page, filled in. */
function startable(view: LearningView): string {
  const words = learningPageWords(view.lang);
  const links = view.themes.flatMap(({ template }) =>
    template
      ? [
          `<li><a href="/#/tasks/${encodeURIComponent(`new:${template.id}`)}">${escaped(words.start(template.title))}</a></li>`,
        ]
      : [],
  );
  return links.length > 0 ? `<h3>${escaped(words.strong)}</h3><ul>${links.join("")}</ul>` : "";
}

const form = (view: LearningView, what: string, inner: string): string =>
  `<form method="post" action="/learning?lang=${view.lang}"><input type="hidden" name="what" value="${what}">${inner}</form>`;
const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escaped(value)}">`;
const button = (words: string): string => `<button>${escaped(words)}</button>`;
const choice = (label: string, name: string, options: readonly (readonly [value: string, words: string])[]): string =>
  `<label>${escaped(label)}<select name="${name}">${options.map(([value, said]) => `<option value="${escaped(value)}">${escaped(said)}</option>`).join("")}</select></label>`;
const field = (label: string, name: string, more = ""): string =>
  `<label>${escaped(label)}<input name="${name}" ${more}></label>`;

const undoForm = (view: LearningView, done: string): string =>
  form(view, "undo", hidden("done", done) + button(learningPageWords(view.lang).undo));

const weightKey = ({ segmentId, form: name }: LearningView["forms"][number]): string => `${segmentId} ${name}`;

function termsOf(view: LearningView, days: number): string {
  const words = learningPageWords(view.lang);
  return (
    field(words.reason, "reason", 'required maxlength="200"') +
    field(words.days, "days", `type="number" min="1" max="365" value="${days}"`)
  );
}

function weightForm(view: LearningView): string {
  if (view.forms.length === 0) return "";
  const words = learningPageWords(view.lang);
  const names = view.forms.map((each) => [weightKey(each), `${each.segment} · ${words.form(each.form)}`] as const);
  const kinds = [["freeze", words.freeze] as const, ["floor", words.floor] as const];
  const percent = field(words.percent, "percent", 'type="number" min="1" max="95" step="0.1"');
  const inner = choice(words.weight, "weight", names) + choice("", "kind", kinds) + percent + termsOf(view, 30);
  return form(view, "weight", inner + button(words.apply));
}

function themeForm(view: LearningView): string {
  if (view.themes.length === 0) return "";
  const words = learningPageWords(view.lang);
  const names = view.themes.map(({ id }) => [id, id] as const);
  const verdicts = [["ok", words.keep] as const, ["retired", words.retire] as const];
  const inner = choice(words.theme, "theme", names) + choice("", "status", verdicts) + termsOf(view, 90);
  return form(view, "theme", inner + button(words.apply));
}

function tagForm(view: LearningView): string {
  if (view.tags.length === 0) return "";
  const words = learningPageWords(view.lang);
  const names = view.tags.map(({ tag }) => [tag, suggestionName(tag, view)] as const);
  return form(view, "forget", choice(words.tag, "tag", names) + button(words.forget));
}

function inForce(view: LearningView): string {
  const words = learningPageWords(view.lang);
  const rows = view.forms.flatMap((each) => {
    const { override } = each;
    if (!override) return [];
    const until = dayText(override.until, view.zone, view.lang);
    const said = `${each.segment} · ${words.form(each.form)} ${overrideText(override, view.lang)} → ${until}: ${override.reason}`;
    const lift = form(view, "release", hidden("weight", weightKey(each)) + button(words.lift));
    return [`<li>${escaped(said)} ${lift}</li>`];
  });
  return rows.length > 0 ? `<h3>${escaped(words.inForce)}</h3><ul>${rows.join("")}</ul>` : "";
}
