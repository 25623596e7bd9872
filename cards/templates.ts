import type { Template } from "#domain/template.ts";
import type { Button, Card, Lang } from "./card.ts";
import { formName, percent, say } from "./names.ts";

const shownAtMost = 5;

/** The templates, the newest first, each with what it reached; one tap makes a draft from one. */
export function templateListCard(view: { key: string; templates: Template[]; lang: Lang }): Card {
  const { templates, lang } = view;
  const none = say(
    lang,
    "还没有模板。任务做得好,就发「存为模板 任务名」。",
    "There are no templates yet. When a task went well, send “save as template” and its name.",
  );
  const more = templates.length - shownAtMost;
  const how = say(
    lang,
    "也可以发:用模板 名字,10篇,12月5日前;归档模板 名字",
    "Or send: use template NAME, 10 pieces, by Dec 5; archive template NAME",
  );
  return {
    v: 1,
    key: view.key,
    title: say(lang, `任务模板(${templates.length})`, `Task templates (${templates.length})`),
    blocks:
      templates.length === 0
        ? [{ type: "text", text: none }]
        : [
            ...templates.slice(0, shownAtMost).map((template) => ({
              type: "fact" as const,
              label: template.title,
              value: evidenceText(template, lang),
            })),
            ...(more > 0
              ? [{ type: "text" as const, text: say(lang, `还有 ${more} 个,请写名字。`, `${more} more; name them.`) }]
              : []),
            { type: "text" as const, text: how },
          ],
    buttons: templates.slice(0, shownAtMost).map((template) => useButton(template, lang)),
  };
}

/** A task was kept as a template. */
export function templateSavedCard(view: { key: string; template: Template; lang: Lang }): Card {
  const { key, template, lang } = view;
  return {
    v: 1,
    key,
    title: say(lang, `已存为模板:${template.title}`, `Kept as a template: ${template.title}`),
    blocks: [{ type: "fact", label: say(lang, "依据", "Evidence"), value: evidenceText(template, lang) }],
    buttons: [useButton(template, lang), archiveButton(template, lang)],
  };
}

export function templateArchivedCard(view: { key: string; template: Template; lang: Lang }): Card {
  const { key, template, lang } = view;
  const settled = say(lang, "已归档,不再列出", "archived; no longer listed");
  return { v: 1, key, title: template.title, blocks: [], buttons: [], settled };
}

export const archiveButton = ({ id }: Pick<Template, "id">, lang: Lang): Button => ({
  label: say(lang, "归档这个模板", "Archive this template"),
  action: { type: "template.archive", id },
  tone: "danger",
});

export const useButton = (template: Pick<Template, "id" | "title">, lang: Lang): Button => ({
  label: say(lang, `用模板 · ${template.title}`, `Use · ${template.title}`),
  action: { type: "template.use", id: template.id },
  tone: "normal",
});

/** What the task behind a template reached. */
export function evidenceText({ body, evidence }: Template, lang: Lang): string {
  const { asked, accepted, approved, quota, reads, pattern } = evidence;
  const forms = body.forms.map(({ form }) => formName(form, lang)).join(say(lang, "、", ", "));
  const parts = [
    forms,
    say(lang, `完成 ${approved}/${quota}`, `${approved}/${quota} done`),
    ...(asked > 0
      ? [
          say(
            lang,
            `问 ${asked} 人,接受 ${percent(accepted, asked)}`,
            `${asked} asked, ${percent(accepted, asked)} took it`,
          ),
        ]
      : []),
    ...(reads !== null ? [say(lang, `阅读 ${reads}`, `${reads} reads`)] : []),
    ...(pattern ? [patternText(pattern, lang)] : []),
  ];
  return parts.join(" · ");
}

function patternText({ tasks, strong, level }: NonNullable<Template["evidence"]["pattern"]>, lang: Lang): string {
  const times = Math.exp(level).toFixed(2);
  const sure = Math.round(strong * 100);
  return say(
    lang,
    `主题 ${tasks} 个任务,接受的几率是平常的 ${times} 倍,突出的可能 ${sure} %`,
    `${tasks} tasks of the theme, odds of accepting ${times} times the usual, strong with ${sure} %`,
  );
}

/** Which template is meant, where a name fits none or several. */
export const whichTemplateText = (name: string, titles: string[], lang: Lang): string =>
  titles.length === 0
    ? say(lang, "还没有模板。", "There are no templates yet.")
    : say(
        lang,
        `没有恰好叫「${name}」的模板。有:${titles.slice(0, 8).join("、")}`,
        `No template is called “${name}” exactly. There are: ${titles.slice(0, 8).join(", ")}`,
      );
