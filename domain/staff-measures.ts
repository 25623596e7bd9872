/** What employees do with what koloop asks them, for the dashboards. Times are the median. */
export const staffMeasures = [
  {
    key: "people",
    zh: "负责的人",
    en: "People",
    how: { zh: "归这位 KOE 负责的客户和 KOC", en: "customers and KOCs this KOE looks after" },
  },
  {
    key: "suggestions",
    zh: "建议",
    en: "Suggestions",
    how: { zh: "问过这位 KOE 的标签建议", en: "tag suggestions this KOE was asked about" },
  },
  {
    key: "confirm_rate",
    zh: "确认率",
    en: "Confirm rate",
    how: { zh: "确认 / (确认 + 否定),至少 10 条", en: "confirmed / (confirmed + rejected), at least 10" },
  },
  {
    key: "answer_time",
    zh: "答复用时",
    en: "Time to answer",
    how: { zh: "从问到答的中位数", en: "median from the question to the answer" },
  },
  {
    key: "waiting",
    zh: "待答",
    en: "Waiting",
    how: { zh: "还没答、没过期的建议", en: "suggestions neither answered nor expired" },
  },
] as const;
export type StaffMeasure = (typeof staffMeasures)[number]["key"];
