import { refusalText } from "#cards/refusals.ts";
import { type DeskFault, deskFaultText } from "#cards/task-desk.ts";
import { planBlocks } from "#cards/task-plan.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Segment } from "#domain/segment.ts";
import { newTask, type Target, type Task } from "#domain/task.ts";
import { editTask, isMaterial, type TaskEdit } from "#domain/task-edit.ts";
import { labelOf } from "#domain/taxonomy.ts";
import { themeOf } from "#domain/theme-name.ts";
import { fromZoned, isoDate, zoned } from "#domain/zone.ts";
import type { Context } from "./context.ts";
import { audienceNamed } from "./name-audience.ts";
import { planView } from "./plan-view.ts";
import { planNextWave } from "./plan-wave.ts";

/** A task as a manager fills it in: names instead of keys, a wall clock reading instead of an instant. */
export type WrittenTask = {
  id: string | null;
  title: string;
  theme: string;
  brief: string;
  materials: string[];
  /** Names of segments and tags. */
  audience: string[];
  excluded: string[];
  forms: { form: string; brief: string }[];
  importance: number;
  quota: number;
  pushBudget: number | null;
  reward: number;
  /** `2026-12-05T18:00` by the manager's clock; empty: none. */
  deadline: string;
  platforms: string[];
  count: number;
  mustMention: string[];
  newerThanTask: boolean;
};

type Read = { task: Task; known: Task | undefined; edit: TaskEdit };

/** What was filled in, as the task that it would be and as a change of the task that it is; in the refusal, what is wrong with it. */
export async function readWrittenTask(
  tx: Tx,
  ctx: Context,
  person: Person,
  written: WrittenTask,
): Promise<Read | { fault: string }> {
  const fault = (why: DeskFault, name?: string) => ({ fault: deskFaultText(why, person.lang, name) });
  const known = written.id === null ? undefined : await tx.tasks.find(written.id);
  if (written.id !== null && !known) return { fault: refusalText("gone", person.lang) };
  const title = written.title.trim();
  if (title === "") return fault("no-title");
  if (written.forms.length === 0) return fault("no-form");
  if (written.quota < 1) return fault("no-quota");
  const bad = written.materials.find((address) => !isMaterial(address));
  if (bad !== undefined) return fault("bad-address", bad);
  const target = await targetOf(tx, ctx, person, written, known);
  if ("unknown" in target) return fault("unknown-audience", target.unknown);
  const deadlineAt = instantOf(written.deadline, person.timeZone ?? ctx.timeZone);
  if (deadlineAt !== null && deadlineAt <= ctx.now() && deadlineAt !== minuteOf(known?.deadlineAt))
    return fault("past-deadline");
  const before = known ?? (await emptyDraft(tx, ctx, person, title));
  const edit = changesOf(before, { ...written, title }, target, deadlineAt);
  const edited = editTask(before, edit, ctx.now());
  return edited.ok ? { task: edited.value, known, edit } : { fault: refusalText(whyNot(edited.refused), person.lang) };
}

const whyNot = (refused: "wrong-state" | "past-time" | "bad-number") =>
  refused === "wrong-state" ? ("task-closed" as const) : refused;

/** Only what differs: cards that are out follow what changed, and the audit names nothing else. */
function changesOf(before: Task, written: WrittenTask, target: Target, deadlineAt: number | null): TaskEdit {
  const { title, brief, materials, forms, importance, quota, pushBudget, reward } = written;
  const { platforms, count, mustMention, newerThanTask } = written;
  const theme = written.theme.trim() || before.theme;
  const deadline = deadlineAt === minuteOf(before.deadlineAt) ? before.deadlineAt : deadlineAt;
  const wanted = { title, theme, brief: brief.trim(), materials, target, forms, importance, quota, pushBudget, reward };
  const proof = { platforms, count, mustMention, newerThanTask };
  const edit = differing(before, { ...wanted, deadlineAt: deadline });
  const proved = differing(before.proof, proof);
  return Object.keys(proved).length > 0 ? { ...edit, proof: proved } : edit;
}

function differing<T extends object>(before: T, wanted: Partial<T>): Partial<T> {
  const differs = Object.entries(wanted).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof T]),
  );
  return Object.fromEntries(differs) as Partial<T>;
}

/** The page knows minutes only. */
const minuteOf = (at: number | null | undefined): number | null =>
  at == null ? null : Math.floor(at / 60_000) * 60_000;

function instantOf(reading: string, zone: string): number | null {
  const [, year, month, day, hour, minute] = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(reading) ?? [];
  if (!year) return null;
  const clock = { year: Number(year), month: Number(month), day: Number(day) };
  return fromZoned({ ...clock, hour: Number(hour), minute: Number(minute) }, zone);
}

