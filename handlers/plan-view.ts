import { say } from "#cards/names.ts";
import type { PlanView } from "#cards/task-plan.ts";
import type { Tx } from "#db/store.ts";
import type { RuleCount } from "#domain/match.ts";
import type { Person } from "#domain/person.ts";
import type { Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import type { PlannedWave } from "./plan-wave.ts";

/** A plan as a manager reads it. */
export async function planView(
  tx: Tx,
  ctx: Context,
  person: Person,
  task: Task,
  planned: PlannedWave,
): Promise<PlanView> {
  const { wave, left, kept } = planned;
  const names = new Map((await tx.people.list(wave.offers.map((offer) => offer.person))).map((p) => [p.id, p.name]));
  const segments = await tx.segments.active();
  return {
    task,
    segmentNames: task.target.segments.map((id) => segments.find((segment) => segment.id === id)?.name ?? id),
    people: wave.offers.map((offer) => ({
      name: names.get(offer.person) ?? offer.person,
      form: offer.form,
      expected: offer.expected,
      at: offer.at,
      reasons: offer.reasons,
    })),
    expected: wave.expected,
    low: wave.low,
    high: wave.high,
    left: [
      ...leftOut(left, person.lang),
      { why: say(person.lang, "留给其他任务", "kept for other tasks"), count: kept },
    ],
    taxonomy: ctx.taxonomy,
    now: ctx.now(),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  };
}

function leftOut(left: RuleCount, lang: "zh" | "en"): { why: string; count: number }[] {
  const words: Record<keyof RuleCount, string> = {
    "not-running": say(lang, "任务未进行", "not running"),
    "not-koc": say(lang, "已暂停", "paused"),
    "no-consent": say(lang, "未同意", "no consent"),
    excluded: say(lang, "不在目标内", "not in the target"),
    duplicate: say(lang, "已问过", "asked already"),
    "over-budget": say(lang, "超出预算", "over budget"),
    "declined-theme": say(lang, "婉拒过这个主题", "declined this theme"),
    "declined-form": say(lang, "婉拒过这种形式", "declined this form"),
    "too-late": say(lang, "来不及", "too late"),
    resting: say(lang, "休息中", "resting"),
    "quiet-hours": say(lang, "免打扰时段", "quiet hours"),
    capped: say(lang, "本周已满", "weekly cap"),
  };
  return Object.entries(left).map(([why, count]) => ({ why: words[why as keyof RuleCount], count: count ?? 0 }));
}
