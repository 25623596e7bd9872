import type { MatchReason } from "#domain/match-reasons.ts";
import type { Task } from "#domain/task.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import { reasonForManager } from "./match-reason.ts";
import { clockText, dayText, formName, platformName, say } from "./names.ts";
import { autopilotButton } from "./task-orders.ts";

export type PlannedPerson = { name: string; form: string; expected: number; at: number; reasons: MatchReason[] };

export type PlanView = {
  task: Task;
  segmentNames: string[];
  /** In the order in which they would be asked. */
  people: PlannedPerson[];
  /** Completions to expect from this wave, with the interval that holds nine in ten. */
  expected: number;
  low: number;
  high: number;
  /** How many people each rule leaves out. */
  left: { why: string; count: number }[];
  taxonomy: Taxonomy;
  now: number;
  timeZone: string;
  lang: Lang;
};

const peopleShown = 5;

/** Shows a manager a task before it goes out: what it is, who would get it and why, what to expect; one tap sends it. */
export function taskPlanCard(view: PlanView): Card {
  const { task, people, lang } = view;
  return {
    v: 1,
    key: `plan-${task.id}`,
    title: say(lang, `任务草稿:${task.title}`, `Task draft: ${task.title}`),
    blocks: [...taskFacts(view), ...planBlocks(view)],
    buttons: buttons(task, people.length, lang),
  };
}

/** What a plan expects and of whom, without the task itself: for the page, where its fields stand beside it. */
export const planBlocks = (view: PlanView): Block[] => [...planFacts(view), ...warning(view), ...someone(view)];

/** The same card once it was sent or dropped. */
export function taskSettledCard(view: { task: Task; asked: number; lang: Lang }): Card {
  const { task, asked, lang } = view;
  const sent = say(lang, `已发送给 ${asked} 人`, `sent to ${asked} people`);
  return {
    v: 1,
    key: `plan-${task.id}`,
    title: task.title,
    blocks: [],
    buttons:
      task.status === "open"
        ? [
            {
              label: say(lang, "看进展", "See progress"),
              action: { type: "task.report", id: task.id },
              tone: "normal",
            },
            autopilotButton(task, lang),
          ]
        : [],
    settled: task.status === "open" ? sent : say(lang, "已取消", "cancelled"),
  };
}

function buttons(task: Task, people: number, lang: Lang): Button[] {
  const { id } = task;
  const send: Button = {
    label: say(lang, `发送给 ${people} 人`, `Send to ${people} people`),
    action: { type: "task.send", id },
    tone: "primary",
  };
  const list: Button = {
    label: say(lang, "看名单", "See the list"),
    action: { type: "task.people", id },
    tone: "normal",
  };
  const cancel: Button = { label: say(lang, "取消", "Cancel"), action: { type: "task.cancel", id }, tone: "danger" };
  const change: Button = {
    label: say(lang, "修改", "Change"),
    action: { type: "task.change", id },
    tone: "normal",
  };
  return people > 0 ? [send, list, change, autopilotButton(task, lang), cancel] : [change, cancel];
}

function taskFacts({ task, segmentNames, taxonomy, timeZone, lang }: PlanView): Block[] {
  const separator = say(lang, "、", ", ");
  const audience = [...segmentNames, ...task.target.tags.map((tag) => labelOf(taxonomy, tag, lang))];
  const excluded = task.target.exclude.tags.map((tag) => labelOf(taxonomy, tag, lang));
  const facts: [string, string][] = [
    [say(lang, "给谁", "For"), audience.join(separator) || say(lang, "所有 KOC", "all KOCs")],
    ...(excluded.length > 0 ? [[say(lang, "排除", "Not for"), excluded.join(separator)] as [string, string]] : []),
    [say(lang, "形式", "Form"), task.forms.map(({ form }) => formName(form, lang)).join(separator)],
    [say(lang, "目标", "Wanted"), say(lang, `${task.quota} 篇`, `${task.quota} pieces`)],
    [
      say(lang, "截止", "Until"),
      task.deadlineAt === null ? say(lang, "未定", "open") : dayText(task.deadlineAt, timeZone, lang),
    ],
    ...(task.reward > 0
      ? [[say(lang, "奖励", "Reward"), say(lang, `${task.reward} 积分`, `${task.reward} points`)] as [string, string]]
      : []),
    ...(task.proof.platforms.length > 0
      ? [
          [say(lang, "平台", "Platforms"), task.proof.platforms.map((p) => platformName(p, lang)).join(separator)] as [
            string,
            string,
          ],
        ]
      : []),
  ];
  return facts.map(([label, value]) => ({ type: "fact", label, value }));
}