function readingOf(at: number | null, zone: string): string {
  if (at === null) return "";
  const { hour, minute } = zoned(at, zone);
  return `${isoDate(at, zone)}T${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}

/** When the manager's reading is, for a schedule; null where it is none. */
export const timeOf = (ctx: Context, person: Person, reading: string): number | null =>
  instantOf(reading, person.timeZone ?? ctx.timeZone);

async function targetOf(
  tx: Tx,
  ctx: Context,
  person: Person,
  { audience, excluded }: WrittenTask,
  known: Task | undefined,
): Promise<Target | { unknown: string }> {
  const segments = await tx.segments.active();
  const had = known ? [...namesOf(ctx, person, segments, known)] : [];
  const find = (name: string) =>
    // A name that the task's own target shows keeps its meaning, also where a segment is called like a tag.
    had.find((one) => one.label === name) ?? only(audienceNamed({ ctx, person }, segments, name));
  const found = [audience, excluded].map((names) => names.map((name) => find(name) ?? { kind: "unknown", id: name }));
  const unknown = found.flat().find(({ kind }) => kind === "unknown");
  if (unknown) return { unknown: unknown.id };
  const ids = (some: (typeof found)[number] | undefined, kind: string) => [
    ...new Set((some ?? []).filter((one) => one.kind === kind).map(({ id }) => id)),
  ];
  return {
    segments: ids(found[0], "segment"),
    tags: ids(found[0], "tag"),
    exclude: { segments: ids(found[1], "segment"), tags: ids(found[1], "tag") },
  };
}

const only = <T>(found: T[]): T | undefined => (found.length === 1 ? found[0] : undefined);

function namesOf(ctx: Context, person: Person, segments: readonly Segment[], { target }: Pick<Task, "target">) {
  const named = (some: Pick<Target, "segments" | "tags">) => [
    ...some.segments.map((id) => ({ kind: "segment", id, label: segments.find((s) => s.id === id)?.name ?? id })),
    ...some.tags.map((id) => ({ kind: "tag", id, label: labelOf(ctx.taxonomy, id, person.lang) })),
  ];
  return [...named(target), ...named(target.exclude)];
}

/** A task, or what a new one begins with, as the page fills its fields. */
export async function writtenOf(
  tx: Tx,
  ctx: Context,
  person: Person,
  task: Task,
  id: string | null,
): Promise<WrittenTask> {
  const segments = await tx.segments.active();
  const labels = (some: Pick<Target, "segments" | "tags">) =>
    namesOf(ctx, person, segments, { target: { ...some, exclude: { segments: [], tags: [] } } }).map(
      (one) => one.label,
    );
  const { title, theme, brief, materials, forms, importance, quota, pushBudget, reward, proof } = task;
  return {
    ...{ id, title, theme, brief, materials, forms, importance, quota, pushBudget, reward },
    audience: labels(task.target),
    excluded: labels(task.target.exclude),
    deadline: readingOf(task.deadlineAt, person.timeZone ?? ctx.timeZone),
    ...{ platforms: proof.platforms, count: proof.count, mustMention: proof.mustMention },
    newerThanTask: proof.newerThanTask,
  };
}

const usualDays = 14;

/** A draft that says nothing yet. */
export async function emptyDraft(tx: Tx, ctx: Context, person: Person, title = ""): Promise<Task> {
  const now = ctx.now();
  const themes = [...new Set((await tx.tasks.list()).map((task) => task.theme))];
  const until = zoned(now + usualDays * 86_400_000, person.timeZone ?? ctx.timeZone);
  return newTask({
    id: ctx.newId(),
    ...{ title, theme: themeOf(title, themes), brief: "", materials: [] },
    target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
    forms: [],
    ...{ importance: 3, quota: 10, pushBudget: null, reward: 0 },
    proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
    deadlineAt: fromZoned(
      { ...until, hour: 23, minute: 59, second: 0, millisecond: 0 },
      person.timeZone ?? ctx.timeZone,
    ),
    createdBy: person.id,
    createdAt: now,
  });
}

/** Whom the task would ask now, with what to expect, in the words of its card. Nothing happens by looking. */
export async function previewTask(tx: Tx, ctx: Context, person: Person, written: WrittenTask) {
  const read = await readWrittenTask(tx, ctx, person, written);
  if ("fault" in read) return read;
  const view = await planView(tx, ctx, person, read.task, await planNextWave(tx, ctx, read.task));
  return { people: view.people.length, blocks: planBlocks(view) };
}
