import type { TagHold } from "#domain/tag.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import { channelName, dayText, say } from "./names.ts";

/** What koloop holds of the reader, in figures and tags. */
export type OwnDataView = {
  personId: string;
  holds: readonly TagHold[];
  /** Accounts by channel. */
  channels: readonly string[];
  messages: number;
  tasks: number;
  posts: number;
  /** Whether what they say in this channel is listened to. */
  heard: boolean;
  page: number;
  taxonomy: Taxonomy;
  timeZone: string;
  lang: Lang;
};

const tagsAtOnce = 3;

/** `你记得我什么?`: every tag with where it comes from, what else is kept, and the buttons that take it away. */
export function ownDataCard(view: OwnDataView): Card {
  const { holds, lang, personId, page } = view;
  const shown = holds.slice(page * tagsAtOnce, (page + 1) * tagsAtOnce);
  const more = holds.length > (page + 1) * tagsAtOnce;
  const buttons: Button[] = [
    ...shown.map(
      ({ id, tag }): Button => ({
        label: say(
          lang,
          `删除「${labelOf(view.taxonomy, tag, lang)}」`,
          `Delete “${labelOf(view.taxonomy, tag, lang)}”`,
        ),
        action: { type: "own.drop", id },
        tone: "normal",
      }),
    ),
    ...(more || page > 0
      ? [
          {
            label: more ? say(lang, "更多标签", "More tags") : say(lang, "回到开头", "From the start"),
            action: { type: "own.show" as const, id: personId, arg: String(more ? page + 1 : 0) },
            tone: "normal" as const,
          },
        ]
      : []),
    ...(holds.length > 0
      ? [
          {
            label: say(lang, "删除所有标签", "Delete all tags"),
            action: { type: "own.clear" as const, id: personId },
            tone: "normal" as const,
          },
        ]
      : []),
    {
      label: say(lang, "忘了我", "Forget me"),
      action: { type: "own.ask-forget", id: personId },
      tone: "danger",
    },
  ];
  return {
    v: 1,
    key: `own-${personId}`,
    title: say(lang, "我记得关于您的这些", "What I remember about you"),
    blocks: [...tagBlocks(view), kept(view)],
    buttons,
  };
}

function tagBlocks({ holds, taxonomy, timeZone, lang }: OwnDataView): Block[] {
  if (holds.length === 0) return [{ type: "text", text: say(lang, "没有任何标签。", "No tags at all.") }];
  return holds.map((hold) => ({
    type: "fact",
    label: labelOf(taxonomy, hold.tag, lang),
    value: say(
      lang,
      `${dayText(hold.since, timeZone, lang)}起,${originText(hold, lang)}`,
      `since ${dayText(hold.since, timeZone, lang)}, ${originText(hold, lang)}`,
    ),
  }));
}

/** Where a tag comes from, in plain words for the person themselves: employees are not named. */
function originText(hold: TagHold, lang: Lang): string {
  const quote = hold.quote ? say(lang, `您说过「${hold.quote}」`, `you said “${hold.quote}”`) : "";
  const by = {
    koe: say(lang, "由同事确认", "confirmed by a colleague"),
    self: say(lang, "您自己告诉我们的", "you told us yourself"),
    import: say(lang, "从以前的资料导入", "imported from older records"),
    behaviour: say(lang, "从您常聊的话题看出", "from what you often talk about"),
    machine: say(lang, "由系统推断", "inferred by koloop"),
  }[hold.source];
  return quote ? say(lang, `${quote},${by}`, `${quote}, ${by}`) : by;
}

function kept({ channels, messages, tasks, posts, heard, lang }: OwnDataView): Block {
  const accounts = (between: string) => channels.map((channel) => channelName(channel, lang)).join(between);
  const listening = heard
    ? say(lang, "正在听取;发「别再记录我」停止", "listening; say “stop recording me” to end it")
    : say(lang, "已停止听取;发「同意记录」恢复", "not listening; say “I agree” to resume");
  return {
    type: "text",
    text: say(
      lang,
      `另外保存着:账号 ${accounts("、") || "无"},消息 ${messages} 条,任务 ${tasks} 个,作品 ${posts} 个。${listening}。`,
      `Also kept: accounts ${accounts(", ") || "none"}, ${messages} messages, ${tasks} tasks, ${posts} posts; ${listening}.`,
    ),
  };
}

/** The one question before everything goes, since it cannot be taken back. */
export const askForgetCard = (personId: string, lang: Lang): Card => ({
  v: 1,
  key: `forget-${personId}`,
  title: say(lang, "真的要我忘了您吗?", "Shall I really forget you?"),
  blocks: [
    {
      type: "text",
      text: say(
        lang,
        "会删除您的标签、说过的话、账号和进行中的任务,不能恢复;只留下不带身份的计数。",
        "Your tags, words, accounts and running tasks are deleted and cannot come back; only counts without a person stay.",
      ),
    },
  ],
  buttons: [
    {
      label: say(lang, "确认,忘了我", "Yes, forget me"),
      action: { type: "own.forget", id: personId },
      tone: "danger",
    },
  ],
});

/** The notice about listening, by channel: what is done, for what, for how long, and how to say no. */
export function noticeText(channel: string, lang: Lang): string {
  const where = channels[channel] ?? { zh: "这里", en: "here" };
  return say(
    lang,
    `说明:您在${where.zh}说的话会被用来了解您的需要(例如家里有没有孩子),由负责您的同事确认后才记下;原话保存 90 天。不愿意的话,随时发「别再记录我」;想看记了什么,发「你记得我什么」;想全部删除,发「忘了我」。`,
    `Notice: what you say ${where.en} is used to understand what you need, and kept only once a colleague confirms it; the words stay 90 days. To refuse, say “stop recording me”; to see what is kept, “what do you remember about me”; to delete it all, “forget me”.`,
  );
}

const channels: Record<string, { zh: string; en: string }> = {
  wecom: { zh: "企业微信里", en: "in WeCom" },
  telegram: { zh: " Telegram 里", en: "in Telegram" },
  wechaty: { zh: "微信里", en: "in WeChat" },
  web: { zh: "网页聊天里", en: "in this web chat" },
};

/** The answer to a word about being heard. */
export const captureText = (heard: boolean, lang: Lang): string =>
  heard
    ? say(
        lang,
        "好的,之后您在这里说的话我会听取。随时可以发「别再记录我」。",
        "Thank you. From now on I listen here; say “stop recording me” at any time.",
      )
    : say(
        lang,
        "好的,从现在起您在这里说的话我不再听取,还没确认的也作废。已有的标签可以发「你记得我什么」查看和删除。",
        "All right. From now on I do not listen to you here, and open questions are dropped. Say “what do you remember about me” to see and delete tags.",
      );

/** The answer after tags were deleted at the person's own word. */
export const droppedText = (labels: readonly string[], lang: Lang): string =>
  labels.length === 0
    ? say(lang, "没有这个标签。", "There is no such tag.")
    : say(lang, `已删除:${labels.join("、")}。`, `Deleted: ${labels.join(", ")}.`);
