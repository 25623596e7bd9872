import { askedText, askForAudience, askTaskCard, deadlinePast, taskDropped } from "#cards/task-writing.ts";
import { mayAtAll } from "#domain/rights.ts";
import { newTask, type Task } from "#domain/task.ts";
import { beginsTask, withAnswer, withoutName } from "#domain/task-answer.ts";
import type { NamedAudience, TaskDraft } from "#domain/task-pieces.ts";
import { readTask } from "#domain/task-text.ts";
import type { TaskField } from "#domain/task-words.ts";
import { themeOf } from "#domain/theme-name.ts";
import { answerOptions } from "./ask-options.ts";
import { changeByWords } from "./change-task.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { type Audience, audienceNamed, closestNames, meansEverybody } from "./name-audience.ts";
import { showPlan } from "./offer-tasks.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

type Draft = TaskDraft<Audience>;

const kind = "write-task";
/** A task that nobody went on writing for this long is forgotten. */
const patienceMs = 30 * 60_000;
const stops = /^(?:取消|算了|不做了|cancel|stop)[。.!!]?$/i;

/**
 * What has been said of a task so far. `guided`: its maker named nothing at first and is led through all of it, also what may be left out.
 * `card`: the question that stands open.
 */
type Writing = { said: string; asked: TaskField; guided: boolean; passed: TaskField[]; card: string };

/** A new task in one message, or asked for piece by piece; what has been said is kept until it is whole. */
export async function writeTask(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  const begun = beginsTask.test(event.text);
  if (begun && !mayAtAll(person, "task.run")) {
    await replyRefusal(scene, "not-for-your-role");
    return true;
  }
  if (begun) {
    const guided = event.text.replace(beginsTask, "").replace(/[\s::,,。.]/g, "") === "";
    await goOn(scene, { said: event.text, guided, passed: [] }, pageOf(scene));
    return true;
  }
  const writing = await writingOf(scene);
  if (!writing) return false;
  await answer(scene, writing, event.text);
  return true;
}

/** A choice pressed below a question about a task, as if it had been written. */
export async function sayTapped(scene: Scene<TapEvent>): Promise<void> {
  const { id, arg } = scene.event.action;
  const writing = await writingOf(scene);
  if (writing?.asked === id && arg !== undefined) return answer(scene, writing, arg);
  if (!(await changeByWords(scene, arg ?? "", id))) await replyRefusal(scene, "already-answered");
}

async function writingOf({ tx, ctx, person, event }: Scene): Promise<Writing | undefined> {
  const dialogue = await tx.settings.dialogue(person.id, event.address.channel);
  if (dialogue?.kind !== kind || ctx.now() - dialogue.updatedAt > patienceMs || !mayAtAll(person, "task.run")) return;
  return JSON.parse(dialogue.state) as Writing;
}

async function answer(scene: Scene, writing: Writing, words: string): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const { said, asked, guided, passed } = writing;
  const isOver = stops.test(words.trim());
  const shown = isOver ? taskDropped(person.lang) : askedText(words, person.lang);
  await redraw(
    tx,
    ctx,
    askTaskCard({ key: writing.card, field: asked, options: [], settled: shown, lang: person.lang }),
  );
  if (isOver) {
    await tx.settings.endDialogue(person.id, event.address.channel);
    return reply(scene, taskDropped(person.lang));
  }
  if (asked === "reward" && nothing.test(words.trim()))
    return goOn(scene, { said, guided, passed: [...passed, "reward"] });
  await goOn(scene, { said: withAnswer(said, asked, words), guided, passed });
}

const nothing = /^(?:0|没有|无|不设(?:奖励)?|不用|跳过|none|no|skip)[。.!!]?$/i;

/** Where the same can be filled in on a page: within the messenger that the page belongs to, or from outside. */
function pageOf({ ctx, event }: Scene): string | undefined {
  if (event.address.channel === "web" && ctx.liveChannels.has("web")) return "#/tasks/new";
  return ctx.publicUrl === undefined ? undefined : `${ctx.publicUrl.replace(/\/$/, "")}/#/tasks/new`;
}

