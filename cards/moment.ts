import type { MomentOutcomes } from "#domain/moment.ts";
import type { Reason } from "#domain/segment.ts";
import type { Card, Lang } from "./card.ts";
import { percent, say } from "./names.ts";
import { type RuleNames, reasonsInWords } from "./segment-words.ts";

export type MomentView = {
  id: string;
  personId: string;
  person: string;
  /** What kind of moment, and words an employee may use, as the pack has them. */
  name: string;
  words: string;
  reasons: readonly Reason[];
  quote: string | null;
  settled: "taken" | "later" | "unfit" | "gone" | null;
  /** May it be put off once more? */
  mayWait: boolean;
};

/** Tells an employee of a moment in somebody's life: why now, what to say, and what they make of it. */
export function momentCard(view: MomentView, names: RuleNames): Card {
  const { lang } = names;
  return {
    v: 1,
    key: `moment-${view.id}`,
    title: say(lang, `${view.name}:${view.person}`, `${view.name}: ${view.person}`),
    blocks: [
      { type: "fact", label: say(lang, "为什么是现在", "Why now"), value: reasonsInWords(view.reasons, names) },
      ...(view.quote ? [{ type: "quote" as const, text: view.quote, from: view.person }] : []),
      { type: "fact", label: say(lang, "可以这样说", "You could say"), value: view.words },
    ],
    buttons: view.settled === null ? buttons(view, lang) : [],
    ...(view.settled !== null && { settled: settledText(view.settled, lang) }),
  };
}

function buttons({ id, personId, mayWait }: MomentView, lang: Lang): Card["buttons"] {
  return [
    { label: say(lang, "我来跟进", "I take it"), action: { type: "moment.take", id }, tone: "primary" },
    ...(mayWait
      ? [
          {
            label: say(lang, "过几天再说", "Later"),
            action: { type: "moment.later" as const, id },
            tone: "normal" as const,
          },
        ]
      : []),
    { label: say(lang, "不合适", "Not fitting"), action: { type: "moment.unfit", id }, tone: "danger" },
    { label: say(lang, "看画像", "Profile"), action: { type: "profile.show", id: personId }, tone: "normal" },
  ];
}

function settledText(settled: NonNullable<MomentView["settled"]>, lang: Lang): string {
  switch (settled) {
    case "taken":
      return say(lang, "✓ 您来跟进", "✓ yours to follow up");
    case "later":
      return say(lang, "三天后再提醒", "comes again in three days");
    case "unfit":
      return say(lang, "已记下:不合适", "noted: not fitting");
    case "gone":
      return say(lang, "这个时机已经过去", "this moment has passed");
  }
}

/** What became of the moments of each kind, for managers. */
export function momentOutcomesText(
  kinds: readonly { key: string; name: string }[],
  outcomes: MomentOutcomes,
  lang: Lang,
): string {
  const lines = kinds.flatMap(({ key, name }) => {
    const seen = outcomes.get(key);
    if (!seen || seen.shown === 0) return [];
    return say(
      lang,
      `${name}:提醒 ${seen.shown},跟进 ${seen.taken} (${percent(seen.taken, seen.shown)}),不合适 ${seen.unfit},推迟 ${seen.later}`,
      `${name}: shown ${seen.shown}, taken ${seen.taken} (${percent(seen.taken, seen.shown)}), not fitting ${seen.unfit}, put off ${seen.later}`,
    );
  });
  return lines.length > 0 ? lines.join("\n") : say(lang, "还没有提醒过时机。", "No moment has been shown yet.");
}
