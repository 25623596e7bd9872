import type { Asker } from "#domain/answer-rights.ts";
import type { Catalog } from "#domain/catalog.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** What one may ask, with names of this brand: every line works as it stands. */
export function questionsCard(catalog: Catalog, asker: Asker, lang: Lang): Card {
  const first = (kind: string, nth = 0): string => catalog.named.filter((n) => n.kind === kind)[nth]?.name ?? "";
  const [segment, task, theme, city] = [first("segment"), first("task"), first("theme"), first("city")];
  const brand = [
    say(lang, `${segment}现在有多少人?`, `How many people are in ${segment}?`),
    say(lang, `${segment}的视频任务完成率`, `completion rate of video tasks for ${segment}`),
    say(lang, "各主题的完成率排个名", "completion rate by theme"),
    say(lang, `${task}卡在哪一步?`, `weakest step of ${task}`),
    say(lang, `${theme}为什么被拒?`, `why was ${theme} declined`),
    say(lang, `上个月${city}的KOC接了多少任务`, `how many tasks did KOCs in ${city} accept last month`),
    say(lang, "最近四周每周的参与率", "weekly participation rate, last 4 weeks"),
    say(lang, "哪个平台的互动率最高?", "which platform has the highest interaction rate"),
  ];
  const own = {
    manager: [
      say(lang, "每个KOE名下的完成率排名", "completion rate by KOE"),
      say(lang, "影响力最高的五个KOC", "top 5 KOCs by influence"),
    ],
    koe: [
      say(lang, "我名下谁逾期最多?", "who of my people is overdue most"),
      say(lang, "我这个月确认了多少标签", "how many tags did I confirm this month"),
    ],
    koc: [
      say(lang, "我还有哪些没交?", "what do I still have to hand in"),
      say(lang, "我的互动率", "my interaction rate"),
      say(lang, "我有几篇通过了", "how many of my posts were approved"),
    ],
  }[asker.role];
  const after =
    asker.role === "koc"
      ? []
      : [
          say(
            lang,
            "接着问:那图文的呢?· 每周一9点发我 · 低于20%告诉我",
            "Go on: and photo posts? · every Monday at 9 · tell me if it drops below 20%",
          ),
        ];
  const lines = asker.role === "koc" ? own : [...own, ...brand, ...after];
  return {
    v: 1,
    key: `questions-${asker.id}`,
    title: say(lang, "可以这样问", "What you can ask"),
    blocks: lines.map((text) => ({ type: "text", text })),
    buttons: [],
  };
}