/** Reads all that has been said so far; asks for what is missing, or shows the plan. */
async function goOn(scene: Scene, about: Pick<Writing, "said" | "guided" | "passed">, page?: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const { said } = about;
  const segments = await tx.segments.active();
  const draft = readTask<Audience>(said, {
    now: ctx.now(),
    zone: person.timeZone ?? ctx.timeZone,
    lookup: (name) => audienceNamed(scene, segments, name),
  });
  const unknown = [...draft.audience, ...draft.excluded].find((named) => named.matches.length !== 1);
  if (unknown && !meansEverybody(unknown.name)) {
    const near = (
      unknown.matches.length > 0 ? unknown.matches.map((m) => m.label) : closestNames(scene, segments, unknown.name)
    ).slice(0, 5);
    const why = askForAudience(unknown.name, person.lang);
    return ask(scene, { ...about, said: withoutName(said, unknown.name) }, "audience", { why, near });
  }
  const missing = draft.missing[0];
  if (missing) return ask(scene, about, missing, page === undefined ? {} : { page });
  if (draft.deadlineAt !== null && draft.deadlineAt <= ctx.now())
    return ask(scene, { ...about, said: withoutDates(said) }, "deadline", { why: deadlinePast(person.lang) });
  if (about.guided && draft.reward === null && !about.passed.includes("reward")) return ask(scene, about, "reward");
  await tx.settings.endDialogue(person.id, scene.event.address.channel);
  const task = await taskOf(scene, draft);
  await tx.tasks.add(task);
  await showPlan(scene, task);
}

async function ask(
  scene: Scene,
  about: Pick<Writing, "said" | "guided" | "passed">,
  asked: TaskField,
  more: { why?: string; near?: string[]; page?: string } = {},
): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const card = `ask-${ctx.newId()}`;
  const writing: Writing = { ...about, asked, card };
  const state = JSON.stringify(writing);
  const { channel } = event.address;
  await tx.settings.setDialogue({ personId: person.id, channel, kind, state, updatedAt: ctx.now() });
  const options = more.near?.map((label) => ({ label, words: label })) ?? (await answerOptions(scene, asked));
  await reply(
    scene,
    askTaskCard({
      ...{ key: card, field: asked, options, lang: person.lang },
      ...(more.why && { why: more.why }),
      ...(more.page && { page: more.page }),
    }),
  );
}

const withoutDates = (said: string): string =>
  said
    .split(/[,,;;]/)
    .filter((piece) => !/[月日号]|前$|截止|\bby\b|until/i.test(piece))
    .join(",");

async function taskOf(scene: Scene, draft: Draft): Promise<Task> {
  const { tx, ctx, person } = scene;
  const now = ctx.now();
  const idsOf = (named: NamedAudience<Audience>[], wanted: Audience["kind"]) =>
    named.flatMap(({ matches }) => matches.filter((m) => m.kind === wanted).map((m) => m.id));
  const themes = [...new Set((await tx.tasks.list()).map((task) => task.theme))];
  const title = draft.title ?? "";
  return newTask({
    id: ctx.newId(),
    title,
    theme: themeOf(title, themes),
    brief: draft.brief ?? "",
    materials: [],
    target: {
      segments: idsOf(draft.audience, "segment"),
      tags: idsOf(draft.audience, "tag"),
      exclude: { segments: idsOf(draft.excluded, "segment"), tags: idsOf(draft.excluded, "tag") },
    },
    forms: draft.forms.map((form) => ({ form, brief: "" })),
    importance: draft.importance ?? 3,
    quota: draft.quota ?? 1,
    pushBudget: draft.pushBudget,
    reward: draft.reward ?? 0,
    proof: { platforms: draft.platforms, count: 1, mustMention: [], newerThanTask: true },
    deadlineAt: draft.deadlineAt,
    createdBy: person.id,
    createdAt: now,
  });
}
