import { answerCard, answerChart, rephrasedCard } from "#cards/answer.ts";
import { rowsCard } from "#cards/answer-rows.ts";
import type { Card } from "#cards/card.ts";
import { say } from "#cards/names.ts";
import { questionsCard } from "#cards/question-help.ts";
import type { RecentQuestion } from "#db/answers/recent.ts";
import type { Tx } from "#db/store.ts";
import { hidesSmallGroups, maySeeRows, smallestShown } from "#domain/answer-rights.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { nextDue, readSubscription, withoutSubscription } from "#domain/subscription.ts";
import { type Asked, ask, askerOf, nameIn } from "./ask.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { reply, replyRefusal, showStaff } from "./say.ts";
import type { QuestionAgain } from "./second-thoughts.ts";

type Recent = RecentQuestion[];

const kept = 8;
/** A question does not lean on what was asked before lunch. */
const leansForMs = 30 * 60_000;

const recentOf = (tx: Tx, person: Person, conversationId: string): Promise<Recent> =>
  tx.answers.recentQuestions(person.id, conversationId);

const asksSomething =
  /[??]|多少|几|哪|谁|什么|吗|率|排|多久|名单|占比|环比|比|呢$|影响力|列出|列一|画|图表?$|走势|趋势|分布|前十|前[三五]|对比|差距|漏斗|进度|\b(?:chart|draw|plot|show|trend|versus|vs|how|what|which|who|when|list|top|rate|share|compare|average|number)\b/i;
const asksForHelp = /^(?:你能问什么|能问什么|可以问什么|我能问什么|问什么|怎么问|what can i ask\??)[??。]?$/i;
const stops = /^(?:取消订阅|退订|别再发了|停止订阅|unsubscribe|stop sending)[。!!]?$/i;

