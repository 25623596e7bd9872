import type { Card, Lang } from "./card.ts";
import { clockText, say } from "./names.ts";

export type DeadLettersView = {
  lang: Lang;
  zone: string;
  counts: { deliveries: number; events: number };
  deliveries: readonly {
    id: string;
    channel: string;
    purpose: string;
    to: string;
    error: string | null;
    attempts: number;
    createdAt: number;
  }[];
  events: readonly {
    id: string;
    channel: string;
    kind: string;
    from: string;
    error: string;
    attempts: number;
    at: number;
  }[];
};

/** One line of the page: what it is, when, how often it was tried, and what the machine said. */
export type DeadLine = { id: string; what: string; when: string; why: string };

const purposes: Record<string, [string, string]> = {
  push: ["任务推送", "a task offer"],
  card: ["卡片", "a card"],
  reply: ["回复", "an answer"],
};
const kinds: Record<string, [string, string]> = {
  message: ["一条消息", "a message"],
  tap: ["一次点击", "a tap"],
  joined: ["进群", "somebody came in"],
  left: ["离开", "somebody left"],
  seen: ["已读", "a card was seen"],
  recalled: ["撤回消息", "a message was taken back"],
  silenced: ["不同意存档", "an objection"],
  "hand-tagged": ["手工标签", "a tag set by hand"],
  reacted: ["表情回应", "a reaction"],
};
const named = (words: Record<string, [string, string]>, key: string, lang: Lang): string => {
  const known = words[key];
  return known ? say(lang, ...known) : key;
};

/** The words of the page of what could not be delivered or handled. */
export function deadLettersWords({ lang, counts }: Pick<DeadLettersView, "lang" | "counts">) {
  return {
    title: say(lang, "没送达和没处理的", "Not delivered, not handled"),
    deliveries: say(lang, `没送达(${counts.deliveries})`, `Not delivered (${counts.deliveries})`),
    events: say(lang, `没处理的事件(${counts.events})`, `Events set aside (${counts.events})`),
    deliveriesHow: say(
      lang,
      "试了多次都没送到,已放弃。再发一次会重新排队;推送会先再过一遍规则(免打扰、频次、同意)。",
      "Tried many times and given up. Sending again puts it back in line; an offer is asked of the rules again first (quiet hours, caps, consent).",
    ),
    eventsHow: say(
      lang,
      "处理时一再出错,已搁置,其他消息不受影响。升级或修好原因以后可以再处理一次。",
      "Failed again and again and set aside; the rest went on. Handle it again once the cause is mended.",
    ),
    none: say(lang, "没有。", "None."),
    again: { delivery: say(lang, "再发一次", "Send again"), event: say(lang, "再处理一次", "Handle again") },
    drop: say(lang, "放弃", "Drop"),
    more: say(lang, "只显示最新的 50 条。", "Only the newest 50 are shown."),
    done: {
      again: say(lang, "已重新排队。", "Back in line."),
      drop: say(lang, "已放弃。", "Dropped."),
      gone: say(lang, "这一条已经处理过了。", "That one was settled already."),
    },
  };
}

const tried = (attempts: number, lang: Lang): string =>
  say(lang, `试了 ${attempts} 次`, attempts === 1 ? "tried once" : `tried ${attempts} times`);
const when = (at: number, { zone, lang }: DeadLettersView): string => clockText(at, 0, zone, lang);

export const deliveryLines = (view: DeadLettersView): DeadLine[] =>
  view.deliveries.map(({ id, channel, purpose, to, error, attempts, createdAt }) => ({
    id,
    what: say(
      view.lang,
      `${named(purposes, purpose, "zh")} → ${to}(${channel})`,
      `${named(purposes, purpose, "en")} → ${to} (${channel})`,
    ),
    when: `${when(createdAt, view)} · ${tried(attempts, view.lang)}`,
    why: error ?? "",
  }));

export const eventLines = (view: DeadLettersView): DeadLine[] =>
  view.events.map(({ id, channel, kind, from, error, attempts, at }) => ({
    id,
    what: say(
      view.lang,
      `${from} 的${named(kinds, kind, "zh")}(${channel})`,
      `${named(kinds, kind, "en")} from ${from} (${channel})`,
    ),
    when: `${when(at, view)} · ${tried(attempts, view.lang)}`,
    why: error,
  }));

/** In the chat: how much there is, and where it is settled. */
export function deadLettersCard(view: {
  key: string;
  url: string;
  lang: Lang;
  deliveries: number;
  events: number;
}): Card {
  const { key, url, lang, deliveries, events } = view;
  const words = deadLettersWords({ lang, counts: { deliveries, events } });
  return {
    v: 1,
    key,
    title: words.title,
    blocks: [
      { type: "fact", label: say(lang, "没送达", "Not delivered"), value: String(deliveries) },
      { type: "fact", label: say(lang, "没处理的事件", "Events set aside"), value: String(events) },
      deliveries + events === 0
        ? { type: "text", text: say(lang, "都送到了,没有要处理的。", "All is delivered; nothing to do.") }
        : { type: "link", label: say(lang, "去处理", "Settle them"), url },
    ],
    buttons: [],
  };
}
