import { type AssignmentState, toDo } from "#domain/assignment-state.ts";
import type { Assignment, Task, TaskStatus } from "#domain/task.ts";
import type { Button, Card, Lang } from "./card.ts";
import { dayText, formName, say } from "./names.ts";

export type OwnTask = { assignment: Assignment; task: Task; state: AssignmentState };

const listed = 10;

/** A KOC's own tasks: where each stands and what comes next; one tap shows a task's card again. */
export function myTasksCard(view: { key: string; own: OwnTask[]; timeZone: string; lang: Lang }): Card {
  const { own, lang } = view;
  const rank = (state: AssignmentState) => (toDo.includes(state) ? toDo.indexOf(state) : toDo.length);
  const sorted = [...own].sort((a, b) => rank(a.state) - rank(b.state));
  const due = sorted.filter(({ state }) => toDo.includes(state));
  return {
    v: 1,
    key: view.key,
    title: say(lang, `我的任务(待办 ${due.length})`, `My tasks (${due.length} to do)`),
    blocks:
      own.length === 0
        ? [{ type: "text", text: say(lang, "您现在没有任务。", "You have no tasks right now.") }]
        : sorted.slice(0, listed).map((one) => ({ type: "fact", label: one.task.title, value: nextStep(one, view) })),
    buttons: [
      ...due.slice(0, 4).map(
        ({ assignment, task }): Button => ({
          label: say(lang, `看看 · ${task.title}`, `Show · ${task.title}`),
          action: { type: "offer.show", id: assignment.id },
          tone: "normal",
        }),
      ),
      suitsButton(lang),
    ],
  };
}

export const suitsButton = (lang: Lang): Button => ({
  label: say(lang, "还有什么适合我", "What else suits me"),
  action: { type: "task.suits", id: "me" },
  tone: "normal",
});

function nextStep({ state, assignment, task }: OwnTask, { timeZone, lang }: { timeZone: string; lang: Lang }): string {
  const due = assignment.promisedAt ?? task.deadlineAt;
  const until = due === null ? "" : dayText(due, timeZone, lang);
  const by = until && say(lang, `${until}前`, `by ${until}, `);
  const form = formName(assignment.form, lang);
  switch (state) {
    case "waiting":
    case "offered":
      return say(lang, "等您回复:接不接都可以", "waiting for your answer; yes or no are both fine");
    case "accepted":
      return say(lang, `已接受(${form}),${by}发布后把链接发给我`, `taken (${form}); ${by}publish and send me the link`);
    case "submitted":
      return say(lang, "已交稿,等待审核", "handed in, waiting for review");
    case "sent_back":
      return say(lang, `请修改,${by}再发一次链接`, `please change it and ${by}send the link again`);
    case "approved":
      return say(lang, "已通过,谢谢您", "approved, thank you");
    case "rejected":
      return say(lang, "没有通过", "not approved");
    case "declined":
      return say(lang, "已婉拒", "declined");
    case "withdrawn":
      return say(lang, "已撤回", "withdrawn");
    case "missed":
      return say(lang, "已结束", "over");
  }
}

const statusNames: Record<TaskStatus, { zh: string; en: string }> = {
  draft: { zh: "草稿", en: "draft" },
  scheduled: { zh: "已排期", en: "scheduled" },
  open: { zh: "进行中", en: "running" },
  paused: { zh: "已暂停", en: "paused" },
  closed: { zh: "已结束", en: "closed" },
  cancelled: { zh: "已取消", en: "cancelled" },
  archived: { zh: "已归档", en: "archived" },
};
export const statusName = (status: TaskStatus, lang: Lang): string => statusNames[status][lang];

/** The tasks a manager has to do with, newest first: state, pieces approved of those wanted, deadline. */
export function taskListCard(view: {
  key: string;
  tasks: { task: Task; approved: number }[];
  timeZone: string;
  lang: Lang;
}): Card {
  const { tasks, timeZone, lang } = view;
  return {
    v: 1,
    key: view.key,
    title: say(lang, "任务", "Tasks"),
    blocks: [
      tasks.length === 0
        ? { type: "text", text: say(lang, "还没有任务。", "There are no tasks yet.") }
        : {
            type: "table",
            columns: say(lang, "任务,状态,完成,截止", "Task,State,Done,Until").split(","),
            rows: tasks.map(({ task, approved }) => [
              task.title,
              statusName(task.status, lang),
              `${approved}/${task.quota}`,
              task.deadlineAt === null ? "–" : dayText(task.deadlineAt, timeZone, lang),
            ]),
            alignRight: [2],
          },
    ],
    buttons: tasks
      .filter(({ task }) => task.status === "open")
      .slice(0, 5)
      .map(({ task }) => ({
        label: say(lang, `进展 · ${task.title}`, `Progress · ${task.title}`),
        action: { type: "task.report", id: task.id },
        tone: "normal",
      })),
  };
}

/** Links to the pages of somebody's tasks; each is theirs alone. */
export function taskPagesCard(view: { key: string; pages: { title: string; url: string }[]; lang: Lang }): Card {
  const { key, pages, lang } = view;
  const none = say(lang, "您现在没有要做的任务。", "You have nothing to do right now.");
  const own = say(lang, "链接只属于您,请不要转发。", "These links are yours alone; please do not pass them on.");
  return {
    v: 1,
    key,
    title: say(lang, "任务页面", "Task pages"),
    blocks: [
      ...pages.map(({ title, url }) => ({ type: "link" as const, label: title, url })),
      { type: "text", text: pages.length === 0 ? none : own },
    ],
    buttons: [],
  };
}
