import type { HoldoutVerdict } from "#domain/off-policy.ts";
import type { Card, Lang } from "./card.ts";
import { percent, say } from "./names.ts";

export type PushCount = { pushes: number; completed: number };
export type LearningWorth = { key: string; learned: PushCount; fixed: PushCount; verdict: HoldoutVerdict; lang: Lang };

/** "Does learning pay?", in plain words and with the interval, also where the answer is no or not yet. */
export function learningWorthCard({ key, learned, fixed, verdict, lang }: LearningWorth): Card {
  const row = (name: string, count: PushCount) => [
    name,
    String(count.pushes),
    String(count.completed),
    count.pushes > 0 ? percent(count.completed, count.pushes) : "–",
  ];
  return {
    v: 1,
    key,
    title: say(lang, ...titles[verdict.verdict]),
    blocks: [
      { type: "text", text: plainWords(verdict, learned, fixed, lang) },
      {
        type: "table",
        columns: [
          say(lang, "怎么选的人", "how people were chosen"),
          say(lang, "推送", "pushes"),
          say(lang, "完成", "completed"),
          say(lang, "完成率", "rate"),
        ],
        rows: [
          row(say(lang, "学到的", "learned"), learned),
          row(say(lang, "固定规则(约 10 %)", "fixed rules (about 10 %)"), fixed),
        ],
        alignRight: [1, 2, 3],
      },
      {
        type: "text",
        text: say(
          lang,
          "只算已经结束的任务;完成 = 作品通过。固定规则:在合规的人里平均抽人,形式平均抽,学到的不插手。",
          "Only tasks that are over; completed = approved. Fixed rules draw evenly among all who may be asked, and among forms; nothing learned decides there.",
        ),
      },
    ],
    buttons: [],
  };
}

const titles: Record<HoldoutVerdict["verdict"], [string, string]> = {
  yes: ["学习有用", "Learning pays"],
  no: ["学习目前没有用,反而更差", "Learning does not pay: it does worse"],
  "not-yet": ["还说不准学习有没有用", "It cannot be said yet whether learning pays"],
};

function plainWords(verdict: HoldoutVerdict, learned: PushCount, fixed: PushCount, lang: Lang): string {
  if (learned.pushes === 0 || fixed.pushes === 0)
    return say(
      lang,
      "两组里还有一组没有结束的推送,没有什么可比。约每十次推送有一次按固定规则,任务结束后再问。",
      "One of the two groups has no finished pushes, so there is nothing to compare. About one push in ten goes by fixed rules; ask again when tasks are over.",
    );
  const points = (share: number) => `${share >= 0 ? "+" : "−"}${Math.abs(share * 100).toFixed(1)}`;
  const range = say(
    lang,
    `每 100 次推送,学到的比固定规则多完成 ${points(verdict.difference)} 个(95 % 区间 ${points(verdict.low)} 到 ${points(verdict.high)})`,
    `Of 100 pushes, what was learned completes ${points(verdict.difference)} more than fixed rules (95 % interval ${points(verdict.low)} to ${points(verdict.high)})`,
  );
  const meaning: Record<HoldoutVerdict["verdict"], [string, string]> = {
    yes: ["区间不含 0,差别是真实的。", "The interval leaves 0 out: the difference is real."],
    no: [
      "区间全在 0 以下,建议先停用自动补推再查原因。",
      "The interval lies below 0: stop automatic waves and look into it.",
    ],
    "not-yet": [
      "区间含 0,看不出真正的差别,要再多一些推送。",
      "The interval holds 0: no real difference can be seen; it takes more pushes.",
    ],
  };
  return `${range}${say(lang, "。", ". ")}${say(lang, ...meaning[verdict.verdict])}`;
}
