import type { Task, TaskStatus } from "#domain/task.ts";
import type { TaskEdit } from "#domain/task-edit.ts";
import type { Button, Card, Lang } from "./card.ts";
import { statusName } from "./my-tasks.ts";
import { dayText, formName, platformName, say } from "./names.ts";

/** Which task is meant, where a name fits none or several. */
export function whichTaskText(name: string, titles: string[], lang: Lang): string {
  const list = titles.slice(0, 6).join(say(lang, "、", ", "));
  if (titles.length === 0)
    return say(lang, "现在没有可以这样做的任务。", "There is no task right now that this can be done with.");
  return name === ""
    ? say(lang, `是哪个任务?请带上名字:${list}`, `Which task? Please name it: ${list}`)
    : say(
        lang,
        `没有恰好叫「${name}」的任务。您是指:${list}?`,
        `No task is called “${name}” exactly. Did you mean: ${list}?`,
      );
}

/** What an order has done to a task. */
export function taskMovedCard(view: { key: string; task: Task; freed: number; atWork: number; lang: Lang }): Card {
  const { task, freed, atWork, lang } = view;
  const facts = [
    freed > 0 ? say(lang, `未回复的 ${freed} 人已收回,不再打扰`, `${freed} unanswered offers were taken back`) : "",
    atWork > 0 ? say(lang, `已接受的 ${atWork} 人还在做`, `${atWork} people who said yes are still at work`) : "",
  ].filter(Boolean);
  return {
    v: 1,
    key: view.key,
    title: `${task.title}:${statusName(task.status, lang)}`,
    blocks: facts.map((text) => ({ type: "text", text })),
    buttons: [progress(task.id, lang)],
  };
}

/** What was changed, and who sees it. */
export function taskEditedCard(view: {
  key: string;
  task: Task;
  edit: TaskEdit;
  told: number;
  timeZone: string;
  lang: Lang;
}): Card {
  const { task, edit, told, timeZone, lang } = view;
  const changes: [string, string | undefined][] = [
    [say(lang, "标题", "Title"), edit.title],
    [say(lang, "截止", "Until"), edit.deadlineAt == null ? undefined : dayText(edit.deadlineAt, timeZone, lang)],
    [say(lang, "目标", "Wanted"), edit.quota?.toString()],
    [say(lang, "奖励", "Reward"), edit.reward?.toString()],
    [say(lang, "推送预算", "Push budget"), edit.pushBudget?.toString()],
    [say(lang, "重要度", "Importance"), edit.importance?.toString()],
    [say(lang, "主题", "Theme"), edit.theme],
    [say(lang, "要求", "Brief"), edit.brief],
    [
      say(lang, "素材", "Materials"),
      edit.materials && (edit.materials.join(say(lang, "、", ", ")) || say(lang, "无", "none")),
    ],
    [say(lang, "形式", "Form"), edit.forms?.map(({ form }) => formName(form, lang)).join(say(lang, "、", ", "))],
    [say(lang, "人群", "People"), edit.target && say(lang, "已更新", "changed")],
    [
      say(lang, "平台", "Platforms"),
      edit.proof?.platforms?.map((p) => platformName(p, lang)).join(say(lang, "、", ", ")) ||
        (edit.proof?.platforms && say(lang, "不限", "any")),
    ],
    [say(lang, "必须提到", "Must mention"), edit.proof?.mustMention?.join(say(lang, "、", ", "))],
    [say(lang, "每人篇数", "Pieces each"), edit.proof?.count?.toString()],
  ];
  const facts = changes.flatMap(([label, value]) =>
    value === undefined ? [] : [{ type: "fact" as const, label, value }],
  );
  const seen = say(lang, `${told} 人手里的任务卡已更新`, `The cards of ${told} people were brought up to date`);
  return {
    v: 1,
    key: view.key,
    title: say(lang, `已修改:${task.title}`, `Changed: ${task.title}`),
    blocks: told > 0 ? [...facts, { type: "text", text: seen }] : facts,
    buttons: [],
  };
}

/** A running task's next wave, for a manager who decides on it: how far the task is, who would be asked, what to expect. */
export function nextWaveCard(view: {
  task: Task;
  wave: number;
  approved: number;
  people: number;
  expected: number;
  lang: Lang;
}): Card {
  const { task, wave, approved, people, expected, lang } = view;
  const send: Button = {
    label: say(lang, `再发给 ${people} 人`, `Ask ${people} more`),
    action: { type: "wave.send", id: task.id, arg: String(wave) },
    tone: "primary",
  };
  const list: Button = {
    label: say(lang, "看名单", "See the list"),
    action: { type: "task.people", id: task.id },
    tone: "normal",
  };
  return {
    v: 1,
    key: `wave-${task.id}-${wave}`,
    title: say(lang, `第 ${wave} 批:${task.title}`, `Wave ${wave}: ${task.title}`),
    blocks: [
      { type: "fact", label: say(lang, "已完成", "Done"), value: `${approved}/${task.quota}` },
      {
        type: "fact",
        label: say(lang, "建议", "Proposal"),
        value: say(
          lang,
          `再推送 ${people} 人,预计多完成 ${expected.toFixed(1)} 篇`,
          `ask ${people} more, ${expected.toFixed(1)} more completions expected`,
        ),
      },
    ],
    buttons: [send, list, autopilotButton(task, lang), progress(task.id, lang)],
  };
}

