import type { Block, Lang } from "./card.ts";
import { declineName, say } from "./names.ts";

/** What people answered to a task. */
export type TaskAnswers = {
  asked: number;
  /** Planned, and not sent yet: their hour has not come. */
  waiting: number;
  accepted: number;
  submitted: number;
  approved: number;
  withdrawn: number;
  /** The most frequent reason first. */
  declines: { reason: string; n: number }[];
  /** In people's own words, the newest first. */
  notes: { who: string; words: string }[];
};

/** How a task goes, for its page; nothing where nobody was asked. */
export function answersBlocks(answers: TaskAnswers, lang: Lang): Block[] {
  const { asked, waiting, accepted, submitted, approved } = answers;
  if (asked + waiting === 0) return [];
  const facts: [string, number][] = [
    [say(lang, "已推送", "Asked"), asked],
    [say(lang, "待发送", "To be sent"), waiting],
    [say(lang, "接受", "Accepted"), accepted],
    [say(lang, "交稿", "Handed in"), submitted],
    [say(lang, "通过", "Approved"), approved],
  ];
  const shown = facts.filter(([, n], i) => n > 0 || i !== 1);
  return [
    ...shown.map(([label, n]) => ({ type: "fact" as const, label, value: String(n) })),
    ...declineBlocks(answers, lang),
  ];
}

/** Why people said no, what they wrote, and what was taken back. */
export function declineBlocks({ declines, notes, withdrawn }: TaskAnswers, lang: Lang): Block[] {
  const total = declines.reduce((sum, { n }) => sum + n, 0);
  const reasons = declines.map(({ reason, n }) => `${declineName(reason, lang)} ${n}`).join(say(lang, "、", ", "));
  return [
    ...(total > 0
      ? [{ type: "fact" as const, label: say(lang, `婉拒 ${total}`, `Declined ${total}`), value: reasons }]
      : []),
    ...(withdrawn > 0
      ? [{ type: "fact" as const, label: say(lang, "已撤回", "Taken back"), value: String(withdrawn) }]
      : []),
    ...notes.map(({ who, words }) => ({ type: "quote" as const, text: words, from: who })),
  ];
}
