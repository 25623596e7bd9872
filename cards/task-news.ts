import type { RestWord } from "#domain/rest-text.ts";
import type { Assignment, Task } from "#domain/task.ts";
import type { Card, Lang } from "./card.ts";
import { dayText, formName, say } from "./names.ts";

/** The one reminder of somebody who said yes: what is due, when, and a way out. */
export function reminderCard(view: { assignment: Assignment; task: Task; timeZone: string; lang: Lang }): Card {
  const { assignment, task, timeZone, lang } = view;
  const due = assignment.promisedAt ?? task.deadlineAt;
  const day = due === null ? "" : dayText(due, timeZone, lang);
  const form = formName(assignment.form, lang);
  return {
    v: 1,
    key: `remind-${assignment.id}`,
    title: say(lang, `小提醒:${task.title}`, `A reminder: ${task.title}`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          `您接了这个${form}任务,${day}前发布后把链接发给我就行。不急,就提醒这一次。`,
          `You took this task (${form}); publish it by ${day} and send me the link. No rush: this is the only reminder.`,
        ),
      },
    ],
    buttons: [
      {
        label: say(lang, "看任务", "Show the task"),
        action: { type: "offer.show", id: assignment.id },
        tone: "primary",
      },
      {
        label: say(lang, "做不了了", "I can't after all"),
        action: { type: "offer.decline", id: assignment.id },
        tone: "normal",
      },
    ],
  };
}

/** How a piece is doing, told to its author: the figure always, the place only where it is one to be glad of. */
export function resultText(view: { task: Task; form: string; reads: number; top: number | null; lang: Lang }): string {
  const { task, form, reads, top, lang } = view;
  const figure = countText(reads, lang);
  const kind = form === "video" || form === "live" ? say(lang, "播放", "views") : say(lang, "阅读", "reads");
  const percent = top === null ? 100 : Math.max(1, Math.ceil(top * 100));
  const place = percent <= 50 ? say(lang, `,在同类里排前 ${percent} %`, `, in the top ${percent} % of its kind`) : "";
  return say(
    lang,
    `您的${formName(form, lang)}「${task.title}」有 ${figure} ${kind}${place}。谢谢您!`,
    `Your ${formName(form, lang)} “${task.title}” has ${figure} ${kind}${place}. Thank you!`,
  );
}

/** `3.2 万` from ten thousand on; `32,000` in English. */
export function countText(count: number, lang: Lang): string {
  if (lang === "en") return count.toLocaleString("en-US");
  return count >= 10_000 ? `${Number((count / 10_000).toFixed(1))} 万` : String(count);
}

/** What follows from a member's word on how much they want to be asked. */
export function restText(word: RestWord, timeZone: string, lang: Lang): string {
  switch (word.kind) {
    case "pause":
      return say(
        lang,
        `好的,${dayText(word.until, timeZone, lang)}之前不再给您发任务。想早点恢复就发「恢复任务」。`,
        `All right, no tasks before ${dayText(word.until, timeZone, lang)}. Send “resume” to have them sooner.`,
      );
    case "stop":
      return say(
        lang,
        "好的,不再给您发任务了。哪天想做了,发「恢复任务」就行。",
        "All right, no more tasks. If you ever feel like it again, send “resume”.",
      );
    case "resume":
      return say(lang, "好的,有合适的任务会再告诉您。", "All right, we will tell you when a task fits.");
    case "less":
      return say(lang, "知道了,以后少发一半。", "Understood: half as many from now on.");
    case "not-my-thing":
      return say(lang, "知道了,这类以后少打扰您。", "Understood: we will spare you that kind.");
  }
}
