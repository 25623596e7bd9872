import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { segmentInWords } from "#cards/segment-words.ts";
import { judge, type Rule, type Segment, type SegmentFacts } from "#domain/segment.ts";
import { circleWith, readRule } from "#domain/segment-text.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

const { taxonomy } = loadKnowledge([]);
const segments = [{ id: "family", name: "家庭用车" }];
const read = (text: string, lang: "zh" | "en" = "zh") =>
  readRule(text, { taxonomy, segments, cities: new Set(["上海", "北京"]), lang });
const words = (rule: Rule, lang: "zh" | "en" = "zh") =>
  segmentInWords(rule, { taxonomy, segments: new Map([["family", "家庭用车"]]), lang });

describe("a segment in words", () => {
  it.each([
    ["计划换车 且 (二胎家庭 或 事业晋升),排除 单身", "计划换车 且 (二胎家庭 或 事业晋升),排除 单身"],
    ["新手爸妈或孩子上学,近30天活跃", "(新手爸妈 或 孩子上学) 且 近30天活跃"],
    ["新手爸妈 或 孩子上学 且 单身", "新手爸妈 或 (孩子上学 且 单身)"],
    ["沉默60天,人在上海", "沉默60天 且 城市:上海"],
    ["两个月没说话", "沉默60天"],
    ["商旅人士 除了 单身、新手爸妈", "商旅人士,排除 单身、新手爸妈"],
    ["商旅人士 但不包括 单身 和 新手爸妈", "商旅人士,排除 单身、新手爸妈"],
    ["分群:家庭用车 且 非 单身", "分群:家庭用车,排除 单身"],
    ["家庭用车 且 城市:上海/北京", "分群:家庭用车 且 城市:上海/北京"],
    ["近90天通过任务2次 且 影响力≥1.5", "近90天通过任务2次 且 影响力≥1.5"],
    ["维度:家庭", "维度:家庭"],
    ["所有人", "所有人"],
  ])("%s", (text, shown) => {
    const rule = read(text);

    expect(rule.ok ? words(rule.value) : rule).toBe(shown);
  });

  it.each([
    ["new parents and (business traveler or single) except two or more children"],
    ["active within 30 days and not single"],
    ["silent for 60 days"],
  ])("is read in English: %s", (text) => {
    const rule = read(text, "en");

    expect(rule).toMatchObject({ ok: rule.fault?.kind === undefined });
    if (rule.ok) expect(read(words(rule.value, "en"), "en")).toEqual(rule);
  });

  it.each([
    ["", "empty"],
    ["计划换车 且", "unfinished"],
    ["且 计划换车", "unfinished"],
    ["(计划换车", "brackets"],
    ["计划换车)", "brackets"],
    ["计划换车 且 非 计划换车", "contradictory"],
    ["二胎家庭 排除 有孩家庭", "contradictory"],
    ["近30天活跃 且 沉默60天", "contradictory"],
    ["城市:上海 且 城市:北京", "contradictory"],
    [Array.from({ length: 1000 }, () => "单身").join(" 或 "), "too-many"],
    [`${"(".repeat(60)}单身${")".repeat(60)}`, "too-deep"],
  ])("refuses %.20s as %s", (text, kind) => {
    expect(read(text).fault?.kind).toBe(kind);
  });

  it("asks whether something like it was meant where a name is not known", () => {
    expect(read("计划换个车").fault).toMatchObject({ kind: "unknown", near: expect.arrayContaining(["计划换车"]) });
  });

  it("finds the circle that a rule would close, at any length", () => {
    const other = (id: string, to: string): Segment => ({
      id,
      name: id,
      rule: { kind: "any", of: [{ kind: "segment", segmentId: to }] },
      version: 1,
      status: "active",
      createdBy: null,
      createdAt: 0,
      updatedAt: 0,
    });

    const circle = circleWith({ id: "a", name: "a", rule: { kind: "segment", segmentId: "b" } }, [
      other("b", "c"),
      other("c", "a"),
    ]);

    expect(circle).toEqual(["a", "b", "c", "a"]);
    expect(
      circleWith({ id: "a", name: "a", rule: { kind: "segment", segmentId: "b" } }, [other("b", "c")]),
    ).toBeUndefined();
  });

  it("means the same when it is read back from its own words", () => {
    const leaf: fc.Arbitrary<Rule> = fc.oneof(
      fc
        .constantFrom("single", "new_parent", "business_traveler", "two_kids")
        .map((tag): Rule => ({ kind: "tag", tag })),
      fc.integer({ min: 1, max: 400 }).map((withinDays): Rule => ({ kind: "active", withinDays })),
      fc.constantFrom("上海", "北京").map((city): Rule => ({ kind: "city", cities: [city] })),
    );
    const rule = fc.letrec<{ rule: Rule }>((tie) => ({
      rule: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.record({
          kind: fc.constantFrom("all" as const, "any" as const),
          of: fc.array(tie("rule"), { minLength: 2, maxLength: 3 }),
        }),
        fc.record({ kind: fc.constant("none" as const), of: fc.array(tie("rule"), { minLength: 1, maxLength: 2 }) }),
      ) as fc.Arbitrary<Rule>,
    })).rule;

    const facts: fc.Arbitrary<SegmentFacts> = fc.record({
      tags: fc.subarray(["single", "new_parent", "business_traveler", "two_kids"]).map((tags) => new Set(tags)),
      city: fc.constantFrom("上海", "北京", null),
      lastActiveAt: fc.integer({ min: 0, max: 400 }).map((days) => days * 86_400_000),
      segments: fc.constant(new Set<string>()),
    });
    const now = 400 * 86_400_000;

    fc.assert(
      fc.property(rule, fc.array(facts, { minLength: 8, maxLength: 8 }), (made, people) => {
        const again = read(words(made));
        if (!again.ok)
          return again.fault?.kind === "contradictory" && people.every((one) => !judge(made, one, now).holds);
        return people.every((one) => judge(made, one, now).holds === judge(again.value, one, now).holds);
      }),
      { numRuns: 1000 },
    );
  });
});
