import type { Task, TaskStatus } from "#domain/task.ts";
import type { TaskMove } from "#domain/task-life.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** What a manager may do with a task on its page. */
export type DeskAct = TaskMove | "send" | "schedule" | "withdraw" | "wave" | "autopilot-on" | "autopilot-off" | "drop";

export type DeskButton = { act: DeskAct; label: string; tone: "primary" | "normal" | "danger"; sure?: string };

const forStatus: Record<TaskStatus, (task: Task) => DeskAct[]> = {
  draft: () => ["send", "schedule", "drop"],
  scheduled: () => ["send", "schedule", "pause", "close"],
  open: (task) => ["wave", task.autopilot ? "autopilot-off" : "autopilot-on", "pause", "withdraw", "close"],
  paused: () => ["resume", "withdraw", "close"],
  closed: () => ["resume", "archive"],
  cancelled: () => ["archive"],
  archived: () => [],
};

const danger: ReadonlySet<DeskAct> = new Set(["withdraw", "close", "drop"]);

/** The buttons of a task as it stands; what cannot be taken back asks once more. */
export function deskButtons(task: Task, lang: Lang): DeskButton[] {
  return forStatus[task.status](task).map((act, i) => {
    const [label, sure] = words(act, task, lang);
    return {
      act,
      label,
      tone: danger.has(act) ? "danger" : i === 0 ? "primary" : "normal",
      ...(sure !== undefined && { sure }),
    };
  });
}

function words(act: DeskAct, task: Task, lang: Lang): [label: string, sure?: string] {
  switch (act) {
    case "send":
      return [say(lang, "现在发送", "Send now"), say(lang, "确定发送第一批?", "Send the first wave?")];
    case "schedule":
      return [say(lang, "定时发送", "Send at that time")];
    case "wave":
      return [say(lang, "发送下一批", "Send the next wave"), say(lang, "确定再推送一批?", "Ask more people?")];
    case "autopilot-on":
      return [say(lang, "打开自动补推", "Autopilot on")];
    case "autopilot-off":
      return [say(lang, "关闭自动补推", "Autopilot off")];
    case "pause":
      return [say(lang, "暂停", "Pause")];
    case "resume":
      return [task.status === "closed" ? say(lang, "重新打开", "Reopen") : say(lang, "继续", "Go on")];
    case "withdraw":
      return [
        say(lang, "撤回未回复的", "Withdraw unanswered"),
        say(lang, "确定撤回所有还没回复的?", "Take back all that nobody has answered?"),
      ];
    case "close":
      return [
        say(lang, "结束任务", "Close"),
        say(lang, "确定结束?还在做的人会收到通知", "Close it? People at work are told"),
      ];
    case "archive":
      return [say(lang, "归档", "Archive")];
    case "drop":
      return [say(lang, "取消草稿", "Drop the draft"), say(lang, "确定取消?", "Drop it?")];
  }
}

/** What is missing or cannot be, before a task is one; `name` where a name is meant. */
export type DeskFault =
  | "no-title"
  | "no-form"
  | "no-quota"
  | "bad-address"
  | "unknown-audience"
  | "past-deadline"
  | "stale";

export function deskFaultText(fault: DeskFault, lang: Lang, name = ""): string {
  switch (fault) {
    case "no-title":
      return say(lang, "请写一个任务名称。", "Please give the task a name.");
    case "no-form":
      return say(lang, "请至少选一种形式。", "Please choose at least one form.");
    case "no-quota":
      return say(lang, "目标篇数至少是 1。", "At least 1 piece must be wanted.");
    case "bad-address":
      return say(lang, `素材要写完整网址(https://…):${name}`, `Materials are whole addresses (https://…): ${name}`);
    case "unknown-audience":
      return say(lang, `没有恰好叫「${name}」的分群或标签。`, `No segment or tag is called “${name}” exactly.`);
    case "past-deadline":
      return say(lang, "截止时间已经过了,请换一个。", "That deadline has passed; please give another one.");
    case "stale":
      return say(
        lang,
        "这个任务刚被别人改过,请刷新后再改。",
        "Somebody has changed this task meanwhile; please reload it.",
      );
  }
}

/** What an act has done, in one line. */
export function deskDoneText(
  act: DeskAct,
  counts: { asked?: number; freed?: number; told?: number },
  lang: Lang,
): string {
  if (counts.asked !== undefined) return say(lang, `已发送给 ${counts.asked} 人`, `Sent to ${counts.asked} people`);
  if ((act === "withdraw" || act === "close") && counts.freed !== undefined)
    return say(lang, `已收回 ${counts.freed} 份`, `${counts.freed} offers taken back`);
  return say(lang, "好了", "Done");
}

/** What saving has done: nothing more than that, or whose cards followed. */
export const deskSavedText = (told: number, lang: Lang): string =>
  told > 0
    ? say(lang, `已保存,${told} 人手里的任务卡已更新`, `Saved; the cards of ${told} people were brought up to date`)
    : say(lang, "已保存", "Saved");
