/** What a measure is counted over: each has a table and a time of its own. */
export type Subject = "people" | "membership" | "tags" | "assignments" | "submissions" | "posts" | "comments" | "tasks";

export type Measure = {
  zh: string;
  en: string;
  subject: Subject;
  unit: "人" | "次" | "条" | "篇" | "%" | "小时" | "个" | "积分" | "";
  /** The definition in words, as answers show it. */
  how: { zh: string; en: string };
  /** `count` and `sum` add up; `rate` is a share of two counts; `mean` an average. */
  kind: "count" | "sum" | "rate" | "mean";
  /** The parts of a rate or mean, and the columns behind a count (see `db/answers-columns.ts`). */
  of: readonly string[];
  /** The time a period means: the event's own for counts, the push for rates. */
  time: string;
  /** Groups with fewer of these are left out of rankings. */
  least?: { of: string; count: number };
};

const pushes = { of: "pushed", count: 20 };
const posts = { of: "figures", count: 5 };
export const step = (zh: string, en: string, of: string): Measure => ({
  zh,
  en,
  subject: "assignments",
  unit: "次",
  how: { zh: `有${zh}时间的任务卡数`, en: `assignments that were ${en.toLowerCase()}` },
  kind: "count",
  of: [of],
  time: of,
});
export const rate = (zh: string, en: string, [part, whole]: [string, string], words: [string, string]): Measure => ({
  zh,
  en,
  subject: "assignments",
  unit: "%",
  how: { zh: words[0], en: words[1] },
  kind: "rate",
  of: [part, whole],
  time: "pushed",
  least: pushes,
});
export const state = (zh: string, en: string, of: string, time: string, how: [string, string]): Measure => ({
  zh,
  en,
  subject: "assignments",
  unit: "条",
  how: { zh: how[0], en: how[1] },
  kind: "count",
  of: [of],
  time,
});
export const flow = (
  subject: Subject,
  unit: Measure["unit"],
  zh: string,
  en: string,
  how: [string, string],
): Measure => ({
  zh,
  en,
  subject,
  unit,
  how: { zh: how[0], en: how[1] },
  kind: "count",
  of: [],
  time: "own",
});
export const figure = (zh: string, en: string, of: string): Measure => ({
  zh,
  en,
  subject: "posts",
  unit: "次",
  how: { zh: `过审作品最新数据的${zh}合计`, en: `sum of ${en.toLowerCase()} over approved posts, latest figures` },
  kind: "sum",
  of: [of],
  time: "submitted",
});
export const mean = (zh: string, en: string, of: string): Measure => ({
  zh: `篇均${zh}`,
  en: `Average ${en.toLowerCase()}`,
  subject: "posts",
  unit: "次",
  how: { zh: `${zh}合计 / 有数据的作品数`, en: `${en.toLowerCase()} / posts with figures` },
  kind: "mean",
  of: [of, "figures"],
  time: "submitted",
  least: posts,
});
export const grown = (zh: string, en: string, of: string): Measure => ({
  zh: `${zh}增长`,
  en: `Growth of ${en.toLowerCase()}`,
  subject: "posts",
  unit: "次",
  how: { zh: `最新快照的${zh} − 首个快照的${zh}`, en: `${en.toLowerCase()}: latest snapshot − first snapshot` },
  kind: "sum",
  of: [`growth_${of}`],
  time: "submitted",
});
