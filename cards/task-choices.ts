import type { Task } from "#domain/task.ts";
import type { Card, Lang } from "./card.ts";
import { dayText, formName, say } from "./names.ts";

export type ShownChoice = { task: Task; form: string; chance: number; because: string[] };

/** The running tasks that suit somebody, the best first, each with why; one tap takes one. `lead` says why they are shown. */
export function taskChoicesCard(view: {
  key: string;
  choices: ShownChoice[];
  lead?: string;
  timeZone: string;
  lang: Lang;
}): Card {
  const { choices, lang } = view;
  const none = say(
    lang,
    "现在没有适合您的新任务。有了会告诉您。",
    "Nothing new suits you right now. We will tell you when something does.",
  );
  return {
    v: 1,
    key: view.key,
    title: view.lead ?? say(lang, "这些任务适合您", "These tasks suit you"),
    blocks:
      choices.length === 0
        ? [{ type: "text", text: none }]
        : choices.map((choice) => ({ type: "fact", label: choice.task.title, value: aboutChoice(choice, view) })),
    buttons: choices.slice(0, 5).map(({ task, form }, i) => ({
      label: say(
        lang,
        `接下 · ${task.title}(${formName(form, lang)})`,
        `Take · ${task.title} (${formName(form, lang)})`,
      ),
      action: { type: "task.take", id: task.id, arg: form },
      tone: i === 0 ? "primary" : "normal",
    })),
  };
}

function aboutChoice(
  { task, chance, because }: ShownChoice,
  { timeZone, lang }: { timeZone: string; lang: Lang },
): string {
  const parts = [
    task.forms.map(({ form }) => formName(form, lang)).join(say(lang, "或", " or ")),
    task.reward > 0 ? say(lang, `${task.reward} 积分`, `${task.reward} points`) : "",
    task.deadlineAt === null
      ? ""
      : say(lang, `${dayText(task.deadlineAt, timeZone, lang)}前`, `until ${dayText(task.deadlineAt, timeZone, lang)}`),
    ...because,
    say(lang, `预计完成率 ${Math.round(chance * 100)}%`, `${Math.round(chance * 100)}% of people like you finish it`),
  ];
  return parts.filter(Boolean).join(" · ");
}
