import type { Task } from "#domain/task.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** What a customer reads above the link to a task's page, sent by their employee's hand. */
export const massSendWords = (task: Pick<Task, "title">, because: readonly string[], lang: Lang): string =>
  [
    say(lang, `有个任务想请您看看:「${task.title}」。`, `There is a task you may like: “${task.title}”.`),
    ...(because.length > 0 ? [because.join(say(lang, ";", "; "))] : []),
    say(lang, "点开链接,一键就能接受或者说不。", "The link takes a yes or a no with one tap."),
  ].join("\n");
