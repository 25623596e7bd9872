import { templateArchivedCard, templateListCard, templateSavedCard, whichTemplateText } from "#cards/templates.ts";
import type { Tx } from "#db/store.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import { readTask } from "#domain/task-text.ts";
import {
  type Template,
  type TemplateChanges,
  type TemplateEvidence,
  taskFromTemplate,
  templateOf,
} from "#domain/template.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { showPlan } from "./offer-tasks.ts";
import { theTask } from "./order-task.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

const lists = /^(?:\/templates|(?:任务)?模板(?:列表)?|有(?:哪些|什么)模板|(?:task )?templates)\s*[吗呢??。.!!]*$/i;
const keeps =
  /^(?:(?:\/template\s+|存为模板|保存为模板|存成模板|save as (?:a )?template)\s*[::]?\s*(.*)|把\s*(.+?)\s*(?:存|保存)(?:为|成)模板)$/i;
const uses = /^(?:用|使用|按|从)(?:这个)?模板\s*[::]?\s*(.+)$|^(?:use|from) template\s*:?\s*(.+)$/i;
const archives = /^(?:归档|停用|删除|删掉)模板\s*[::]?\s*(.+)$|^(?:archive|retire|delete) template\s*:?\s*(.+)$/i;

/** `模板`, `存为模板 任务名`, `用模板 名字,10篇,12月5日前`, `归档模板 名字`. */
export async function useTemplate(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!mayAtAll(person, "task.run")) return false;
  const said = event.text.trim().replace(/[。.!!]+$/, "");
  const [kept, used, archived] = [keeps, uses, archives].map((shape) => shape.exec(said));
  if (lists.test(said)) await showTemplates(scene);
  else if (kept) await keepTask(scene, (kept[1] ?? kept[2] ?? "").trim());
  else if (archived) await archiveNamed(scene, (archived[1] ?? archived[2] ?? "").trim());
  else if (used) await draftFrom(scene, (used[1] ?? used[2] ?? "").trim());
  else return false;
  return true;
}

async function showTemplates(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, person, event } = scene;
  const templates = await tx.templates.list();
  await reply(scene, templateListCard({ key: `templates-${event.eventId}`, templates, lang: person.lang }));
}

async function keepTask(scene: Scene<MessageEvent>, name: string): Promise<void> {
  const task = await theTask(scene, name, ["open", "paused", "closed", "scheduled", "draft", "archived"]);
  if (!task) return;
  const { tx, ctx, person } = scene;
  const template = await saveTemplate(tx, ctx, task, person.id);
  await reply(scene, templateSavedCard({ key: `template-${template.id}`, template, lang: person.lang }));
}

/** Keeps a task as a template, with what it has reached so far; `by` null: koloop does, since its theme is strong. */
export async function saveTemplate(
  tx: Tx,
  ctx: Context,
  task: Task,
  by: string | null,
  pattern?: TemplateEvidence["pattern"],
): Promise<Template> {
  const assignments = await tx.tasks.assignmentsOf(task.id);
  const count = (step: "pushedAt" | "acceptedAt" | "submittedAt" | "approvedAt") =>
    assignments.filter((assignment) => assignment[step] !== null).length;
  const sums = await tx.submissions.latestSums(task.id);
  const template: Template = {
    id: ctx.newId(),
    title: task.title,
    body: templateOf(task),
    evidence: {
      task: task.id,
      quota: task.quota,
      asked: count("pushedAt"),
      accepted: count("acceptedAt"),
      submitted: count("submittedAt"),
      approved: count("approvedAt"),
      reads: sums?.reads ?? null,
      interactions: sums?.interactions ?? null,
      ...(pattern && { pattern }),
    },
    createdBy: by,
    createdAt: ctx.now(),
  };
  await tx.templates.add(template);
  const audited = { at: ctx.now(), actor: by ?? "koloop", action: "template.save", subject: template.id };
  await tx.settings.audit({ ...audited, detail: { task: task.id } });
  return template;
}

async function draftFrom(scene: Scene<MessageEvent>, said: string): Promise<void> {
  const { ctx, person } = scene;
  const template = await templateNamed(scene, said);
  if (!template) return;
  const rest = said.slice(said.indexOf(template.title) < 0 ? said.length : template.title.length);
  const zone = person.timeZone ?? ctx.timeZone;
  const { quota, deadlineAt, reward, importance, pushBudget, forms } = readTask(rest, {
    now: ctx.now(),
    zone,
    lookup: () => [],
  });
  await makeDraft(scene, template, { quota, deadlineAt, reward, importance, pushBudget, forms });
}

async function makeDraft(scene: Scene, template: Template, changes: TemplateChanges): Promise<void> {
  const { tx, ctx, person } = scene;
  if (changes.deadlineAt && changes.deadlineAt <= ctx.now()) return replyRefusal(scene, "past-time");
  const task = taskFromTemplate(template, changes, { id: ctx.newId(), createdBy: person.id }, ctx.now());
  await tx.tasks.add(task);
  await showPlan(scene, task);
}

/** The one template whose title begins what was said, or holds it; says which there are otherwise. */
async function templateNamed(scene: Scene, said: string): Promise<Template | undefined> {
  const templates = await scene.tx.templates.list();
  const wanted = (said.split(/[,，;；]/)[0] ?? "").trim().toLowerCase();
  const kinds: ((title: string) => boolean)[] = [
    (title) => title === wanted,
    (title) => said.toLowerCase().startsWith(title),
    (title) => wanted !== "" && title.includes(wanted),
  ];
  for (const kind of kinds) {
    const found = templates.filter(({ title }) => kind(title.toLowerCase()));
    // Of templates of the same name the newest counts.
    if (found.length > 0 && new Set(found.map(({ title }) => title)).size === 1) return found[0];
  }
  const titles = [...new Set(templates.map(({ title }) => title))];
  await reply(scene, whichTemplateText(wanted, titles, scene.person.lang));
  return undefined;
}

/** "Use this template": a draft as it was, shown with its plan. */
export async function useTemplateTapped(scene: Scene<TapEvent>): Promise<void> {
  const template = await tappedTemplate(scene);
  if (template) await makeDraft(scene, template, {});
}

export async function archiveTemplateTapped(scene: Scene<TapEvent>): Promise<void> {
  const template = await tappedTemplate(scene);
  if (template) await archive(scene, template);
}

async function archiveNamed(scene: Scene<MessageEvent>, name: string): Promise<void> {
  const template = await templateNamed(scene, name);
  if (template) await archive(scene, template);
}

async function archive(scene: Scene, template: Template): Promise<void> {
  const { tx, ctx, person, event } = scene;
  await tx.templates.retire(template.id, ctx.now());
  const audited = { at: ctx.now(), actor: person.id, action: "template.archive", subject: template.id };
  await tx.settings.audit({ ...audited, detail: {} });
  const card = templateArchivedCard({ key: `template-${template.id}`, template, lang: person.lang });
  await redraw(tx, ctx, card, event.address);
}

async function tappedTemplate(scene: Scene<TapEvent>): Promise<Template | undefined> {
  if (!mayAtAll(scene.person, "task.run")) {
    await replyRefusal(scene, "not-for-your-role");
    return undefined;
  }
  const template = await scene.tx.templates.find(scene.event.action.id);
  if (!template) await replyRefusal(scene, "gone");
  return template;
}
