import type { TaskField } from "#domain/task-words.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

const questions: Partial<Record<TaskField, { zh: string; en: string }>> = {
  title: { zh: "这个任务叫什么?一句话就好。", en: "What is the task called? One line is enough." },
  audience: {
    zh: "发给谁?写分群或标签,例如「有孩家庭」;所有人就写「所有人」。",
    en: "For whom? Name segments or tags; or “everybody”.",
  },
  forms: {
    zh: "什么形式?视频、图文还是长文,可以多选。",
    en: "In which form? video, photo post, long article; several are fine.",
  },
  quota: { zh: "想要几篇?", en: "How many pieces?" },
  deadline: { zh: "什么时候截止?例如「12月1日」「下周五」。", en: "Until when? Such as “Dec 1” or “next Friday”." },
};

/** Asks for the one thing that is missing next. */
export function askForField(field: TaskField, lang: Lang): string {
  const question = questions[field] ?? {
    zh: `「${field}」说了两种,请再说一次。`,
    en: `“${field}” was said twice, differently; please say it once more.`,
  };
  return say(lang, `${question.zh}(发「取消」可以不做了)`, `${question.en} (“cancel” stops)`);
}

/** A name that is no segment or tag, or more than one. */
export function askForAudience(name: string, near: string[], lang: Lang): string {
  const list = near.join(say(lang, "、", ", "));
  return say(
    lang,
    `没有恰好叫「${name}」的分群或标签。您是指:${list}?请写其中一个。`,
    `No segment or tag is called “${name}” exactly. Did you mean: ${list}? Please write one of them.`,
  );
}

export const taskDropped = (lang: Lang): string =>
  say(lang, "好的,这个任务先不做了。", "All right, the task is dropped.");
export const deadlinePast = (lang: Lang): string =>
  say(lang, "这个截止时间已经过了,请换一个。", "That deadline has passed; please give another one.");
