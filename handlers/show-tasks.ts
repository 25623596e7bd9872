import type { Block } from "#cards/card.ts";
import { statusName } from "#cards/my-tasks.ts";
import { dayText, formName, knownForms, platformName, say } from "#cards/names.ts";
import { answersBlocks } from "#cards/task-answers.ts";
import { type DeskButton, deskButtons } from "#cards/task-desk.ts";
import { evidenceText } from "#cards/templates.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { platformNames } from "#domain/platform.ts";
import type { Task, TaskStatus } from "#domain/task.ts";
import { labelOf } from "#domain/taxonomy.ts";
import { taskFromTemplate } from "#domain/template.ts";
import type { Context } from "./context.ts";
import { emptyDraft, type WrittenTask, writtenOf } from "./read-tasks.ts";
import { answersOf } from "./task-answers.ts";

const inOrder: readonly TaskStatus[] = ["open", "paused", "scheduled", "draft", "closed", "cancelled", "archived"];
const listedAtMost = 200;

/** All tasks, those at work first, and the templates, for the page. */
export async function taskListOf(tx: Tx, ctx: Context, reader: Person) {
  const { lang } = reader;
  const zone = reader.timeZone ?? ctx.timeZone;
  const all = (await tx.tasks.list()).sort((a, b) => inOrder.indexOf(a.status) - inOrder.indexOf(b.status));
  const tasks = [];
  for (const task of all.slice(0, listedAtMost)) {
    const done = `${await tx.tasks.countApproved(task.id)}/${task.quota}`;
    const until = task.deadlineAt === null ? "" : dayText(task.deadlineAt, zone, lang);
    const facts = [
      say(lang, `完成 ${done}`, `${done} done`),
      until && say(lang, `${until}截止`, `until ${until}`),
      task.theme === task.title ? "" : task.theme,
    ];
    const { id, title, status } = task;
    tasks.push({ id, title, status, state: statusName(status, lang), facts: facts.filter(Boolean).join(" · ") });
  }
  const templates = (await tx.templates.list()).map((template) => ({
    id: template.id,
    title: template.title,
    facts: evidenceText(template, lang),
  }));
  return { tasks, templates };
}

export type TaskDesk = {
  form: WrittenTask;
  version: number;
  state: string;
  isEditable: boolean;
  buttons: DeskButton[];
  progress: Block[];
  choices: Awaited<ReturnType<typeof choicesOf>>;
};

/** One task with all that may be changed and done. */
export async function taskDesk(tx: Tx, ctx: Context, reader: Person, id: string): Promise<TaskDesk | undefined> {
  const task = await tx.tasks.find(id);
  if (!task) return undefined;
  const { lang } = reader;
  return {
    form: await writtenOf(tx, ctx, reader, task, task.id),
    version: task.updatedAt,
    state: statusName(task.status, lang),
    isEditable: ["draft", "scheduled", "open", "paused"].includes(task.status),
    buttons: deskButtons(task, lang),
    progress: answersBlocks(await answersOf(tx, task), lang),
    choices: await choicesOf(tx, ctx, reader, task),
  };
}

/** A task that is not kept yet: empty, or as a template has it. */
export async function newTaskDesk(
  tx: Tx,
  ctx: Context,
  reader: Person,
  templateId?: string,
): Promise<TaskDesk | undefined> {
  const template = templateId === undefined ? undefined : await tx.templates.find(templateId);
  if (templateId !== undefined && !template) return undefined;
  const draft = template
    ? taskFromTemplate(template, {}, { id: ctx.newId(), createdBy: reader.id }, ctx.now())
    : await emptyDraft(tx, ctx, reader);
  return {
    form: await writtenOf(tx, ctx, reader, draft, null),
    ...{ version: 0, state: "", isEditable: true, buttons: [], progress: [] },
    choices: await choicesOf(tx, ctx, reader, draft),
  };
}

async function choicesOf(tx: Tx, ctx: Context, { lang }: Person, task: Task) {
  const tasks = await tx.tasks.list();
  const segments = await tx.segments.active();
  const tags = [...ctx.taxonomy.tags.values()].filter((tag) => !tag.retired && !tag.open);
  const forms = new Set([...knownForms, ...tasks.flatMap((one) => one.forms.map(({ form }) => form))]);
  for (const { form } of task.forms) forms.add(form);
  return {
    audience: [...segments.map((one) => one.name), ...tags.map((tag) => labelOf(ctx.taxonomy, tag.key, lang))],
    themes: [...new Set(tasks.map(({ theme }) => theme))].slice(0, 200),
    forms: [...forms].map((key) => ({ key, name: formName(key, lang) })),
    platforms: platformNames.map(({ platform }) => ({ key: platform, name: platformName(platform, lang) })),
  };
}