function planFacts({ people, expected, low, high, left, lang }: PlanView): Block[] {
  const counts = left.filter(({ count }) => count > 0).map(({ why, count }) => `${why} ${count}`);
  return [
    {
      type: "fact",
      label: say(lang, "预计", "Expected"),
      value: say(
        lang,
        `推送 ${people.length} 人,完成 ${expected.toFixed(1)} 篇(九成把握 ${Math.floor(low)}–${Math.ceil(high)})`,
        `${people.length} asked, ${expected.toFixed(1)} completed (nine in ten: ${Math.floor(low)}–${Math.ceil(high)})`,
      ),
    },
    ...(counts.length > 0
      ? [{ type: "fact" as const, label: say(lang, "不推送", "Left out"), value: counts.join(say(lang, ",", ", ")) }]
      : []),
  ];
}

/** What a manager should know before sending: nobody fits, or the budget cannot bring what is wanted. */
function warning({ task, people, high, left, lang }: PlanView): Block[] {
  if (people.length === 0) {
    const most = [...left].sort((a, b) => b.count - a.count)[0];
    const why = most
      ? say(lang, `,主要是「${most.why}」(${most.count} 人)`, `, mostly “${most.why}” (${most.count})`)
      : "";
    return [{ type: "text", text: say(lang, `没有可以推送的人${why}。`, `There is nobody to ask${why}.`) }];
  }
  if (task.pushBudget !== null && task.pushBudget < task.quota) {
    const text = say(
      lang,
      `推送预算 ${task.pushBudget} 人,少于目标 ${task.quota} 篇:完不成,请加预算或减目标。`,
      `The budget of ${task.pushBudget} people is below the ${task.quota} pieces wanted: raise it or want less.`,
    );
    return [{ type: "text", text }];
  }
  if (Math.ceil(high) >= task.quota) return [];
  const text = say(
    lang,
    `这些人不太够完成 ${task.quota} 篇:可以放宽人群、延长时间或提高奖励。`,
    `These people will hardly bring ${task.quota} pieces: widen the audience, give more time or a higher reward.`,
  );
  return [{ type: "text", text }];
}

function someone({ people, taxonomy, lang }: PlanView): Block[] {
  return people.slice(0, peopleShown).map((person) => ({
    type: "fact",
    label: person.name,
    value: [
      formName(person.form, lang),
      ...person.reasons.slice(0, 3).map((r) => reasonForManager(r, taxonomy, lang)),
    ].join(" · "),
  }));
}

/** The whole list of a plan: who, in which form, when, and why. */
export function planListCard(view: PlanView): Card {
  const { task, people, taxonomy, now, timeZone, lang } = view;
  return {
    v: 1,
    key: `plan-list-${task.id}`,
    title: say(lang, `${task.title}:${people.length} 人`, `${task.title}: ${people.length} people`),
    blocks: [
      {
        type: "table",
        columns: say(lang, "谁,形式,预计,何时,为什么", "Who,Form,Expected,When,Why").split(","),
        rows: people.slice(0, 50).map((p) => [
          p.name,
          formName(p.form, lang),
          `${Math.round(p.expected * 100)}%`,
          clockText(p.at, now, timeZone, lang),
          p.reasons
            .slice(1, 4)
            .map((r) => reasonForManager(r, taxonomy, lang))
            .join(" · "),
        ]),
        alignRight: [2],
      },
    ],
    buttons: [],
  };
}
