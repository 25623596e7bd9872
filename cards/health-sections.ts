import type { HealthReport } from "#domain/health-report.ts";
import type { Block, Lang } from "./card.ts";
import { causeText, flagText, headline, moveText, shareText } from "./health-words.ts";
import { aspectName, clockText, formName, percent, platformName, say } from "./names.ts";
import { stepName } from "./task-report.ts";

/** A part of the report: the same blocks make the card, the page and the Markdown. */
export type Section = { title: string; blocks: Block[] };
export type HealthView = { report: HealthReport; lang: Lang; timeZone: string };

const scopeNames = {
  task: { zh: "任务", en: "task" },
  theme: { zh: "主题", en: "theme" },
  segment: { zh: "分群", en: "segment" },
  koc: { zh: "KOC", en: "KOC" },
  month: { zh: "月份", en: "month" },
};

export const healthTitle = ({ report, lang }: HealthView): string =>
  say(
    lang,
    `体检报告 · ${scopeNames[report.scope.kind].zh}:${report.scope.name}`,
    `Health report · ${scopeNames[report.scope.kind].en}: ${report.scope.name}`,
  );

/** As of when everything is, and the figures of posts, which come later. */
export function asOfText({ report, lang, timeZone }: HealthView): string {
  const at = clockText(report.now, 0, timeZone, lang);
  const figures = report.content.asOf === null ? "–" : clockText(report.content.asOf, 0, timeZone, lang);
  return say(lang, `截至 ${at},作品数据最新到 ${figures}`, `As of ${at}; figures of posts up to ${figures}`);
}

export const text = (words: string): Block => ({ type: "text", text: words });

/** All of the report, in the order in which it is read. */
export function healthSections(view: HealthView): Section[] {
  const sections = [
    verdict(view),
    funnel(view),
    ...groups(view),
    content(view),
    comments(view),
    output(view),
    next(view),
  ];
  return sections.filter(({ blocks }) => blocks.length > 0);
}

export function verdict({ report, lang }: HealthView): Section {
  const names = (id: string) => report.segmentNames[id] ?? id;
  const causes = (report.weak?.causes ?? []).map((cause) => text(causeText(cause, names, lang)));
  return {
    title: say(lang, "结论", "Verdict"),
    blocks: [text(headline(report, lang)), ...causes],
  };
}

export function funnel({ report, lang }: HealthView): Section {
  const rows = report.steps.map((step) => [
    stepName(step.step, lang),
    String(step.reached),
    step.entered === 0 ? "–" : shareText(step.share, lang),
    step.expected === null ? "–" : `${(step.expected * 100).toFixed(1)}%`,
    step.verdict === "weak"
      ? say(lang, "偏低", "low")
      : step.verdict === "too-few"
        ? say(lang, "样本太少", "too few")
        : "",
    step.hours === null
      ? "–"
      : step.hours < 48
        ? `${step.hours.toFixed(1)} h`
        : say(lang, `${(step.hours / 24).toFixed(1)} 天`, `${(step.hours / 24).toFixed(1)} d`),
  ]);
  const columns = say(
    lang,
    "步骤,人次,占上一步,可比任务,判断,中位用时",
    "Step,Reached,Of the step before,Comparable,Verdict,Median time",
  ).split(",");
  const goal =
    report.quota === null
      ? ""
      : say(
          lang,
          `,目标 ${report.quota},达成 ${percent(report.approved, report.quota)}`,
          `, wanted ${report.quota}, reached ${percent(report.approved, report.quota)}`,
        );
  return {
    title: say(lang, "漏斗", "Funnel"),
    blocks: [
      text(
        say(
          lang,
          `推送 ${report.pushed},通过 ${report.approved}${goal}`,
          `Pushed ${report.pushed}, approved ${report.approved}${goal}`,
        ),
      ),
      { type: "table", columns, rows, alignRight: [1, 3, 5] },
    ],
  };
}

function groups({ report, lang }: HealthView): Section[] {
  const table = (label: string, of: HealthReport["byForm"], nameOf: (name: string) => string): Block => ({
    type: "table",
    columns: [label, ...say(lang, "推送,参与率,完成率", "Pushed,Accepted,Completed").split(",")],
    rows: of.map((group) => [
      nameOf(group.name),
      String(group.pushed),
      group.enough ? shareText(group.accepted, lang) : say(lang, "样本太少", "too few"),
      group.enough ? shareText(group.approved, lang) : say(lang, "样本太少", "too few"),
    ]),
    alignRight: [1],
  });
  return [
    {
      title: say(lang, "按形式", "By form"),
      blocks:
        report.byForm.length === 0
          ? []
          : [table(say(lang, "形式", "Form"), report.byForm, (name) => formName(name, lang))],
    },
    {
      title: say(lang, "按分群", "By segment"),
      blocks:
        report.bySegment.length === 0 ? [] : [table(say(lang, "分群", "Segment"), report.bySegment, (name) => name)],
    },
  ];
}

