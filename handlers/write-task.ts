import { askForAudience, askForField, deadlinePast, taskDropped } from "#cards/task-writing.ts";
import { hasRole } from "#domain/person.ts";
import type { Segment } from "#domain/segment.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import type { Task } from "#domain/task.ts";
import type { NamedAudience, TaskDraft } from "#domain/task-pieces.ts";
import { readTask } from "#domain/task-text.ts";
import type { TaskField } from "#domain/task-words.ts";
import { labelOf } from "#domain/taxonomy.ts";
import { themeOf } from "#domain/theme-name.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { showPlan } from "./offer-tasks.ts";
import { reply, replyRefusal } from "./say.ts";

/** What a name in a task may mean. */
type Audience = { kind: "segment" | "tag"; id: string; label: string };
type Draft = TaskDraft<Audience>;

const kind = "write-task";
/** A task that nobody went on writing for this long is forgotten. */
const patienceMs = 30 * 60_000;
const begins = /^\s*(?:\/task|新任务|新建任务|建任务|发任务|派任务|new task)(?=$|[\s::,,])/i;
const stops = /^(?:取消|算了|不做了|cancel|stop)[。.!!]?$/i;

/** A new task in one message, or asked for piece by piece; what has been said is kept until it is whole. */
export async function writeTask(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const dialogue = await tx.settings.dialogue(person.id, event.address.channel);
  const running = dialogue?.kind === kind && ctx.now() - dialogue.updatedAt < patienceMs ? dialogue : undefined;
  if (!begins.test(event.text) && !running) return false;
  if (!hasRole(person, "manager")) {
    await replyRefusal(scene, "not-for-your-role");
    return true;
  }
  if (begins.test(event.text)) await goOn(scene, event.text);
  else if (stops.test(event.text.trim())) await drop(scene);
  else if (running) {
    const { said, asked } = JSON.parse(running.state) as { said: string; asked: TaskField };
    await goOn(scene, joined(said, asked, event.text));
  }
  return true;
}

async function drop(scene: Scene<MessageEvent>): Promise<void> {
  await scene.tx.settings.endDialogue(scene.person.id, scene.event.address.channel);
  await reply(scene, taskDropped(scene.person.lang));
}

/** Reads all that has been said so far; asks for what is missing, or shows the plan. */
async function goOn(scene: Scene<MessageEvent>, said: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const segments = await tx.segments.active();
  const draft = readTask<Audience>(said, {
    now: ctx.now(),
    zone: person.timeZone ?? ctx.timeZone,
    lookup: (name) => lookup(scene, segments, name),
  });
  const unknown = [...draft.audience, ...draft.excluded].find((named) => named.matches.length !== 1);
  if (unknown && !meansEverybody(unknown)) {
    const near = (
      unknown.matches.length > 0 ? unknown.matches.map((m) => m.label) : closest(scene, segments, unknown.name)
    ).slice(0, 6);
    return ask(scene, said.replace(unknown.name, ""), "audience", askForAudience(unknown.name, near, person.lang));
  }
  const missing = draft.missing[0];
  if (missing) return ask(scene, said, missing, askForField(missing, person.lang));
  if (draft.deadlineAt !== null && draft.deadlineAt <= ctx.now())
    return ask(scene, withoutDates(said), "deadline", deadlinePast(person.lang));
  await tx.settings.endDialogue(person.id, scene.event.address.channel);
  const task = await taskOf(scene, draft);
  await tx.tasks.add(task);
  await showPlan(scene, task);
}

async function ask(scene: Scene<MessageEvent>, said: string, asked: TaskField, question: string): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const state = JSON.stringify({ said, asked });
  await tx.settings.setDialogue({
    personId: person.id,
    channel: event.address.channel,
    kind,
    state,
    updatedAt: ctx.now(),
  });
  await reply(scene, question);
}

/** What was asked for, said the way the reader knows it. */
function joined(said: string, asked: TaskField, answer: string): string {
  const text = answer.trim();
  switch (asked) {
    case "title":
      return said.replace(begins, (head) => `${head}:${text},`);
    case "audience":
      return /^(?:给|for)/i.test(text) ? `${said},${text}` : `${said},给${text}`;
    case "quota":
      return /^\d+$/.test(text) ? `${said},${text}篇` : `${said},${text}`;
    case "deadline":
      return /[前止]|by|until/i.test(text) ? `${said},${text}` : `${said},${text}前`;
    default:
      return `${said},${text}`;
  }
}

const meansEverybody = (named: NamedAudience<Audience>): boolean =>
  /^(?:所有人|全部|全体|大家|everybody|everyone|all)$/i.test(named.name.trim());
const withoutDates = (said: string): string =>
  said
    .split(/[,,;;]/)
    .filter((piece) => !/[月日号]|前$|截止|\bby\b|until/i.test(piece))
    .join(",");

function lookup({ ctx, person }: Scene, segments: Segment[], name: string): Audience[] {
  const wanted = name.trim().toLowerCase();
  const named = (s: Segment): Audience => ({ kind: "segment", id: s.id, label: s.name });
  const exact = segments.filter((s) => s.id.toLowerCase() === wanted || s.name.toLowerCase() === wanted);
  if (exact.length > 0) return exact.map(named);
  const tags = tagsNamed(ctx.taxonomy, name).map(
    (tag): Audience => ({ kind: "tag", id: tag, label: labelOf(ctx.taxonomy, tag, person.lang) }),
  );
  if (tags.length === 1) return tags;
  const containing = segments.filter((s) => s.name.toLowerCase().includes(wanted)).map(named);
  return [...containing, ...tags];
}

function closest({ ctx, person }: Scene, segments: Segment[], name: string): string[] {
  const chars = new Set(name);
  const labels = [
    ...segments.map((s) => s.name),
    ...[...ctx.taxonomy.tags.values()].filter((t) => !t.retired).map((t) => t[person.lang]),
  ];
  const scored = labels.map((label) => ({
    label,
    score: [...label].filter((char) => chars.has(char)).length / label.length,
  }));
  return scored.sort((a, b) => b.score - a.score).map(({ label }) => label);
}

async function taskOf(scene: Scene, draft: Draft): Promise<Task> {
  const { tx, ctx, person } = scene;
  const now = ctx.now();
  const idsOf = (named: NamedAudience<Audience>[], wanted: Audience["kind"]) =>
    named.flatMap(({ matches }) => matches.filter((m) => m.kind === wanted).map((m) => m.id));
  const themes = [...new Set((await tx.tasks.list()).map((task) => task.theme))];
  const title = draft.title ?? "";
  return {
    id: ctx.newId(),
    title,
    theme: themeOf(title, themes),
    brief: draft.brief ?? "",
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
    publishedAt: null,
    deadlineAt: draft.deadlineAt,
    status: "draft",
    autopilot: false,
    briefVersion: 1,
    templateId: null,
    createdBy: person.id,
    createdAt: now,
    updatedAt: now,
  };
}
