import type { InfluencePart } from "#domain/influence.ts";
import type { Override } from "#domain/override.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Block, Card, Lang } from "./card.ts";
import type { Chart } from "./chart.ts";
import { dayText, formName, say } from "./names.ts";
import { overrideText } from "./weight-override.ts";

export type LearningView = {
  lang: Lang;
  zone: string;
  taxonomy: Taxonomy;
  /** The chance that a member accepts and hands in a fitting task, by segment and form. */
  forms: readonly {
    segment: string;
    segmentId: string;
    form: string;
    value: number;
    override?: Override | undefined;
  }[];
  /** What people of koloop's own tags were found to draw, and why. */
  influence: readonly {
    name: string;
    weight: number;
    posts: number;
    reasons: readonly { kind: InfluencePart["kind"]; points: number }[];
  }[];
  /** Answers to suggestions, by tag; older answers count less. */
  tags: readonly { tag: string; confirmed: number; rejected: number; verdicts: number }[];
  themes: readonly {
    id: string;
    status: string;
    setBy: string | null;
    until: number | null;
    reason: string;
    /** The template that was kept of a strong theme. */
    template: { id: string; title: string } | null;
  }[];
  phrases: readonly { tag: string; phrase: string; state: string }[];
  moves: readonly {
    scope: string;
    key: string;
    name: string;
    before: number | null;
    after: number;
    cause: string;
    at: number;
  }[];
};

type Section = { title: string; blocks: Block[] };

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;
const segmentsInChart = 8;

/** The form weights as a picture; undefined where nothing has been learned. */
export function formChart({ forms, lang }: LearningView): Chart | undefined {
  const segments = [...new Set(forms.map(({ segment }) => segment))].slice(0, segmentsInChart);
  const names = [...new Set(forms.map(({ form }) => form))];
  if (segments.length === 0) return undefined;
  const value = (segment: string, form: string) =>
    forms.find((each) => each.segment === segment && each.form === form)?.value ?? null;
  return {
    title: say(lang, "各分群的形式权重", "Form weights of the segments"),
    note: say(
      lang,
      "合适的任务发出去,成员接受并交稿的可能",
      "the chance that a member accepts and hands in a fitting task",
    ),
    alt: segments
      .map(
        (segment) =>
          `${segment}: ${names.map((form) => `${formName(form, lang)} ${share(value(segment, form) ?? 0)}`).join(", ")}`,
      )
      .join("; "),
    panels: [
      {
        title: say(lang, "按分群", "By segment"),
        kind: "bars",
        names: segments,
        series: names.map((form) => ({ name: formName(form, lang), values: segments.map((s) => value(s, form)) })),
        unit: "share",
      },
    ],
  };
}

/** All that has been learned, where it comes from and how it moved, for the page and, in part, for the chat. */
export function learningSections(view: LearningView): Section[] {
  return [
    formSection(view),
    themeSection(view),
    influenceSection(view),
    tagSection(view),
    phraseSection(view),
    moveSection(view),
  ];
}

const nothing = (lang: Lang): Block => ({ type: "text", text: say(lang, "还没有学到。", "Nothing yet.") });
const tableOf = (lang: Lang, columns: string[], rows: string[][], alignRight: number[]): Block =>
  rows.length > 0 ? { type: "table", columns, rows, alignRight } : nothing(lang);

function formSection({ forms, lang }: LearningView): Section {
  const names = [...new Set(forms.map(({ form }) => form))];
  const rows = [...new Set(forms.map(({ segment }) => segment))].map((segment) => [
    segment,
    ...names.map((form) => {
      const found = forms.find((each) => each.segment === segment && each.form === form);
      if (!found) return "–";
      return found.override ? `${share(found.value)} (${overrideText(found.override, lang)})` : share(found.value);
    }),
  ]);
  const columns = [say(lang, "分群", "Segment"), ...names.map((form) => formName(form, lang))];
  const from = say(
    lang,
    "来自每一次推送的结果;人少的分群借用全体的经验,半年前的结果比昨天的轻。",
    "From what became of each push; small segments lean on everybody's, and old outcomes count less.",
  );
  const table = tableOf(
    lang,
    columns,
    rows,
    names.map((_, i) => i + 1),
  );
  return { title: say(lang, "形式权重", "Form weights"), blocks: [table, { type: "text", text: from }] };
}

