import type { Assignment, DeclineReason, Task } from "#domain/task.ts";
import type { Block, Button, Card, Lang } from "./card.ts";
import { dayText, declineName, formName, platformName, say } from "./names.ts";

export const offerKey = (assignmentId: string): string => `offer-${assignmentId}`;

/** The assignment whose offer a card is; undefined for any other card. */
export const assignmentOfOffer = (cardKey: string): string | undefined => /^offer-(.+)$/.exec(cardKey)?.[1];

export type OfferView = {
  assignment: Assignment;
  task: Task;
  /** Why this person, in words they may read. */
  because: string[];
  /** Days that may be promised, once the task is taken. */
  promises: number[];
  timeZone: string;
  lang: Lang;
};

/**
 * Offers a task to a KOC: what it is, what is in it for them, why them; one tap takes it in a form. Given the answered assignment it
 * is the same card, settled.
 */
export function taskOfferCard(view: OfferView): Card {
  const { assignment, task, lang } = view;
  const card = { v: 1 as const, key: offerKey(assignment.id), title: task.title, blocks: blocks(view) };
  const settled = settledText(view);
  if (settled !== undefined) return { ...card, buttons: stepBack(view), settled };
  return { ...card, buttons: [...formButtons(view), declineButton(assignment.id, lang)] };
}

/** The card with a link to its page, for channels without buttons. */
export const withPage = (card: Card, url: string, lang: Lang): Card => ({
  ...card,
  blocks: [
    ...card.blocks,
    {
      type: "link",
      label: say(lang, "点开就能回复、交稿(链接只属于您)", "Answer and hand in here (yours alone)"),
      url,
    },
  ],
});

/** Asks, after a no for another reason, for that reason; nothing hangs on it. */
export const declineWordsText = (lang: Lang): string =>
  say(
    lang,
    "好的,记下了。方便的话,直接发一句原因给我,以后会更合适;不说也没关系。",
    "All right, noted. If you like, send me the reason in a few words, so that we do better; it is fine not to.",
  );

/** Thanks for the reason, and says what follows from it. */
export function declineNotedText(reason: DeclineReason | null, lang: Lang): string {
  switch (reason) {
    case "too_often":
      return say(lang, "明白,以后少打扰您。谢谢!", "Understood, we will ask you less often. Thank you!");
    case "not_interested":
    case "not_me":
      return say(lang, "明白,这个主题以后不找您了。谢谢!", "Understood, no more of this theme. Thank you!");
    case "wrong_form":
      return say(lang, "明白,这种形式以后先不找您了。谢谢!", "Understood, no more of this form for now. Thank you!");
    case "no_time":
      return say(lang, "明白,您先忙,过阵子再说。谢谢!", "Understood, we leave you in peace for a while. Thank you!");
    default:
      return say(lang, "记下了,会转给负责的同事。谢谢!", "Noted, and passed on to our team. Thank you!");
  }
}

/** The same card while the KOC says why not: one tap more, or back. */
export function declineReasonsCard(view: OfferView): Card {
  const { assignment, task, lang } = view;
  const reasons: DeclineReason[] = ["no_time", "not_interested", "wrong_form", "reward_low", "too_often", "other"];
  return {
    v: 1,
    key: offerKey(assignment.id),
    title: task.title,
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          "没关系!是哪方面不合适?说一下,以后就不打扰这类了。",
          "That is fine! What does not fit? We will spare you that kind.",
        ),
      },
    ],
    buttons: reasons.map((reason) => ({
      label: declineName(reason, lang),
      action: { type: "offer.decline-because", id: assignment.id, arg: reason },
      tone: "normal" as const,
    })),
  };
}