function content({ report: { content: of, comments: _, ...report }, lang, timeZone }: HealthView): Section {
  if (of.posts === 0) return { title: "", blocks: [] };
  const raw =
    of.rawReads === of.reads && of.rawInteractions === of.interactions
      ? ""
      : say(
          lang,
          `(原始:阅读 ${of.rawReads},互动 ${of.rawInteractions})`,
          ` (raw: ${of.rawReads} reads, ${of.rawInteractions} interactions)`,
        );
  const blocks: Block[] = [
    text(
      say(
        lang,
        `${of.posts} 篇作品,${of.withFigures} 篇有数据;阅读 ${of.reads},互动 ${of.interactions}${raw}`,
        `${of.posts} posts, ${of.withFigures} with figures; ${of.reads} reads, ${of.interactions} interactions${raw}`,
      ),
    ),
  ];
  for (const rate of of.byForm) {
    const usual =
      rate.usual === null
        ? ""
        : say(
            lang,
            `,可比作品 ${(rate.usual * 100).toFixed(1)}%`,
            `, comparable posts ${(rate.usual * 100).toFixed(1)}%`,
          );
    const words = `${(rate.rate * 100).toFixed(1)}% (${(rate.low * 100).toFixed(1)}–${(rate.high * 100).toFixed(1)}%)`;
    blocks.push(
      text(
        say(
          lang,
          `${formName(rate.form, lang)}互动率 ${words},${rate.posts} 篇${usual}`,
          `Interaction rate of ${formName(rate.form, lang)}: ${words}, ${rate.posts} posts${usual}`,
        ),
      ),
    );
  }
  if (of.best.length > 0)
    blocks.push({
      type: "table",
      columns: say(
        lang,
        "做得好的作品,平台,形式,阅读,互动,截至",
        "What did well,Platform,Form,Reads,Interactions,As of",
      ).split(","),
      rows: of.best.map(({ post, figures, interactions, asOf }) => [
        `${post.personName} (${post.id})`,
        platformName(post.platform, lang),
        formName(post.form, lang),
        String(figures.reads ?? "–"),
        String(interactions),
        clockText(asOf, report.now, timeZone, lang),
      ]),
      alignRight: [3, 4],
    });
  for (const flag of of.flags.slice(0, 8)) blocks.push(text(`⚑ ${flag.submissionId} ${flagText(flag, lang)}`));
  if (of.flags.length > 8)
    blocks.push(
      text(say(lang, `另有 ${of.flags.length - 8} 处存疑的数据`, `and ${of.flags.length - 8} more doubtful figures`)),
    );
  return { title: say(lang, "内容", "Content"), blocks };
}

function comments({ report: { comments: of }, lang }: HealthView): Section {
  const title = say(lang, "评论", "Comments");
  const all = of.read + of.copied + of.doubles + of.own;
  if (all === 0) return { title, blocks: [] };
  const left = say(
    lang,
    `读了 ${of.read} 条;去掉重复 ${of.doubles}、抄来的 ${of.copied}、作者自己的 ${of.own}`,
    `${of.read} read; left out: ${of.doubles} doubles, ${of.copied} copied, ${of.own} by the author`,
  );
  if (!of.enough)
    return {
      title,
      blocks: [text(left), text(say(lang, "评论太少,不下结论。", "Too few comments to conclude anything."))],
    };
  const blocks: Block[] = [
    text(left),
    text(
      say(
        lang,
        `正面 ${shareText(of.positive, lang)};负面 ${shareText(of.negative, lang)}`,
        `Positive ${shareText(of.positive, lang)}; negative ${shareText(of.negative, lang)}`,
      ),
    ),
  ];
  for (const comment of of.praise.slice(0, 2)) blocks.push({ type: "quote", text: comment.text, from: comment.author });
  for (const comment of of.complaints.slice(0, 2))
    blocks.push({ type: "quote", text: comment.text, from: comment.author });
  const topics = [...of.aspects, ...of.keywords].slice(0, 12);
  if (topics.length > 0)
    blocks.push({
      type: "table",
      columns: say(lang, "在说什么,条数,正面,负面,原话", "Topic,Comments,Positive,Negative,In their words").split(","),
      rows: topics.map((topic) => [
        aspectName(topic.name, lang),
        String(topic.mentions),
        String(topic.positive),
        String(topic.negative),
        topic.quotes[0]?.text ?? "",
      ]),
      alignRight: [1, 2, 3],
    });
  return { title, blocks };
}

function output({ report: { output: of }, lang }: HealthView): Section {
  const words = say(
    lang,
    `交稿 ${of.handIns} 次,退回 ${of.sentBack},未通过 ${of.rejected},待审 ${of.waiting}`,
    `${of.handIns} hand-ins, ${of.sentBack} sent back, ${of.rejected} refused, ${of.waiting} waiting`,
  );
  return { title: say(lang, "产出与质量", "Output and quality"), blocks: of.handIns === 0 ? [] : [text(words)] };
}

function next({ report, lang }: HealthView): Section {
  return {
    title: say(lang, "接下来", "What to do next"),
    blocks: report.next.map((move) => text(moveText(move, lang))),
  };
}