const themeWords: Record<string, [string, string]> = {
  ok: ["正常", "sound"],
  weak: ["偏弱", "weak"],
  retired: ["已停用", "retired"],
  template: ["表现突出", "strong"],
};

function themeSection({ themes, lang, zone }: LearningView): Section {
  const rows = themes.map(({ id, status, setBy, until, reason }) => {
    const words = themeWords[status];
    const end = setBy !== null && until !== null ? dayText(until, zone, lang) : "–";
    return [id, words ? say(lang, ...words) : status, setBy ?? "koloop", setBy === null ? "–" : reason || "–", end];
  });
  const columns = [
    say(lang, "主题", "Theme"),
    say(lang, "状态", "Status"),
    say(lang, "谁定的", "Said by"),
    say(lang, "原因", "Reason"),
    say(lang, "到期", "Ends"),
  ];
  return { title: say(lang, "主题", "Themes"), blocks: [tableOf(lang, columns, rows, [])] };
}

const parts: Record<InfluencePart["kind"], [string, string]> = {
  base: ["平常的人", "a usual person"],
  reach: ["阅读比同任务同形式的人", "reads against peers on the same task and form"],
  engagement: ["互动比同行", "engagement against peers"],
  tags: ["标签相近的人", "people of like tags"],
};

function influenceSection({ influence, lang }: LearningView): Section {
  const rows = influence.map(({ name, weight, posts, reasons }) => [
    name,
    weight.toFixed(2),
    String(posts),
    reasons
      .map(
        ({ kind, points }) => `${say(lang, ...parts[kind])} ${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(2)}`,
      )
      .join(say(lang, ";", "; ")),
  ]);
  const columns = [
    "KOC",
    say(lang, "影响力", "Influence"),
    say(lang, "作品", "Posts"),
    say(lang, "理由(相加)", "Reasons (added up)"),
  ];
  return { title: say(lang, "影响力", "Influence"), blocks: [tableOf(lang, columns, rows, [1, 2])] };
}

/** A retraction is counted apart, under the tag's key with a minus before it. */
export function suggestionName(key: string, { taxonomy, lang }: Pick<LearningView, "taxonomy" | "lang">): string {
  const name = labelOf(taxonomy, key.replace(/^-/, ""), lang);
  return key.startsWith("-") ? say(lang, `不再是${name}`, `no longer ${name}`) : name;
}

function tagSection(view: LearningView): Section {
  const { tags, lang } = view;
  const rows = tags.map((tag) => [
    suggestionName(tag.tag, view),
    String(tag.verdicts),
    share(tag.confirmed / Math.max(tag.confirmed + tag.rejected, 1e-9)),
  ]);
  const columns = [
    say(lang, "标签", "Tag"),
    say(lang, "答复", "Answers"),
    say(lang, "确认率(近期为重)", "Confirmed (lately)"),
  ];
  const how = say(lang, "撤销:在聊天里发「忘掉 标签名」。", "Undo: send “forget TAG” in the chat.");
  const blocks = [
    tableOf(lang, columns, rows, [1, 2]),
    ...(rows.length > 0 ? [{ type: "text" as const, text: how }] : []),
  ];
  return { title: say(lang, "提示学到的", "Learned of suggestions"), blocks };
}

const states: Record<string, [string, string]> = {
  asked: ["等经理决定", "waits for a manager"],
  accepted: ["已收下", "accepted"],
  dropped: ["不要", "declined"],
  undone: ["已撤销", "undone"],
};

function phraseSection(view: LearningView): Section {
  const { phrases, lang } = view;
  const rows = phrases.map(({ tag, phrase, state }) => {
    const words = states[state];
    return [phrase, suggestionName(tag, view), words ? say(lang, ...words) : state];
  });
  const columns = [say(lang, "说法", "Words"), say(lang, "标签", "Tag"), say(lang, "状态", "State")];
  return { title: say(lang, "学到的说法", "Learned words"), blocks: [tableOf(lang, columns, rows, [])] };
}

