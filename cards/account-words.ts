import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** A code to be typed on another channel. */
export const codeText = (code: string, minutes: number, lang: Lang): string =>
  say(
    lang,
    `您的连接码:${code}\n${minutes} 分钟内,在另一个渠道里对我说:/link ${code}\n请不要告诉别人:谁用了它,谁就是您。`,
    `Your code: ${code}\nWithin ${minutes} minutes, tell me on the other channel: /link ${code}\nShow it to nobody: whoever uses it is you.`,
  );

export const linkedText = (name: string, lang: Lang): string =>
  say(
    lang,
    `连上了:这里也是您(${name})。卡片会发到您最近在的地方;想固定发到这里,请说 /here。`,
    `Connected: this is you too (${name}). Cards go where you were last; to fix them here, say /here.`,
  );

export type LinkTrouble = "unknown" | "too-many" | "other-way" | "same" | "in-private" | "impossible";

const troubles: Record<LinkTrouble, { zh: string; en: string }> = {
  unknown: {
    zh: "这个连接码不对,或已过期。请在另一个渠道说 /link 再取一个。",
    en: "This code is wrong or has run out. Say /link on the other channel for a new one.",
  },
  "too-many": { zh: "试得太多了,请一小时后再试。", en: "Too many tries; please try again in an hour." },
  "other-way": {
    zh: "员工账号请反过来连:在这里说 /link 取码,再到新的渠道输入。",
    en: "For a staff account it goes the other way: say /link here, and type the code on the new channel.",
  },
  same: { zh: "这两个账号已经是您一个人的了。", en: "These two accounts are yours already." },
  "in-private": { zh: "请在和我的单聊里说。", en: "Please say this in our chat alone." },
  impossible: {
    zh: "这两个账号不能连在一起,请找经理。",
    en: "These two accounts cannot be connected; please ask a manager.",
  },
};

export const linkTroubleText = (trouble: LinkTrouble, lang: Lang): string => troubles[trouble][lang];

/** Where somebody's cards go from now on: here, or wherever they were last. */
export const homeText = (isHere: boolean, lang: Lang): string =>
  isHere
    ? say(
        lang,
        "好,以后的卡片都发到这里。取消请说 /here off。",
        "Good: cards come here from now on. /here off undoes it.",
      )
    : say(lang, "好,以后的卡片发到您最近在的地方。", "Good: cards go wherever you were last.");

/** A link that somebody passes on: into the community, or to one task. */
export const inviteText = (url: string, taskTitle: string | undefined, lang: Lang): string =>
  taskTitle === undefined
    ? say(
        lang,
        `邀请链接(30 天有效,来的人由您负责):\n${url}`,
        `Invitation (30 days; who comes is yours to look after):\n${url}`,
      )
    : say(lang, `任务「${taskTitle}」的链接:\n${url}`, `The link to the task "${taskTitle}":\n${url}`);

export const noInviteText = (lang: Lang): string =>
  say(lang, "现在没有支持邀请链接的渠道(需要 Telegram)。", "No running channel has invitation links (Telegram would).");

/** Somebody has followed an invitation: nothing happens before they agree. Settled once they have. */
export function invitationCard(view: { code: string; by: string; joined: boolean; lang: Lang }): Card {
  const { code, by, joined, lang } = view;
  return {
    v: 1,
    key: `invite-${code}`,
    title: say(lang, `${by} 邀请您加入社区`, `${by} invites you into the community`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          "加入后会偶尔收到适合您的创作任务,接不接由您;随时可以说「暂停任务」。您说的话只用来挑选更合适的任务。",
          "Now and then you will get a creative task that suits you, to take or leave; say “pause” at any time. What you say serves only to pick better ones.",
        ),
      },
    ],
    buttons: joined
      ? []
      : [
          {
            label: say(lang, "同意并加入", "Agree and join"),
            action: { type: "invite.accept", id: code },
            tone: "primary",
          },
        ],
    ...(joined && {
      settled: say(lang, "已加入,欢迎!说「有什么任务适合我」看看。", "You are in. Say “what suits me” to look around."),
    }),
  };
}