/** Answers questions about figures, with definition, rows and time; asks back with buttons where two things may be meant. */
export async function answerQuestion(scene: Scene<MessageEvent>): Promise<boolean> {
  const text = scene.event.text.trim();
  const { person, tx, ctx } = scene;
  if (asksForHelp.test(text)) {
    await reply(scene, questionsCard(await tx.answers.catalog(ctx.taxonomy), await askerOf(tx, person), person.lang));
    return true;
  }
  if (stops.test(text) && mayAtAll(person, "answer.subscribe")) return endSubscriptions(scene);
  if (text.length > 300 || /https?:\/\//.test(text)) return false;
  const rule = mayAtAll(person, "answer.subscribe") ? readSubscription(text) : null;
  const question = rule ? withoutSubscription(text) : text;
  const recent = await recentOf(tx, person, scene.conversationId);
  if (rule)
    return subscribe(
      scene,
      question || (recent.at(-1)?.question ?? ""),
      question ? [] : (recent.at(-1)?.context ?? []),
      rule,
    );
  if (!asksSomething.test(text) && !isNear(recent, ctx.now())) return false;
  const context = isNear(recent, ctx.now()) ? contextOf(recent) : [];
  const asked = await askFor(scene, question, context);
  if (mayAtAll(person, "answer.subscribe") && isOpen(asked) && asksSomething.test(text))
    ctx.secondThoughts.ofQuestion({
      event: scene.event,
      personId: person.id,
      conversationId: scene.conversationId,
      question,
    });
  if (!isWorthAnswering(asked, person, asksSomething.test(text))) return false;
  await show(scene, asked, { question, context, recent });
  return true;
}

const isNear = (recent: Recent, now: number): boolean => now - (recent.at(-1)?.at ?? 0) < leansForMs;
const contextOf = (recent: Recent): string[] => recent.slice(-3).map((r) => r.question);

/** Not understood, or with a word in it that names nothing: other words may help. */
const isOpen = ({ answer, isUnderstood }: Asked): boolean =>
  !isUnderstood || (answer.type === "unknown" && answer.why === "no-such-name");

/**
 * A question that was not understood, in the language model's words: read, limited by rights and answered like any other, and it says so. Where that
 * gives no figure nothing more is said: the person has had an answer.
 */
export async function answerRephrased(tx: Tx, ctx: Context, job: QuestionAgain, clear: string): Promise<void> {
  const person = await tx.people.find(job.personId);
  if (!person || !mayAtAll(person, "answer.subscribe")) return;
  const { event, conversationId } = job;
  const scene = { tx, ctx, person, event, conversationId };
  const asked = await askFor(scene, clear, []);
  if (!("value" in asked.answer)) return;
  const recent = await recentOf(tx, person, conversationId);
  await show(scene, asked, { question: clear, context: [], recent, rephrased: clear });
}

/** Staff are told why there is no answer; what members say freely is heard, not corrected. */
function isWorthAnswering({ answer, isUnderstood }: Asked, person: Person, isQuestion: boolean): boolean {
  if (!isUnderstood) return false;
  const isValue = "value" in answer;
  if (mayAtAll(person, "answer.subscribe")) return isQuestion || isValue;
  return mayAtAll(person, "task.take") && (isValue || (answer.type === "refuse" && isQuestion));
}

async function askFor(
  { tx, ctx, person }: Pick<Scene, "tx" | "ctx" | "person">,
  question: string,
  context: readonly string[],
): Promise<Asked> {
  return ask(tx, {
    question,
    context,
    asker: await askerOf(tx, person),
    now: ctx.now(),
    zone: person.timeZone ?? ctx.timeZone,
    taxonomy: ctx.taxonomy,
    readQuestion: ctx.readQuestion,
  });
}

type Said = { question: string; context: readonly string[]; recent: Recent; rephrased?: string };

async function show(scene: Scene, asked: Asked, { question, context, recent, rephrased }: Said): Promise<void> {
  const { tx, ctx, person } = scene;
  const id = ctx.newId();
  const choices = asked.answer.type === "clarify" ? asked.answer.choices.map((c) => c.say) : [];
  const card = await cardWithPicture(scene, asked, id);
  await reply(scene, rephrased === undefined ? card : rephrasedCard(card, rephrased, person.lang));
  const next = [...recent, { id, question, context: [...context], choices, at: ctx.now() }].slice(-kept);
  await tx.answers.rememberQuestions(person.id, scene.conversationId, next, ctx.now());
}

type Desk = Pick<Scene, "tx" | "ctx" | "person">;

const viewOf = (asked: Asked, { person, ctx }: Desk) => ({
  lang: person.lang,
  now: ctx.now(),
  zone: person.timeZone ?? ctx.timeZone,
  nameOf: nameIn(asked.catalog),
});

/** A series over time comes with its picture. */
async function cardWithPicture(desk: Desk, asked: Asked, id: string): Promise<Card> {
  const { tx, ctx, person } = desk;
  const asker = await askerOf(tx, person);
  const view = viewOf(asked, desk);
  const chart = answerChart(asked, view);
  const pictureId = chart ? ctx.newId() : undefined;
  if (chart && pictureId)
    await tx.settings.addPicture({
      id: pictureId,
      mime: "image/png",
      bytes: await ctx.drawChart(chart),
      createdAt: ctx.now(),
    });
  return answerCard(asked, {
    ...view,
    id,
    showsRows: maySeeRows(asker, asked.query),
    ...(hidesSmallGroups(asker, asked.query) && { hiddenBelow: smallestShown }),
    ...(pictureId !== undefined && { pictureId }),
  });
}

const rowsShown = 20;

/** The rows behind an answer; the question is read anew, so rights are those of this moment. */
async function showRows(scene: Scene<TapEvent>, before: RecentQuestion): Promise<void> {
  const { tx, ctx, person } = scene;
  const asked = await askFor(scene, before.question, before.context);
  if (!("value" in asked.answer) || !maySeeRows(await askerOf(tx, person), asked.query))
    return replyRefusal(scene, "not-for-your-role");
  const rows = await tx.answers.rows(asked.query, ctx.now(), rowsShown);
  const view = viewOf(asked, scene);
  await reply(
    scene,
    rowsCard(asked, rows, { ...view, id: ctx.newId(), personName: (id) => view.nameOf("person", id) }),
  );
}

/** One of the things that may have been meant. */
export async function choiceTapped(scene: Scene<TapEvent>): Promise<void> {
  const recent = await recentOf(scene.tx, scene.person, scene.conversationId);
  const before = recent.find((r) => r.id === scene.event.action.id);
  const question = before?.choices[Number(scene.event.action.arg)];
  if (!before || !question) return replyRefusal(scene, "gone");
  await show(scene, await askFor(scene, question, before.context), { question, context: before.context, recent });
}

const again: Record<string, [zh: string, en: string]> = {
  "by-city": ["按城市拆开", "by city"],
  "by-theme": ["按主题拆开", "by theme"],
  "by-form": ["按形式拆开", "by form"],
  "last-month": ["上个月呢", "what about last month"],
};

/** The same question, split or for another period. */
export async function againTapped(scene: Scene<TapEvent>): Promise<void> {
  const recent = await recentOf(scene.tx, scene.person, scene.conversationId);
  const before = recent.find((r) => r.id === scene.event.action.id);
  if (before && scene.event.action.arg === "rows") return showRows(scene, before);
  const words = again[scene.event.action.arg ?? ""];
  if (!before || !words) return replyRefusal(scene, "gone");
  const question = say(scene.person.lang, ...words);
  const context = [...before.context, before.question].slice(-4);
  await show(scene, await askFor(scene, question, context), { question, context, recent });
}

/** The answer again, each Monday at nine. */
export async function subscribeTapped(scene: Scene<TapEvent>): Promise<void> {
  const recent = await recentOf(scene.tx, scene.person, scene.conversationId);
  const before = recent.find((r) => r.id === scene.event.action.id);
  if (!before || !mayAtAll(scene.person, "answer.subscribe")) return replyRefusal(scene, "gone");
  await subscribe(scene, before.question, before.context, {
    kind: "schedule",
    every: "week",
    day: 1,
    hour: 9,
    minute: 0,
  });
}

async function subscribe(
  scene: Scene,
  question: string,
  context: readonly string[],
  rule: NonNullable<ReturnType<typeof readSubscription>>,
): Promise<boolean> {
  const { tx, ctx, person } = scene;
  const asked = question === "" ? undefined : await askFor(scene, question, context);
  if (!asked || !("value" in asked.answer)) {
    if (asked?.isUnderstood) await reply(scene, await cardWithPicture(scene, asked, ctx.newId()));
    return asked?.isUnderstood ?? false;
  }
  const now = ctx.now();
  const nextAt = nextDue(rule, rule.kind === "alarm" ? now - 3_600_000 : now, person.timeZone ?? ctx.timeZone);
  await tx.subscriptions.add({
    id: ctx.newId(),
    personId: person.id,
    question,
    context: [...context],
    rule,
    nextAt,
    isRinging: false,
    createdAt: now,
  });
  const zh =
    rule.kind === "alarm"
      ? `好的,一到${rule.is === "below" ? "低于" : "高于"} ${rule.value} 就告诉您:${question}`
      : `好的,会按时发给您:${question}。回“退订”就停`;
  const en =
    rule.kind === "alarm"
      ? `You will hear when it goes ${rule.is} ${rule.value}: ${question}`
      : `You will get it on time: ${question}. Say “unsubscribe” to stop`;
  await reply(scene, say(person.lang, zh, en));
  return true;
}

async function endSubscriptions(scene: Scene<MessageEvent>): Promise<boolean> {
  const count = await scene.tx.subscriptions.endAll(scene.person.id);
  await reply(scene, say(scene.person.lang, `已停止 ${count} 个订阅`, `${count} subscriptions stopped`));
  return true;
}

/** Answers what has fallen due. Rights are looked at anew each time: they may have changed since it was asked for. */
export async function answerSubscriptions(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  for (const due of await tx.subscriptions.due(now, 50)) {
    const person = await tx.people.find(due.personId);
    const zone = person?.timeZone ?? ctx.timeZone;
    if (!person || !mayAtAll(person, "answer.subscribe")) {
      await tx.subscriptions.endAll(due.personId);
      continue;
    }
    const asked = await askFor({ tx, ctx, person }, due.question, due.context);
    const rings = due.rule.kind === "schedule" || crosses(asked, due.rule);
    const isNews = due.rule.kind === "schedule" || (rings && !due.isRinging);
    if (isNews) await showStaff(tx, ctx, person, await cardWithPicture({ tx, ctx, person }, asked, ctx.newId()));
    await tx.subscriptions.moveOn(due.id, nextDue(due.rule, now, zone), rings && due.rule.kind === "alarm");
  }
}

function crosses({ answer }: Asked, rule: { is: "above" | "below"; value: number }): boolean {
  if (answer.type !== "number" && answer.type !== "percent") return false;
  return rule.is === "below" ? answer.value < rule.value : answer.value > rule.value;
}
