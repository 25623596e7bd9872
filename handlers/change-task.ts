import { askedText, askForAudience, askTaskCard, chooseFieldCard, notReadText } from "#cards/task-writing.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import { withAnswer } from "#domain/task-answer.ts";
import type { TaskEdit } from "#domain/task-edit.ts";
import { readTask } from "#domain/task-text.ts";
import type { TaskField } from "#domain/task-words.ts";
import { applyEdit } from "./apply-edit.ts";
import { answerOptions } from "./ask-options.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { audienceNamed, meansEverybody } from "./name-audience.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

const kind = "change-task";
const patienceMs = 15 * 60_000;
const changeable: readonly TaskField[] = ["deadline", "quota", "forms", "audience", "reward", "pushBudget"];

type Changing = { taskId: string; field: TaskField; card: string };

/** "Change": which part, then what it shall be; each one tap or a few words. */
export async function changeTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const task = await tx.tasks.find(event.action.id);
  if (!mayAtAll(person, "task.run")) return replyRefusal(scene, "not-for-your-role");
  if (!task) return replyRefusal(scene, "gone");
  const field = changeable.find((known) => known === event.action.arg);
  if (!field)
    return reply(
      scene,
      chooseFieldCard({ key: `change-${event.eventId}`, task, fields: changeable, lang: person.lang }),
    );
  const changing: Changing = { taskId: task.id, field, card: `ask-${ctx.newId()}` };
  const about = { personId: person.id, channel: event.address.channel, kind, updatedAt: ctx.now() };
  await tx.settings.setDialogue({ ...about, state: JSON.stringify(changing) });
  const options = await answerOptions(scene, field);
  await reply(scene, askTaskCard({ key: changing.card, field, options, lang: person.lang }));
}

/** The answer to what a part of a task shall be, in words. */
export const changeTask = async (scene: Scene<MessageEvent>): Promise<boolean> =>
  changeByWords(scene, scene.event.text);

/** Changes the part that was asked for (`field`, where a button says so). False where nothing is being changed. */
export async function changeByWords(scene: Scene, words: string, field?: string): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  const dialogue = await tx.settings.dialogue(person.id, event.address.channel);
  if (dialogue?.kind !== kind || ctx.now() - dialogue.updatedAt > patienceMs || !mayAtAll(person, "task.run"))
    return false;
  const changing = JSON.parse(dialogue.state) as Changing;
  if (field !== undefined && changing.field !== field) return false;
  const task = await tx.tasks.find(changing.taskId);
  if (!task || words.trim() === "") return false;
  if (/^(?:取消|算了|cancel|stop)[。.!!]?$/i.test(words.trim())) {
    await settle(scene, changing, words);
    return true;
  }
  const edit = await editFrom(scene, task, changing.field, words);
  if (typeof edit === "string") await reply(scene, edit);
  else if (await applyEdit(scene, task, edit)) await settle(scene, changing, words);
  return true;
}

async function settle(scene: Scene, { card: key, field }: Changing, words: string): Promise<void> {
  const { tx, ctx, person, event } = scene;
  await tx.settings.endDialogue(person.id, event.address.channel);
  const settled = askedText(words, person.lang);
  await redraw(tx, ctx, askTaskCard({ key, field, options: [], settled, lang: person.lang }));
}

/** What the words make of the field; a text that says what was not understood otherwise. */
async function editFrom(scene: Scene, task: Task, field: TaskField, words: string): Promise<TaskEdit | string> {
  const { tx, ctx, person } = scene;
  const segments = await tx.segments.active();
  const draft = readTask(withAnswer(`新任务:《${task.title.replace(/[《》]/g, "")}》`, field, words), {
    now: ctx.now(),
    zone: person.timeZone ?? ctx.timeZone,
    lookup: (name) => audienceNamed(scene, segments, name),
  });
  const none = notReadText(field, person.lang);
  switch (field) {
    case "deadline":
      return draft.deadlineAt === null ? none : { deadlineAt: draft.deadlineAt };
    case "quota":
      return draft.quota === null ? none : { quota: draft.quota };
    case "reward":
      if (/^(?:不设|没有|无|none|no)/i.test(words.trim())) return { reward: 0 };
      return draft.reward === null ? none : { reward: draft.reward };
    case "pushBudget":
      if (/^(?:不限|auto|no limit)/i.test(words.trim())) return { pushBudget: null };
      return draft.pushBudget === null ? none : { pushBudget: draft.pushBudget };
    case "forms":
      return draft.forms.length === 0 ? none : { forms: draft.forms.map((form) => briefOf(task, form)) };
    default: {
      const unknown = draft.audience.find(({ name, matches }) => matches.length !== 1 && !meansEverybody(name));
      if (unknown) return askForAudience(unknown.name, person.lang);
      if (draft.audience.length === 0) return none;
      const found = draft.audience.flatMap(({ matches }) => (matches.length === 1 ? matches : []));
      const ids = (wanted: string) => found.filter((match) => match.kind === wanted).map((match) => match.id);
      return { target: { ...task.target, segments: ids("segment"), tags: ids("tag") } };
    }
  }
}

const briefOf = (task: Task, form: string) => task.forms.find((known) => known.form === form) ?? { form, brief: "" };
