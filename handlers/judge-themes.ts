import { themeCard, themeListCard } from "#cards/theme-verdict.ts";
import { overrideHintCard } from "#cards/weight-override.ts";
import type { ThemeRow } from "#db/learning.ts";
import type { Tx } from "#db/store.ts";
import { endOf, readTerms } from "#domain/override.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { standingReason } from "#domain/standing-declines.ts";
import { levelOf, type ModelState } from "#domain/step-model.ts";
import type { Task } from "#domain/task.ts";
import type { Template } from "#domain/template.ts";
import { newThemes, noteTask, saidOf, settleThemes, type ThemeEvidence } from "#domain/theme-verdict.ts";
import { readDeadline } from "#domain/time-text.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import type { DecisionDetail } from "./learner.ts";
import { redraw, reply, replyRefusal, showStaff } from "./say.ts";
import { saveTemplate } from "./use-template.ts";

const dayMs = 86_400_000;
/** A manager's word on a theme stands this long against what is learned, where they name no end. */
const wordHoldsMs = 90 * dayMs;
/** Themes are judged from so many of the latest closed tasks. */
const tasksAtMost = 300;
const stateId = "themes";

/** Looks at the themes anew whenever a task has ended: what is weak, or worth a template, is shown to the managers once. */
export async function judgeThemes(tx: Tx, ctx: Context): Promise<void> {
  const closed = await tx.learning.closedTasks(tasksAtMost);
  const known = new Map((await tx.learning.themes()).map((row) => [row.id, row]));
  const words = [...known.values()].filter((row) => isSettledByPerson(row, ctx.now())).map(({ id }) => id);
  const mark = [...closed.map(({ id, briefVersion }) => `${id}#${briefVersion}`), "words", ...words].join(" ");
  if ((await tx.learning.state(stateId))?.state === mark) return;
  await tx.learning.saveState(stateId, closed.length, mark, ctx.now());
  const judged = await evidenceOf(tx, closed, (await ctx.learner.current()).model);
  await endWords(tx, ctx, [...known.values()], new Set(judged.map(({ theme }) => theme)));
  for (const evidence of judged) {
    const before = known.get(evidence.theme);
    if (isSettledByPerson(before, ctx.now()) || before?.status === evidence.status) continue;
    if (!before && evidence.status === "ok") continue;
    await noteVerdict(tx, ctx, closed, evidence);
  }
}

/**
 * Each closed task is one reading of its theme: what was believed of those who saw it, and who accepted. A pure fold of the tables and of what the
 * learner, itself a fold of the log, takes the theme for.
 */
async function evidenceOf(tx: Tx, closed: readonly Task[], model: ModelState): Promise<ThemeEvidence[]> {
  const themes = newThemes();
  const reads = (await tx.influence.weights())?.themes;
  for (const task of closed) {
    const usual = new Map<string, number>();
    for (const { assignmentId, detail } of await tx.learning.decisionsOf(task.id))
      if (assignmentId && detail) usual.set(assignmentId, (JSON.parse(detail) as DecisionDetail).usual);
    const seen = (await tx.tasks.assignmentsOf(task.id)).filter(
      (a) => usual.has(a.id) && (a.seenAt !== null || a.acceptedAt !== null || a.declinedAt !== null),
    );
    seen.sort((a, b) => (a.id < b.id ? -1 : 1));
    const logits = seen.map((a) => usual.get(a.id) as number);
    noteTask(
      themes,
      task.theme,
      task.briefVersion,
      logits,
      seen.map((a) => (a.acceptedAt === null ? 0 : 1)),
      saidOf(seen.flatMap((a) => (a.declinedAt === null ? [] : [standingReason(a.declineReason)]))),
      levelOf(model, `${task.theme}#${task.briefVersion}`),
    );
    settleThemes(themes);
  }
  // What posts of a theme draw is known later than who took its tasks, and says the rest.
  return settleThemes(themes, reads);
}

const isSettledByPerson = (row: ThemeRow | undefined, now: number): boolean =>
  row !== undefined && row.setBy !== null && now < wordEnds(row);

/** When a person's word on a theme ends: as they said, else after 90 days. */
export function wordEnds(row: ThemeRow): number {
  const { until } = (row.evidence ? JSON.parse(row.evidence) : {}) as { until?: number };
  return until ?? row.updatedAt + wordHoldsMs;
}

/** A word that has ended on a theme of which nothing is known: the theme is as good as any. */
async function endWords(tx: Tx, ctx: Context, rows: ThemeRow[], judged: ReadonlySet<string>): Promise<void> {
  for (const row of rows) {
    if (row.setBy === null || isSettledByPerson(row, ctx.now()) || judged.has(row.id) || row.status === "ok") continue;
    await tx.learning.setTheme({ id: row.id, status: "ok", evidence: "{}", setBy: null, updatedAt: ctx.now() });
    await tx.settings.audit({
      at: ctx.now(),
      actor: "koloop",
      action: "theme.word-ended",
      subject: row.id,
      detail: { before: row },
    });
  }
}

