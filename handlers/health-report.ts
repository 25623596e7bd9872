import type { Card } from "#cards/card.ts";
import { healthChart, healthReportCard } from "#cards/health-report.ts";
import { say } from "#cards/names.ts";
import type { Tx } from "#db/store.ts";
import type { HealthScope } from "#domain/health-facts.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { isoDate } from "#domain/zone.ts";
import type { Context, Scene } from "./context.ts";
import { findScope } from "./find-scope.ts";
import { reportHealth } from "./gather-health.ts";
import type { MessageEvent } from "./incoming.ts";
import { reply, showStaff } from "./say.ts";

const asks = /^(?:\/health|health report|体检报告|体检)[\s::]*(.*)$/i;
const kinds: [RegExp, HealthScope["kind"]][] = [
  [/^(?:任务|task)[\s::]+/i, "task"],
  [/^(?:主题|theme)[\s::]+/i, "theme"],
  [/^(?:分群|segment)[\s::]+/i, "segment"],
  [/^(?:KOC|达人)[\s::]+/i, "koc"],
];

/** `体检报告 儿童安全座椅`, `体检报告 主题 自驾路线`, `体检报告 2026-10`, `health report T12`: the whole report as a card with a picture. */
export async function askedForHealth(scene: Scene<MessageEvent>): Promise<boolean> {
  const asked = asks.exec(scene.event.text.trim());
  if (!asked || !mayAtAll(scene.person, "task.measure")) return false;
  const { tx, ctx, person } = scene;
  const scope = await scopeOf(tx, ctx, asked[1] ?? "");
  if (!scope) {
    const titles = (await tx.tasks.list()).filter((task) => task.publishedAt !== null).map((task) => task.title);
    const latest = titles.slice(0, 5).join("、");
    await reply(
      scene,
      say(
        person.lang,
        `没有找到。可以说「体检报告 任务名」,也可以是主题、分群、KOC 或月份(2026-10)。最近的任务:${latest}`,
        `Nothing of that name. Say "health report" and a task, theme, segment, KOC or month (2026-10). The latest tasks: ${latest}`,
      ),
    );
    return true;
  }
  await reply(scene, await healthCard(tx, ctx, scope, person));
  return true;
}

async function scopeOf(tx: Tx, ctx: Context, said: string): Promise<HealthScope | undefined> {
  const words = said.trim();
  if (/^(?:本月|这个月|this month)$/i.test(words))
    return findScope(tx, "month", isoDate(ctx.now(), ctx.timeZone).slice(0, 7));
  for (const [prefix, kind] of kinds) if (prefix.test(words)) return findScope(tx, kind, words.replace(prefix, ""));
  if (words === "") {
    const newest = (await tx.tasks.list()).find((task) => task.status === "closed" || task.status === "open");
    return newest && { kind: "task", id: newest.id, name: newest.title };
  }
  for (const kind of ["month", "task", "theme", "segment", "koc"] as const) {
    const found = await findScope(tx, kind, words);
    if (found) return found;
  }
  return undefined;
}

/** The card with its picture, in the words of its reader. `done` says what one of its taps has brought about. */
export async function healthCard(
  tx: Tx,
  ctx: Context,
  scope: HealthScope,
  reader: Person,
  done?: string,
): Promise<Card> {
  const timeZone = reader.timeZone ?? ctx.timeZone;
  const now = ctx.now();
  const report = await reportHealth(tx, scope, { now, timeZone: ctx.timeZone, readComment: ctx.readComment });
  const view = { report, lang: reader.lang, timeZone };
  const pictureId = ctx.newId();
  const bytes = await ctx.drawChart(healthChart(view));
  await tx.settings.addPicture({ id: pictureId, mime: "image/png", bytes, createdAt: now });
  const pageUrl = `${ctx.ownUrl()}/reports/${scope.kind}/${encodeURIComponent(scope.id)}`;
  return healthReportCard({ ...view, pictureId, pageUrl, ...(done !== undefined && { done }) });
}

/** Each task that koloop itself ran gets its report once it is over; history that was imported gets none. */
export async function sendClosedReports(tx: Tx, ctx: Context): Promise<void> {
  const ids = await tx.reportFacts.closedWithoutReport();
  if (ids.length === 0) return;
  const managers = await tx.people.listByRole("manager");
  for (const id of ids) {
    const task = await tx.tasks.find(id);
    if (!task) continue;
    await tx.settings.set(`health-sent:${id}`, String(ctx.now()), ctx.now());
    const readers = managers.filter((person) => task.createdBy === null || person.id === task.createdBy);
    for (const reader of readers.length > 0 ? readers : managers)
      await showStaff(tx, ctx, reader, await healthCard(tx, ctx, { kind: "task", id, name: task.title }, reader));
  }
}
