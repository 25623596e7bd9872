import type { Task } from "#domain/task.ts";
import type { Template } from "#domain/template.ts";
import type { ThemeEvidence } from "#domain/theme-verdict.ts";
import type { Card, Lang } from "./card.ts";
import { formName, say } from "./names.ts";
import { archiveButton, evidenceText as reachedText, useButton } from "./templates.ts";

export type ThemeView = {
  /** The latest task of the theme: what the buttons act on. */
  task: Task;
  theme: string;
  status: string;
  evidence: Partial<ThemeEvidence>;
  /** The name of who said so; null: koloop judged it. */
  setBy: string | null;
  /** The template that koloop has kept of a strong theme, while it is in use. */
  template?: Template | undefined;
  /** What the undo of the word just given is called by; `undone`: it was taken back. */
  word?: string | "undone";
  lang: Lang;
};

/** What koloop makes of a theme, on what evidence, and what can be done about it. */
export function themeCard(view: ThemeView): Card {
  const { task, theme, status, setBy, lang } = view;
  const shown = statusText(status, lang);
  return {
    v: 1,
    key: `theme-${task.id}`,
    title: say(lang, `主题「${theme}」:${shown}`, `Theme “${theme}”: ${shown}`),
    blocks: [
      { type: "fact", label: say(lang, "依据", "Evidence"), value: evidenceText(view.evidence, lang) },
      ...(status === "template" && view.template
        ? [
            {
              type: "fact" as const,
              label: say(lang, "已存为模板", "Kept as a template"),
              value: reachedText(view.template, lang),
            },
          ]
        : []),
      ...(setBy
        ? [{ type: "fact" as const, label: say(lang, "由", "Said by"), value: setBy }]
        : status === "weak"
          ? [{ type: "text" as const, text: proposals(task, lang) }]
          : []),
    ],
    buttons: [...buttonsOf(view), ...undoOf(view)],
    ...(view.word === "undone" && { settled: say(lang, "已撤销,和之前一样", "undone, as it was before") }),
  };
}

const undoOf = ({ word, lang }: ThemeView): Card["buttons"] =>
  word === undefined || word === "undone"
    ? []
    : [{ label: say(lang, "撤销", "Undo"), action: { type: "theme.undo", id: word }, tone: "normal" }];

function buttonsOf({ task, status, setBy, template, lang }: ThemeView): Card["buttons"] {
  const retire = {
    label: say(lang, "停用这个主题", "Retire this theme"),
    action: { type: "theme.retire" as const, id: task.id },
    tone: "danger" as const,
  };
  const revive = (zh: string, en: string) => ({
    label: say(lang, zh, en),
    action: { type: "theme.revive" as const, id: task.id },
    tone: "normal" as const,
  });
  if (status === "retired") return [revive("恢复", "Revive")];
  if (setBy) return [retire];
  if (status === "template" && template)
    return [{ ...useButton(template, lang), tone: "primary" }, archiveButton(template, lang)];
  if (status === "template")
    return [
      {
        label: say(lang, "存为模板", "Keep as a template"),
        action: { type: "health.template", id: task.id },
        tone: "primary",
      },
    ];
  if (status !== "weak") return [];
  const forms = task.forms.slice(0, 3).map(({ form }) => ({
    label: say(lang, `只用${formName(form, lang)}再试`, `Try again, ${formName(form, lang)} only`),
    action: { type: "health.repush" as const, id: task.id, arg: form },
    tone: "normal" as const,
  }));
  return [retire, ...(task.forms.length > 1 ? forms : []), revive("不认同", "I disagree")];
}

const proposals = (task: Task, lang: Lang): string =>
  say(
    lang,
    `可以:换一种形式;换一群人(改 ${task.title} 给 …);改写任务说明(改 ${task.title} 说明 …,改写后重新评判);或停用,以后不再为它问人。`,
    `You can: try another form; other people; another wording of the brief, which is judged anew; or retire it, and nobody is asked for it again.`,
  );

const statuses: Record<string, [string, string]> = {
  ok: ["正常", "sound"],
  weak: ["偏弱", "weak"],
  retired: ["已停用", "retired"],
  template: ["表现突出", "strong"],
};
const statusText = (status: string, lang: Lang): string => {
  const words = statuses[status];
  return words ? say(lang, ...words) : status;
};

function evidenceText({ tasks, weak, strong, level }: Partial<ThemeEvidence>, lang: Lang): string {
  if (tasks === undefined || weak === undefined || strong === undefined) return say(lang, "还没有", "none yet");
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const lean =
    level === undefined
      ? ""
      : say(
          lang,
          `,接受的几率是平常的 ${Math.exp(level).toFixed(2)} 倍`,
          `, odds of accepting ${Math.exp(level).toFixed(2)} times the usual`,
        );
  return say(
    lang,
    `${tasks} 个任务${lean};偏弱的可能 ${percent(weak)},突出的可能 ${percent(strong)}`,
    `${tasks} tasks${lean}; weak with ${percent(weak)}, strong with ${percent(strong)}`,
  );
}

/** All themes that were ever judged. */
export function themeListCard(view: {
  key: string;
  rows: readonly { id: string; status: string; evidence: string | null; setBy: string | null }[];
  lang: Lang;
}): Card {
  const { rows, lang } = view;
  const how = say(
    lang,
    "可以发:停用主题 X,因为…;恢复主题 X,因为…",
    "Send: retire theme X, because …; revive theme X, because …",
  );
  const facts = rows.slice(0, 20).map((row) => ({
    type: "fact" as const,
    label: row.id,
    value: `${statusText(row.status, lang)} · ${evidenceText(row.evidence ? (JSON.parse(row.evidence) as Partial<ThemeEvidence>) : {}, lang)}`,
  }));
  const none = say(
    lang,
    "还没有主题被判断过:每个结束的任务算一次。",
    "No theme has been judged yet: each task that ends counts once.",
  );
  return {
    v: 1,
    key: view.key,
    title: say(lang, "主题", "Themes"),
    blocks: [...(facts.length > 0 ? facts : [{ type: "text" as const, text: none }]), { type: "text", text: how }],
    buttons: [],
  };
}

/** Why a plan asks nobody. */
export const retiredThemeText = (theme: string, lang: Lang): string =>
  say(
    lang,
    `主题「${theme}」已停用,不会再问人。要继续,发「恢复主题 ${theme},因为…」。`,
    `The theme “${theme}” is retired: nobody is asked. To go on, send “revive theme ${theme}, because …”.`,
  );
