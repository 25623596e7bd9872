import { type Step, steps, type Task } from "#domain/task.ts";
import type { Block, Card, Lang } from "./card.ts";
import { clockText, percent, say } from "./names.ts";
import { declineBlocks, type TaskAnswers } from "./task-answers.ts";

/** How many reached each step. */
export type Funnel = Record<Step, number>;
/** Groups under this many pushes are shown without a rate: too little to say. */
export const smallestGroup = 5;

export type ReportView = {
  task: Task;
  funnel: Funnel;
  bySegment: { name: string; funnel: Funnel }[];
  byForm: { name: string; funnel: Funnel }[];
  /** The step that loses most; undefined where too few entered it to say. */
  weakest: { from: Step; to: Step; rate: number } | undefined;
  /** Sums over the latest figures of the approved posts that have any; null where none has. */
  figures: { posts: number; reads: number; interactions: number } | null;
  answers: TaskAnswers;
  now: number;
  timeZone: string;
  lang: Lang;
};

const stepNames: Record<Step, { zh: string; en: string }> = {
  pushed: { zh: "推送", en: "Pushed" },
  seen: { zh: "查看", en: "Seen" },
  accepted: { zh: "接受", en: "Accepted" },
  submitted: { zh: "交稿", en: "Handed in" },
  approved: { zh: "通过", en: "Approved" },
};
export const stepName = (step: Step, lang: Lang): string => stepNames[step][lang];

/** How a task is doing: the funnel, who answers and in which form, what it drew, and the step that loses most. */
export function taskReportCard(view: ReportView): Card {
  const { task, lang } = view;
  return {
    v: 1,
    key: `report-${task.id}`,
    title: say(lang, `进展:${task.title}`, `Progress: ${task.title}`),
    blocks: [
      funnelTable(view),
      ...groups(say(lang, "分群", "Segment"), view.bySegment, lang),
      ...groups(say(lang, "形式", "Form"), view.byForm, lang),
      ...figures(view),
      ...declineBlocks(view.answers, lang),
      { type: "text", text: weakText(view) },
      {
        type: "text",
        text: say(
          lang,
          `截至 ${clockText(view.now, view.now, view.timeZone, lang)}`,
          `As of ${clockText(view.now, view.now, view.timeZone, lang)}`,
        ),
      },
    ],
    buttons: [{ label: say(lang, "刷新", "Refresh"), action: { type: "task.report", id: task.id }, tone: "normal" }],
  };
}

function funnelTable({ funnel, task, lang }: ReportView): Block {
  const rows = steps.map((step, i) => {
    const before = steps[i - 1];
    return [
      stepName(step, lang),
      String(funnel[step]),
      before ? percent(funnel[step], funnel[before]) : "",
      percent(funnel[step], funnel.pushed),
    ];
  });
  const goal = [say(lang, "目标", "Wanted"), String(task.quota), "", percent(funnel.approved, task.quota)];
  return {
    type: "table",
    columns: say(lang, "步骤,人数,比上一步,比推送", "Step,People,Of the step before,Of the pushed").split(","),
    rows: [...rows, goal],
    alignRight: [1, 2, 3],
  };
}

function groups(label: string, rows: { name: string; funnel: Funnel }[], lang: Lang): Block[] {
  if (rows.length === 0) return [];
  const small = say(lang, "样本太少", "too few");
  return [
    {
      type: "table",
      columns: [label, ...say(lang, "推送,参与率,完成率", "Pushed,Accepted,Completed").split(",")],
      rows: rows.map(({ name, funnel }) => [
        name,
        String(funnel.pushed),
        funnel.pushed < smallestGroup ? small : percent(funnel.accepted, funnel.pushed),
        funnel.pushed < smallestGroup ? small : percent(funnel.approved, funnel.pushed),
      ]),
      alignRight: [1, 2, 3],
    },
  ];
}

function figures({ figures: sums, lang }: ReportView): Block[] {
  if (!sums) return [];
  const { posts, reads, interactions } = sums;
  return [
    {
      type: "fact",
      label: say(lang, "内容", "Content"),
      value: say(
        lang,
        `${posts} 篇有数据,阅读 ${reads},互动率 ${percent(interactions, reads)}`,
        `${posts} posts with figures, ${reads} reads, interaction rate ${percent(interactions, reads)}`,
      ),
    },
  ];
}

function weakText({ weakest, lang }: ReportView): string {
  if (!weakest) return say(lang, "数据还太少,先不下结论。", "Too little data to conclude anything yet.");
  const step = `${stepName(weakest.from, lang)} → ${stepName(weakest.to, lang)}`;
  const rate = `${(weakest.rate * 100).toFixed(1)}%`;
  return say(lang, `掉得最多的一步:${step}(${rate})`, `The step that loses most: ${step} (${rate})`);
}
