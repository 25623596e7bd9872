import type { NextMove } from "#domain/health-report.ts";
import { steps } from "#domain/task.ts";
import type { Action } from "./action.ts";
import type { Button, Card } from "./card.ts";
import type { Chart, Panel } from "./chart.ts";
import { asOfText, funnel, type HealthView, healthSections, healthTitle, text, verdict } from "./health-sections.ts";
import { headline, moveText } from "./health-words.ts";
import { formName, say } from "./names.ts";
import { stepName } from "./task-report.ts";

/** The report in a chat: the verdict, a picture, the numbers behind it, and what to do next as taps. */
export function healthReportCard(view: HealthView & { pictureId?: string; done?: string; pageUrl?: string }): Card {
  const { report } = view;
  const sections = healthSections(view);
  const rest = sections.slice(2, -1).flatMap(({ blocks }) => blocks.slice(0, 4));
  return {
    v: 1,
    key: `health-${report.scope.kind}-${report.scope.id}`.slice(0, 60),
    title: healthTitle(view),
    blocks: [
      ...verdict(view).blocks,
      ...(view.pictureId ? [{ type: "picture" as const, pictureId: view.pictureId, alt: healthChart(view).alt }] : []),
      ...funnel(view).blocks,
      ...rest.slice(0, 12),
      text(asOfText(view)),
      ...(view.pageUrl
        ? [{ type: "link" as const, label: say(view.lang, "完整报告", "The whole report"), url: view.pageUrl }]
        : []),
    ],
    buttons: report.scope.kind === "task" ? buttons(view) : [],
    ...(view.done !== undefined && { settled: view.done }),
  };
}

function buttons({ report, lang }: HealthView): Button[] {
  const id = report.scope.id;
  return report.next.map((move): Button => {
    const label = [...moveText(move, lang)].slice(0, 24).join("");
    return { label, action: actions[move.kind](id, move), tone: move.kind === "repush" ? "primary" : "normal" };
  });
}

const actions: Record<NextMove["kind"], (id: string, move: NextMove) => Action> = {
  repush: (id, move) => ({ type: "health.repush", id, ...(move.kind === "repush" && { arg: move.form }) }),
  "retire-theme": (id) => ({ type: "health.retire-theme", id }),
  "save-template": (id) => ({ type: "health.template", id }),
  thank: (id) => ({ type: "health.thank", id }),
};

/** What the picture of the report shows: the steps against comparable tasks, the forms, and how the reads grew. */
export function healthChart(view: HealthView): Chart {
  const { report, lang } = view;
  const panels: Panel[] = [
    {
      title: say(lang, "每一步,占上一步", "Each step, of the step before"),
      kind: "bars",
      unit: "share",
      names: steps.slice(1).map((step) => stepName(step, lang)),
      series: [
        {
          name: say(lang, "这一次", "This one"),
          values: report.steps.map(({ entered, share }) => (entered === 0 ? null : share.rate)),
        },
        { name: say(lang, "可比任务", "Comparable"), values: report.steps.map(({ expected }) => expected) },
      ],
    },
  ];
  const forms = report.byForm.filter(({ enough }) => enough);
  if (forms.length > 1)
    panels.push({
      title: say(lang, "各形式的完成率", "Completion by form"),
      kind: "bars",
      unit: "share",
      names: forms.map(({ name }) => formName(name, lang)),
      series: [{ name: say(lang, "完成率", "Completed"), values: forms.map(({ approved }) => approved.rate) }],
    });
  const { curve } = report.content;
  if (curve.filter(({ reads }) => reads !== null).length > 1)
    panels.push({
      title: say(lang, "发布后的阅读(已清洗)", "Reads since publishing (cleaned)"),
      kind: "lines",
      unit: "count",
      names: curve.map(({ day }) => say(lang, `第${day}天`, `day ${day}`)),
      series: [{ name: say(lang, "阅读", "Reads"), values: curve.map(({ reads }) => reads) }],
    });
  return { title: healthTitle(view), note: asOfText(view), alt: headline(report, lang), panels };
}