function blocks({ task, assignment, because, timeZone, lang }: OfferView): Block[] {
  const formBrief = task.forms.find((offered) => offered.form === assignment.form)?.brief;
  const platforms = task.proof.platforms.map((platform) => platformName(platform, lang)).join(say(lang, "、", ", "));
  const facts: (Block | undefined)[] = [
    task.brief ? { type: "text", text: task.brief } : undefined,
    formBrief ? { type: "text", text: formBrief } : undefined,
    {
      type: "fact",
      label: say(lang, "形式", "Form"),
      value: task.forms.map((o) => formName(o.form, lang)).join(say(lang, "、", ", ")),
    },
    platforms ? { type: "fact", label: say(lang, "平台", "Platforms"), value: platforms } : undefined,
    task.proof.mustMention.length > 0
      ? {
          type: "fact",
          label: say(lang, "记得提到", "Please mention"),
          value: task.proof.mustMention.join(say(lang, "、", ", ")),
        }
      : undefined,
    task.proof.count > 1
      ? {
          type: "fact",
          label: say(lang, "数量", "How many"),
          value: say(lang, `每人 ${task.proof.count} 篇`, `${task.proof.count} pieces each`),
        }
      : undefined,
    task.reward > 0
      ? {
          type: "fact",
          label: say(lang, "奖励", "Reward"),
          value: say(lang, `${task.reward} 积分`, `${task.reward} points`),
        }
      : undefined,
    task.deadlineAt !== null
      ? { type: "fact", label: say(lang, "截止", "Until"), value: dayText(task.deadlineAt, timeZone, lang) }
      : undefined,
    because.length > 0
      ? { type: "fact", label: say(lang, "为什么找您", "Why you"), value: because.join(say(lang, ";", "; ")) }
      : undefined,
  ];
  const materials = task.materials.map(
    (url, i): Block => ({
      type: "link",
      label: say(
        lang,
        `素材${task.materials.length > 1 ? i + 1 : ""}`,
        `Material${task.materials.length > 1 ? ` ${i + 1}` : ""}`,
      ),
      url,
    }),
  );
  return [...facts, ...materials].filter((block): block is Block => block !== undefined);
}

/** The form that fits best comes first; four at most, so that the no keeps its place. */
function formButtons({ assignment, task, lang }: OfferView): Button[] {
  const forms = task.forms.map((offered) => offered.form);
  const ordered = [assignment.form, ...forms.filter((form) => form !== assignment.form)].filter((form) =>
    forms.includes(form),
  );
  return ordered.slice(0, 4).map((form, i) => ({
    label: say(lang, `接受 · ${formName(form, lang)}`, `Take it · ${formName(form, lang)}`),
    action: { type: "offer.accept", id: assignment.id, arg: form },
    tone: i === 0 ? "primary" : "normal",
  }));
}

function declineButton(assignmentId: string, lang: Lang): Button {
  return {
    label: say(lang, "这次不了", "Not this time"),
    action: { type: "offer.decline", id: assignmentId },
    tone: "danger",
  };
}

/** Somebody who has accepted may still step back, until something is handed in. */
function stepBack({ assignment, task, promises, timeZone, lang }: OfferView): Button[] {
  if (task.status === "closed" || task.status === "archived") return [];
  if (assignment.acceptedAt === null || assignment.submittedAt !== null || assignment.withdrawnAt !== null) return [];
  const days = assignment.promisedAt === null ? promises : [];
  return [
    ...days.map((at): Button => {
      const day = dayText(at, timeZone, lang);
      return {
        label: say(lang, `${day}前发`, `By ${day}`),
        action: { type: "offer.promise", id: assignment.id, arg: at.toString(36) },
        tone: "normal",
      };
    }),
    {
      label: say(lang, "做不了了", "I can't after all"),
      action: { type: "offer.decline", id: assignment.id },
      tone: "normal",
    },
  ];
}

function settledText({ assignment, lang, timeZone, task }: OfferView): string | undefined {
  const form = formName(assignment.form, lang);
  if (assignment.withdrawnAt !== null)
    return task.status === "open" || task.status === "paused"
      ? say(lang, "这个任务已撤回,不用再做了。谢谢您!", "This task was withdrawn; nothing more is needed. Thank you!")
      : say(lang, "这个任务已经结束,这次不用做了。谢谢您!", "This task has ended; nothing more is needed. Thank you!");
  if (assignment.declinedAt !== null) {
    const why = assignment.declineReason ? `:${declineName(assignment.declineReason, lang)}` : "";
    return say(lang, `已婉拒${why}。谢谢您告诉我们!`, `Declined${why}. Thank you for telling us!`);
  }
  if (assignment.approvedAt !== null) return say(lang, "已通过,谢谢您!", "Approved, thank you!");
  if (assignment.submittedAt !== null)
    return say(lang, "已交稿,审核结果会告诉您", "Handed in; you will be told the result");
  if (task.status === "closed" || task.status === "archived")
    return say(lang, "这个任务已经截止了,谢谢您!", "This task is over, thank you!");
  if (assignment.acceptedAt === null) return undefined;
  const due = assignment.promisedAt ?? task.deadlineAt;
  const until =
    due === null ? "" : say(lang, `${dayText(due, timeZone, lang)}前,`, `Until ${dayText(due, timeZone, lang)}, `);
  return say(
    lang,
    `已接受(${form})。${until}发布后把链接直接发给我就行`,
    `Taken (${form}). ${until}just send me the link once it is published`,
  );
}
