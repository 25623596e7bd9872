import { describe, expect, it } from "vitest";
import type { Asker } from "#domain/answer-rights.ts";
import type { Catalog, Named } from "#domain/catalog.ts";
import { isoDate } from "#domain/zone.ts";
import { createQuestionReader } from "#nlp/question/reader.ts";

const zone = "Asia/Shanghai";
const now = Date.parse("2026-11-20T18:00:00+08:00");
const named: Named[] = [
  { kind: "koe", id: "E1", name: "安娜娜" },
  { kind: "segment", id: "sea_anglers", name: "海钓一族", also: ["sea anglers"] },
  { kind: "segment", id: "night_shift", name: "夜班族群" },
  { kind: "tag", id: "boat_owner", name: "船主", also: ["boat owners"] },
  { kind: "task", id: "T1", name: "夜里两点的厨房" },
  { kind: "task", id: "T2", name: "春节出海路书" },
  { kind: "city", id: "上海", name: "上海" },
];
const catalog: Catalog = { named, owners: new Map() };
const read = createQuestionReader();
const manager: Asker = { id: "M1", role: "manager" };
const understood = (question: string, ...context: string[]) =>
  read(question, { catalog, asker: manager, now, zone, context });

const days = (question: string): string[] => {
  const { query, clarify, unknown } = understood(question);
  expect([clarify, unknown]).toEqual([null, null]);
  return [isoDate(query.period!.from, zone), isoDate(query.period!.until - 1, zone)];
};

describe("a holiday in a question", () => {
  it.each([
    ["国庆交了多少篇", "2026-10-01", "2026-10-07"],
    ["去年国庆交了几篇作品", "2025-10-01", "2025-10-07"],
    ["2025年国庆当天交了几篇", "2025-10-01", "2025-10-01"],
    ["春节期间推送了多少", "2026-02-16", "2026-02-23"],
    ["去年春节接了几单", "2025-01-28", "2025-02-04"],
    ["今年五一的接受率", "2026-05-01", "2026-05-05"],
    ["端午节交稿几篇", "2026-06-19", "2026-06-21"],
    ["去年端午的交稿数", "2025-05-31", "2025-06-02"],
    ["2026年中秋推送了多少", "2026-09-25", "2026-09-27"],
    ["中秋当天推送了多少", "2026-09-25", "2026-09-25"],
    ["清明小长假的接受率", "2026-04-04", "2026-04-06"],
    ["元旦交了几篇", "2026-01-01", "2026-01-01"],
    ["圣诞节推送了多少", "2025-12-25", "2025-12-25"],
    ["七夕那天接了几单", "2026-08-19", "2026-08-19"],
    ["母亲节推送了多少", "2026-05-10", "2026-05-10"],
  ])("%s", (question, from, last) => {
    expect(days(question)).toEqual([from, last]);
  });

  it.each([
    ["双11当天交了几篇", "2026-11-11", "2026-11-11"],
    ["双十一期间的接受率", "2026-11-01", "2026-11-11"],
    ["去年双十二推送了多少", "2025-12-12", "2025-12-12"],
    ["618的接单数", "2026-06-18", "2026-06-18"],
    ["618大促期间推送了多少", "2026-06-01", "2026-06-18"],
    ["黑五交了几篇", "2025-11-28", "2025-11-28"],
    ["hand-ins on Black Friday 2025", "2025-11-28", "2025-11-28"],
    ["how many hand-ins on Thanksgiving last year", "2025-11-27", "2025-11-27"],
    ["how many posts were approved at Christmas last year", "2025-12-25", "2025-12-25"],
    ["acceptance rate during Spring Festival 2026", "2026-02-16", "2026-02-23"],
    ["hand-ins on Singles' Day", "2026-11-11", "2026-11-11"],
    ["pushes during the Mid-Autumn Festival", "2026-09-25", "2026-09-27"],
  ])("of shops and in English: %s", (question, from, last) => {
    expect(days(question)).toEqual([from, last]);
  });

  it.each([
    ["海钓一族交稿超过618篇吗", null],
    ["第十一周推送了多少", null],
  ])("is none where it is a number: %s", (question, period) => {
    expect(understood(question).query.period).toEqual(period);
  });

  it("is left to the task that is named after it", () => {
    expect(understood("春节出海路书交了几篇").query).toMatchObject({ filters: { task: { in: ["T2"] } }, period: null });
  });

  it.each([
    ["今年国庆和去年国庆交稿对比", ["2025-10-01", "2026-10-01"]],
    ["今年国庆比去年国庆多交了多少篇", ["2026-10-01", "2025-10-01"]],
  ])("is set beside another: %s", (question, from) => {
    expect(understood(question).query.group?.periods?.map((p) => isoDate(p.from, zone))).toEqual(from);
  });

  it("of a lunar year that nobody has looked up is said to be unknown, and not taken for the whole year", () => {
    expect(understood("2019年春节推送了多少").unknown?.why).toBe("no-such-date");
  });
});

describe("weekends beside each other", () => {
  it.each([
    "上个周末和上上个周末的接单数",
    "上周末跟前一个周末比,交稿怎么样",
    "last weekend vs the weekend before: hand-ins",
    "how many hand-ins last weekend compared with the weekend before",
  ])("%s", (question) => {
    const starts = understood(question).query.group?.periods?.map((p) => isoDate(p.from, zone));

    expect(starts?.toSorted()).toEqual(["2026-11-07", "2026-11-14"]);
  });
});

