import type { Task } from "#domain/task.ts";
import type { TaskField } from "#domain/task-words.ts";
import type { Button, Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** An answer that one tap gives; `words` are what the tap says. */
export type TaskOption = { label: string; words: string };

const questions: Partial<Record<TaskField, { zh: string; en: string }>> = {
  title: {
    zh: "这个任务的主题是什么?一句话就好,例如「儿童安全座椅安装技巧」。",
    en: "What is the task about? One line is enough, such as “child seat tips”.",
  },
  audience: {
    zh: "发给谁?点一个,或写分群、标签的名字。",
    en: "For whom? Tap one, or write the name of segments or tags.",
  },
  forms: {
    zh: "什么形式?点一个,或写几个,例如「视频或直播」。",
    en: "In which form? Tap one, or write several, such as “video or live”.",
  },
  quota: { zh: "想要几篇?", en: "How many pieces?" },
  deadline: {
    zh: "什么时候截止?点一个,或写日期,例如「12月1日」「下周五」。",
    en: "Until when? Tap one, or write a day, such as “Dec 1” or “next Friday”.",
  },
  reward: { zh: "每篇奖励多少积分?", en: "How many points for each piece?" },
  pushBudget: { zh: "最多推送给多少人?", en: "How many people may be asked at most?" },
};

const fieldNames: Partial<Record<TaskField, { zh: string; en: string }>> = {
  title: { zh: "主题", en: "Theme" },
  audience: { zh: "人群", en: "People" },
  forms: { zh: "形式", en: "Form" },
  quota: { zh: "篇数", en: "Pieces" },
  deadline: { zh: "截止", en: "Deadline" },
  reward: { zh: "奖励", en: "Reward" },
  pushBudget: { zh: "推送人数", en: "Push budget" },
  importance: { zh: "重要度", en: "Importance" },
};
const fieldName = (field: TaskField, lang: Lang): string => fieldNames[field]?.[lang] ?? field;

const options: Partial<Record<TaskField, { zh: string; en: string; words: string }[]>> = {
  audience: [{ zh: "所有 KOC", en: "All KOCs", words: "所有人" }],
  forms: [
    { zh: "视频", en: "Video", words: "视频" },
    { zh: "图文", en: "Photo post", words: "图文" },
    { zh: "长文", en: "Long article", words: "长文" },
    { zh: "视频或图文", en: "Video or photo post", words: "视频或图文" },
    { zh: "形式不限", en: "Any form", words: "形式不限" },
  ],
  quota: [5, 10, 20, 50].map((n) => ({ zh: `${n} 篇`, en: `${n} pieces`, words: `${n}篇` })),
  deadline: [
    { zh: "3 天内", en: "Within 3 days", words: "3天内" },
    { zh: "一周内", en: "Within a week", words: "7天内" },
    { zh: "两周内", en: "Within two weeks", words: "14天内" },
    { zh: "一个月内", en: "Within a month", words: "30天内" },
  ],
  reward: [
    { zh: "不设奖励", en: "No points", words: "不设" },
    ...[100, 200, 500].map((n) => ({ zh: `${n} 积分`, en: `${n} points`, words: `${n}` })),
  ],
  pushBudget: [
    { zh: "不限,按需要推", en: "As many as needed", words: "不限" },
    ...[50, 100, 200].map((n) => ({ zh: `${n} 人`, en: `${n} people`, words: `${n}` })),
  ],
};

/** The answers that are the same everywhere. */
export const optionWords = (field: TaskField, lang: Lang): TaskOption[] =>
  (options[field] ?? []).map((option) => ({ label: option[lang], words: option.words }));

/** Asks for one part of a task: a tap or a few words answer it. `why` stands before the question, `settled` in its place, `page` leads to the page for it. */
export function askTaskCard(view: {
  key: string;
  field: TaskField;
  options: TaskOption[];
  why?: string;
  settled?: string;
  page?: string;
  lang: Lang;
}): Card {
  const { key, field, why, settled, lang } = view;
  const question = questions[field] ?? {
    zh: `「${fieldName(field, lang)}」说了两种,请再说一次。`,
    en: `“${fieldName(field, lang)}” was said twice, differently; please say it once more.`,
  };
  const buttons = view.options.slice(0, 5).map(
    ({ label, words }): Button => ({
      label,
      action: { type: "write.say", id: field, arg: words },
      tone: "normal",
    }),
  );
  const cancel: Button = {
    label: say(lang, "取消", "Cancel"),
    action: { type: "write.say", id: field, arg: "取消" },
    tone: "danger",
  };
  return {
    v: 1,
    key,
    title: say(lang, `任务 · ${fieldName(field, lang)}`, `Task · ${fieldName(field, lang)}`),
    blocks: [
      ...[...(why ? [why] : []), ...(settled === undefined ? [question[lang]] : [])].map((text) => ({
        type: "text" as const,
        text,
      })),
      ...(view.page === undefined
        ? []
        : [{ type: "link" as const, label: say(lang, "也可以在网页上填", "Or fill it in on a page"), url: view.page }]),
    ],
    buttons: settled === undefined ? [...buttons, cancel] : [],
    ...(settled !== undefined && { settled }),
  };
}

/** Which part of a task to change. */
export function chooseFieldCard(view: { key: string; task: Task; fields: readonly TaskField[]; lang: Lang }): Card {
  const { key, task, fields, lang } = view;
  return {
    v: 1,
    key,
    title: say(lang, `改哪一项?${task.title}`, `Change what? ${task.title}`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          "其他的也可以直接写,例如:改 任务名 要求 多拍夜景",
          "Anything else in words: edit TASK brief more night scenes",
        ),
      },
    ],
    buttons: fields.slice(0, 6).map((field) => ({
      label: fieldName(field, lang),
      action: { type: "task.change", id: task.id, arg: field },
      tone: "normal",
    })),
  };
}

/** What was answered, as it stands on the question's card afterwards. */
export const askedText = (words: string, lang: Lang): string => {
  const shown = [...words.trim()].slice(0, 60).join("");
  return /^(?:取消|算了|cancel|stop)/i.test(shown) ? say(lang, "已取消", "cancelled") : shown;
};

export const notReadText = (field: TaskField, lang: Lang): string =>
  say(
    lang,
    `没看明白。${questions[field]?.zh ?? ""}`,
    `That was not clear. ${questions[field]?.en ?? "Please say it once more."}`,
  );

/** A name that is no segment or tag, or more than one. */
export const askForAudience = (name: string, lang: Lang): string =>
  say(
    lang,
    `没有恰好叫「${name}」的分群或标签,您是指下面哪个?`,
    `No segment or tag is called “${name}” exactly. Which did you mean?`,
  );

export const taskDropped = (lang: Lang): string =>
  say(lang, "好的,这个任务先不做了。", "All right, the task is dropped.");
export const draftDropped = (title: string, lang: Lang): string =>
  say(lang, `已取消,没有发出去:${title}。`, `Cancelled, nothing was sent: ${title}.`);
export const deadlinePast = (lang: Lang): string =>
  say(lang, "这个截止时间已经过了,请换一个。", "That deadline has passed; please give another one.");