/** Tasks that were begun elsewhere and lack pieces: one tap shows whom koloop would ask for one. */
export function continueTasksCard(view: { tasks: { task: Task; approved: number }[]; lang: Lang }): Card {
  const { tasks, lang } = view;
  const shown = tasks.slice(0, 5);
  return {
    v: 1,
    key: `continue-${shown.map(({ task }) => task.id).join("-")}`.slice(0, 100),
    title: say(lang, `${tasks.length} 个导入的任务还差作品`, `${tasks.length} imported tasks lack pieces`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          "koloop 没有为它们推送过。要不要看看还能请谁?也可以发:下一批 任务名",
          "koloop has asked nobody for them. See whom it would ask? Or send: next wave TASK",
        ),
      },
      ...shown.map(({ task, approved }) => ({
        type: "fact" as const,
        label: task.title,
        value: say(lang, `完成 ${approved}/${task.quota}`, `${approved}/${task.quota} done`),
      })),
    ],
    buttons: shown.map(({ task }) => ({
      label: say(lang, `看建议 · ${task.title}`, `See proposal · ${task.title}`),
      action: { type: "wave.propose", id: task.id },
      tone: "normal",
    })),
  };
}

export function waveSentCard(view: { task: Task; wave: number; asked: number; lang: Lang }): Card {
  const { task, wave, asked, lang } = view;
  return {
    v: 1,
    key: `wave-${task.id}-${wave}`,
    title: say(lang, `第 ${wave} 批:${task.title}`, `Wave ${wave}: ${task.title}`),
    blocks: [],
    buttons: [progress(task.id, lang)],
    settled: say(lang, `已发送给 ${asked} 人`, `sent to ${asked} people`),
  };
}

/** One tap and koloop sends the next waves by itself, or asks again. */
export const autopilotButton = (task: Task, lang: Lang): Button => ({
  label: task.autopilot
    ? say(lang, "自动补推:开(点按关闭)", "Autopilot: on (tap to stop)")
    : say(lang, "以后自动补推", "Send next waves by yourself"),
  action: { type: "task.autopilot", id: task.id, arg: task.autopilot ? "off" : "on" },
  tone: "normal",
});

const progress = (id: string, lang: Lang): Button => ({
  label: say(lang, "看进展", "See progress"),
  action: { type: "task.report", id },
  tone: "normal",
});

export const autopilotText = (task: Task, lang: Lang): string =>
  task.autopilot
    ? say(
        lang,
        `「${task.title}」以后自动补推,不够才推。`,
        `“${task.title}” sends its next waves by itself, only as needed.`,
      )
    : say(lang, `「${task.title}」的下一批会先问您。`, `You will be asked before the next wave of “${task.title}”.`);

export const wrongStateText = (task: Task, lang: Lang): string => {
  const status: TaskStatus = task.status;
  return say(
    lang,
    `「${task.title}」现在是「${statusName(status, lang)}」,不能这样做。`,
    `“${task.title}” is ${statusName(status, lang)}; that cannot be done now.`,
  );
};

export const nothingToSend = (task: Task, lang: Lang): string =>
  say(
    lang,
    `「${task.title}」现在不用再推:在做的人够了,或没有合适的人了。`,
    `“${task.title}” needs no more pushes now: enough people are at work, or nobody else fits.`,
  );

/** To somebody who was at work on a task that ends before its time. */
export const endedEarlyText = (task: Task, lang: Lang): string =>
  say(
    lang,
    `「${task.title}」提前结束了,您不用再做了。抱歉,也谢谢您!`,
    `“${task.title}” has ended early; you need not go on. Sorry, and thank you!`,
  );

export const scheduledText = (task: Task, when: string, lang: Lang): string =>
  say(lang, `「${task.title}」将在 ${when} 自动发送。`, `“${task.title}” will be sent at ${when}.`);
export const timeNotRead = (lang: Lang): string =>
  say(lang, "没看明白时间,请写「12月1日9点」这样的。", "The time was not clear; write it like “Dec 1 9:00”.");