describe("growth of people", () => {
  it.each([
    ["海钓一族这半年涨了多少", "segment_net", { segment: { in: ["sea_anglers"] } }],
    ["这半年顾客涨了多少", "people_joined", { role: { in: ["customer"] } }],
    ["这半年KOC增加了多少", "people_joined", { role: { in: ["koc"] } }],
    ["这个月来了多少新顾客,比上个月多吗", "people_joined", { role: { in: ["customer"] } }],
    ["上海的客户近三个月涨了多少", "people_joined", { city: { in: ["上海"] }, role: { in: ["customer"] } }],
  ])("is what came in the time, and no count of all: %s", (question, measure, filters) => {
    const { query } = understood(question);

    expect([query.measures, query.filters]).toEqual([[measure], filters]);
    expect(query.period ?? query.group?.by).toBeTruthy();
  });

  it("of those who hold a tag is how many more hold it than before", () => {
    const { query } = understood("船主这半年涨了多少人");

    expect(query).toMatchObject({
      measures: ["people"],
      compare: "difference",
      filters: { tag: { in: ["boat_owner"] } },
    });
    expect(query.group?.periods?.map((p) => isoDate(p.until - 1, zone))).toEqual(["2026-11-30", "2026-05-31"]);
  });
});

describe("how many pieces are still wanted", () => {
  it("is asked back where no task is named", () => {
    expect(understood("还差几篇").clarify).toBe("which-task");
  });

  it("is of the task spoken of before", () => {
    expect(understood("还差几篇", "夜里两点的厨房完成率多少").query).toMatchObject({
      measures: ["quota_attainment"],
      field: "left",
      filters: { task: { in: ["T1"] } },
    });
  });

  it("is asked in English", () => {
    expect(understood("how many pieces does T1 still need").query).toMatchObject({
      measures: ["quota_attainment"],
      field: "left",
      filters: { task: { in: ["T1"] } },
    });
  });

  it("is told of each task", () => {
    expect(understood("各任务还差几篇").query).toMatchObject({ field: "left", group: { by: "task" } });
  });
});

describe("the share of what came of something", () => {
  it.each([
    ["退回占比", "rejection_rate"],
    ["退回的作品占比", "rejection_rate"],
    ["这个月退回的占比多少", "rejection_rate"],
    ["海钓一族的退回率", "rejection_rate"],
    ["what share of hand-ins was sent back", "rejection_rate"],
    ["拒绝占比", "decline_rate"],
    ["通过的占比", "approval_rate"],
    ["海钓一族的逾期率", "overdue_rate"],
    ["这个月的迟交率", "late_rate"],
    ["未读率上周多少", "unread_rate"],
    ["看了没回应的占比", "no_answer_rate"],
    ["what percentage of pushes were never opened last week", "unread_rate"],
  ])("%s", (question, measure) => {
    const { query, clarify, unknown } = understood(question);

    expect([clarify, unknown, query.measures]).toEqual([null, null, [measure]]);
  });

  it("is still a share of people where people are named for it", () => {
    expect(understood("退回的稿子里海钓一族占比").query).toMatchObject({ measures: ["sent_back"], share: ["segment"] });
  });
});

describe("a question by its small words", () => {
  it("asks who never handed anything in, and not who never got anything through", () => {
    expect(understood("KOC里有多少人从来没交过稿").query.filters.never).toEqual({ in: ["submitted"] });
  });

  it("looks after people, and not at looks", () => {
    const { query } = understood("which employee looks after the most KOCs");

    expect([query.measures, query.group?.by, query.filters]).toEqual([["people"], "koe", { role: { in: ["koc"] } }]);
  });

  it("asks which customers became KOCs, and not who is either", () => {
    expect(understood("今年新加入的客户里有多少成了KOC").query).toMatchObject({
      measures: ["people_joined"],
      filters: { role: { in: ["koc", "customer"], every: true } },
    });
  });

  it("asks how many of those handed in were approved", () => {
    expect(understood("国庆期间交的稿子通过了多少").query.measures).toEqual(["posts"]);
  });

  it("asks which tasks are not full", () => {
    expect(understood("哪些任务还没招满").query).toMatchObject({
      measures: ["quota_attainment"],
      group: { by: "task" },
      having: { is: "below", value: 100 },
    });
  });

  it("sets two forms side by side", () => {
    expect(understood("acceptance rate of video tasks vs article tasks this quarter").query.group).toEqual({
      by: "form",
      keys: ["video", "longform"],
    });
  });
});

describe("things of two kinds side by side", () => {
  it.each([
    ["海钓一族和船主哪个接受率高", "acceptance_rate"],
    ["海钓一族分群比船主标签的人多多少", "people"],
    ["which has the higher acceptance rate, sea anglers or boat owners", "acceptance_rate"],
  ])("are two answers, and not those who are both: %s", (question, measure) => {
    const reading = understood(question);
    const filters = [reading, ...reading.next].map((one) => [one.query.measures, one.query.filters]);

    expect(filters).toEqual([
      [[measure], { segment: { in: ["sea_anglers"] } }],
      [[measure], { tag: { in: ["boat_owner"] } }],
    ]);
  });

  it("are one where the one is among the other", () => {
    expect(understood("海钓一族里船主有多少人").query.filters).toEqual({
      segment: { in: ["sea_anglers"] },
      tag: { in: ["boat_owner"] },
    });
  });
});
