import { describe, expect, it } from "vitest";
import { answerText } from "#cards/answer.ts";
import { emptyQuery } from "#domain/query.ts";

describe("an answer in words", () => {
  it("works out before one's eyes how many pieces are still wanted", () => {
    const query = {
      ...emptyQuery,
      measures: ["quota_attainment" as const],
      field: "left",
      filters: { task: { in: ["T1"] } },
    };
    const answer = { type: "number" as const, value: 12, unit: "篇", rows: 70, parts: [58, 70] as [number, number] };
    const view = { lang: "zh" as const, now: 0, zone: "Asia/Shanghai", nameOf: () => "冬季续航" };

    expect(answerText({ query, answer }, view)).toMatch(/^冬季续航 · 还差 = 名额 − 通过 = 70 − 58 = 12 篇 /);
  });
});