/** Why a weight moved, of what `handlers/keep-weights.ts` notes; anything else as it was noted. */
function moveCause(cause: string, lang: Lang): string {
  if (cause === "put right") return say(lang, "有人手改过,已改回", "edited by hand, put right");
  const [, step] = /^step (\d+)$/.exec(cause) ?? [];
  return step ? say(lang, `第 ${step} 条结果为止的反馈`, `outcomes up to number ${step}`) : cause;
}

function moveSection(view: LearningView): Section {
  const { moves, lang, zone } = view;
  const rows = moves.map(({ scope, key, name, before, after, cause, at }) => [
    dayText(at, zone, lang),
    scope === "tag" ? suggestionName(key, view) : `${key}${scope === "segment" ? ` · ${formName(name, lang)}` : ""}`,
    before === null ? "–" : share(before),
    share(after),
    moveCause(cause, lang),
  ]);
  const columns = [
    say(lang, "时间", "When"),
    say(lang, "权重", "Weight"),
    say(lang, "之前", "Before"),
    say(lang, "之后", "After"),
    say(lang, "因为", "Because of"),
  ];
  return { title: say(lang, "怎么变的", "How they moved"), blocks: [tableOf(lang, columns, rows, [2, 3])] };
}

/** The weights in chat: the picture, the tags whose suggestions are refused most, and where the page is. */
export function learningCard(view: LearningView, where: { key: string; url: string; pictureId?: string }): Card {
  const { lang } = view;
  const chart = formChart(view);
  const [form, theme] = learningSections({ ...view, forms: view.forms.slice(0, 24), themes: view.themes.slice(0, 8) });
  const doubted = view.tags.filter(({ rejected, confirmed }) => rejected > confirmed).slice(0, 3);
  return {
    v: 1,
    key: where.key,
    title: say(lang, "学到的权重", "What was learned"),
    blocks: [
      ...(where.pictureId && chart
        ? [{ type: "picture" as const, pictureId: where.pictureId, alt: chart.alt }]
        : (form?.blocks ?? [])),
      ...(theme?.blocks ?? []),
      ...doubted.map((tag) => ({
        type: "fact" as const,
        label: suggestionName(tag.tag, view),
        value: say(
          lang,
          `${tag.verdicts} 次答复,多数不对,少提示了`,
          `${tag.verdicts} answers, mostly no: suggested less`,
        ),
      })),
      { type: "link", label: say(lang, "全部权重和变化", "All weights and moves"), url: where.url },
    ],
    buttons: doubted.map((tag) => ({
      label: say(lang, `忘掉 ${suggestionName(tag.tag, view)}`, `Forget ${suggestionName(tag.tag, view)}`),
      action: { type: "learned.forget" as const, id: tag.tag.replace(/^-/, "") },
      tone: "normal" as const,
    })),
  };
}

/** What was learned of a tag's suggestions is forgotten, or back. */
export function forgottenCard(view: {
  id: string;
  tag: string;
  count: number;
  restored: boolean;
  taxonomy: Taxonomy;
  lang: Lang;
}): Card {
  const { id, count, restored, lang } = view;
  const tag = labelOf(view.taxonomy, view.tag, lang);
  return {
    v: 1,
    key: `forgotten-${id}`,
    title: say(lang, `「${tag}」的提示回到出厂`, `Suggestions of “${tag}” are as shipped again`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          `忘掉了 ${count} 条学到的。标签本身不变。`,
          `${count} things learned are forgotten. Nobody's tags change.`,
        ),
      },
    ],
    buttons: restored
      ? []
      : [{ label: say(lang, "撤销", "Undo"), action: { type: "learned.restore", id }, tone: "normal" }],
    ...(restored && { settled: say(lang, "已撤销,学到的都在", "undone, all that was learned is back") }),
  };
}