/** What was judged is kept and shown. Only where a running task of the theme goes by autopilot is a hopeless theme retired without a tap. */
async function noteVerdict(tx: Tx, ctx: Context, closed: readonly Task[], evidence: ThemeEvidence): Promise<void> {
  const { theme } = evidence;
  const task = closed.findLast((each) => each.theme === theme);
  if (!task) return;
  const byItself = evidence.status === "retired" && task.autopilot;
  const status = evidence.status === "retired" && !byItself ? "weak" : evidence.status;
  await tx.learning.setTheme({
    id: theme,
    status,
    evidence: JSON.stringify(evidence),
    setBy: null,
    updatedAt: ctx.now(),
  });
  const audited = { at: ctx.now(), actor: "koloop", action: `theme.${status}`, subject: theme };
  await tx.settings.audit({ ...audited, detail: evidence });
  if (status === "ok") return;
  if (status === "template") await keepPattern(tx, ctx, closed, evidence);
  for (const manager of await tx.people.listByRole("manager"))
    await showStaff(tx, ctx, manager, await themeCardOf(tx, task, manager));
}

const patternKey = (theme: string): string => `theme-template:${theme}`;

/** A strong theme's best task becomes a template by itself, once, with what speaks for it. */
async function keepPattern(tx: Tx, ctx: Context, closed: readonly Task[], evidence: ThemeEvidence): Promise<void> {
  const { theme, tasks, strong, level } = evidence;
  if (await tx.settings.get(patternKey(theme))) return;
  let best: { task: Task; reached: number } | undefined;
  for (const task of closed) {
    if (task.theme !== theme) continue;
    const reached = (await tx.tasks.countApproved(task.id)) / Math.max(1, task.quota);
    if (!best || reached >= best.reached) best = { task, reached };
  }
  if (!best) return;
  const template = await saveTemplate(tx, ctx, best.task, null, { tasks, strong, level });
  await tx.settings.set(patternKey(theme), template.id, ctx.now());
}

/** The template that was kept of a strong theme; undefined where none was, or it is archived. */
export async function patternOf(tx: Tx, theme: string): Promise<Template | undefined> {
  const id = await tx.settings.get(patternKey(theme));
  return id ? tx.templates.find(id) : undefined;
}

/** A theme as it stands, with what can be done about it; `word`: the one just given, for its undo. */
export async function themeCardOf(tx: Tx, task: Task, reader: Person, word?: string) {
  const row = (await tx.learning.themes()).find(({ id }) => id === task.theme);
  const evidence = row?.evidence ? (JSON.parse(row.evidence) as Partial<ThemeEvidence>) : {};
  const view = {
    task,
    theme: task.theme,
    status: row?.status ?? "ok",
    evidence,
    lang: reader.lang,
    ...(word && { word }),
  };
  const template = row?.status === "template" ? await patternOf(tx, task.theme) : undefined;
  return themeCard({
    ...view,
    template,
    setBy: row?.setBy ? ((await tx.people.find(row.setBy))?.name ?? row.setBy) : null,
  });
}

/** "Retire": nobody is asked for it any more until somebody revives it. */
export const retireTapped = (scene: Scene<TapEvent>): Promise<void> => settle(scene, "retired");
/** "Revive", and "I disagree": the theme counts as sound, and for a while no verdict of koloop's changes that. */
export const reviveTapped = (scene: Scene<TapEvent>): Promise<void> => settle(scene, "ok");

async function settle(scene: Scene<TapEvent>, status: "retired" | "ok"): Promise<void> {
  const { tx, person, event } = scene;
  if (!mayAtAll(person, "theme.decide")) return replyRefusal(scene, "not-for-your-role");
  const task = await tx.tasks.find(event.action.id);
  if (!task) return replyRefusal(scene, "gone");
  const word = await settleTheme(tx, scene.ctx, person, { theme: task.theme, status, reason: "" });
  await redraw(tx, scene.ctx, await themeCardOf(tx, task, person, word), event.address);
}

/** "Undo" below a word on a theme: all is as it was before. Refused once something newer was said or judged of it. */
export async function undoThemeTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "theme.decide")) return replyRefusal(scene, "not-for-your-role");
  const theme = await undoThemeWord(tx, ctx, person, event.action.id);
  const task = theme === undefined ? undefined : (await tx.tasks.list()).find((each) => each.theme === theme);
  if (!task) return replyRefusal(scene, "nothing-to-undo");
  await redraw(tx, ctx, await themeCardOf(tx, task, person, "undone"), event.address);
}

type ThemeWord = { theme: string; status: "retired" | "ok"; reason: string; until?: number };

/** A person's word on a theme, audited; what stood before is kept under the id returned, for the undo. */
export async function settleTheme(tx: Tx, ctx: Context, person: Person, word: ThemeWord): Promise<string> {
  const { theme, status, reason, until = ctx.now() + wordHoldsMs } = word;
  const before = (await tx.learning.themes()).find(({ id }) => id === theme) ?? null;
  const evidence = { ...(before?.evidence ? (JSON.parse(before.evidence) as object) : {}), reason, until };
  const set = { id: theme, status, evidence: JSON.stringify(evidence), setBy: person.id, updatedAt: ctx.now() };
  await tx.learning.setTheme(set);
  const id = ctx.newId();
  await tx.settings.set(`theme-word:${id}`, JSON.stringify({ theme, before, after: set }), ctx.now());
  const audited = { at: ctx.now(), actor: person.id, action: `theme.${status}`, subject: theme };
  await tx.settings.audit({ ...audited, detail: { id, before: before?.status ?? "ok", reason, until } });
  return id;
}

type ThemeWordKept = { theme: string; before: ThemeRow | null; after?: ThemeRow };

/** Puts a theme back exactly as it was before a word and returns it; undefined where the word is not known, or no longer what stands. */
export async function undoThemeWord(tx: Tx, ctx: Context, person: Person, id: string): Promise<string | undefined> {
  const text = await tx.settings.get(`theme-word:${id}`);
  if (!text) return undefined;
  const { theme, before, after } = JSON.parse(text) as ThemeWordKept;
  const stands = (await tx.learning.themes()).find((row) => row.id === theme);
  if (after && !isSameWord(stands, after)) return undefined;
  if (before) await tx.learning.setTheme({ ...before, evidence: before.evidence ?? "{}" });
  else await tx.learning.dropTheme(theme);
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action: "theme.undone",
    subject: theme,
    detail: { id },
  });
  return theme;
}

const isSameWord = (row: ThemeRow | undefined, word: ThemeRow): boolean =>
  row?.setBy === word.setBy &&
  row.status === word.status &&
  row.evidence === word.evidence &&
  row.updatedAt === word.updatedAt;

const lists = /^(?:\/themes|主题(?:列表|状态|判断)?|themes)[??。]*$/i;
const orders: readonly [RegExp, "retired" | "ok"][] = [
  [/^(?:停用|退役|淘汰)主题\s*[「“"]?([^,,;;」”"]+)[」”"]?(?:[,,;;](.*))?$/, "retired"],
  [/^(?:恢复|启用|重启|保留|否决)主题\s*[「“"]?([^,,;;」”"]+)[」”"]?(?:[,,;;](.*))?$/, "ok"],
  [/^retire theme\s+([^,]+?)(?:,(.*))?$/i, "retired"],
  [/^(?:revive|keep|veto) theme\s+([^,]+?)(?:,(.*))?$/i, "ok"],
];

/** The reason and the end of a word stand behind commas, however they were said. */
const asClauses = (text: string): string =>
  text
    .replace(/[,,]?\s*(因为|原因[::]?)/, ",$1")
    .replace(/,?\s+(because)\s/i, ",$1 ")
    .replace(/,?\s+for (\d+ (?:days?|weeks?|months?))/i, ",$1");

/** `主题`, `停用主题 X,因为…,30天`, `恢复主题 X,因为…`, `否决主题 X,…`: the themes with their verdicts, and a manager's word against one. */
export async function orderTheme(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, person, event } = scene;
  if (!mayAtAll(person, "theme.decide")) return false;
  const text = event.text.trim().replace(/[。.!!]+$/, "");
  if (lists.test(text)) {
    const rows = await tx.learning.themes();
    await reply(scene, themeListCard({ key: `themes-${event.eventId}`, rows, lang: person.lang }));
    return true;
  }
  for (const [form, status] of orders) {
    const [, name, rest] = form.exec(asClauses(text)) ?? [];
    if (!name) continue;
    const task = (await tx.tasks.list()).find(({ theme }) => theme.toLowerCase() === name.trim().toLowerCase());
    if (!task) await replyRefusal(scene, "gone");
    else {
      const until = await themeWordEnd(scene, rest ?? "");
      const { reason } = readTerms((rest ?? "").split(/[,,;;]/));
      if (until !== undefined) {
        const word = await settleTheme(tx, scene.ctx, person, { theme: task.theme, status, reason, until });
        await reply(scene, await themeCardOf(tx, task, person, word));
      }
    }
    return true;
  }
  return false;
}

/** When a word on a theme ends, as it was said; undefined, and said so, where that was not understood or is past. */
async function themeWordEnd(scene: Scene<MessageEvent>, rest: string): Promise<number | undefined> {
  const { ctx, person, event } = scene;
  const { days, until } = readTerms(rest.split(/[,,;;]/));
  const said = until === undefined ? undefined : readDeadline(until, ctx.now(), person.timeZone ?? ctx.timeZone);
  const end = said === null ? undefined : endOf({ days: days ?? wordHoldsMs / dayMs }, said, ctx.now());
  if (end === undefined) await reply(scene, overrideHintCard("end", `theme-${event.eventId}`, person.lang));
  return end;
}
