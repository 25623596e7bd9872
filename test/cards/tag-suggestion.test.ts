import { describe, expect, it } from "vitest";
import { tagSuggestionCard } from "#cards/tag-suggestion.ts";
import type { Suggestion } from "#domain/suggestion.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

const now = Date.parse("2026-11-20T18:00:00+08:00");
const taxonomy = loadTaxonomy();

const suggestion = (id: string, tag: string, quote: string, change: Partial<Suggestion> = {}): Suggestion => ({
  id,
  cardId: "card",
  personId: "C1",
  tag,
  kind: "hold",
  quote,
  messageId: "m",
  conversationId: "c",
  askedOf: "E1",
  score: 0.9,
  evidence: [],
  status: "open",
  createdAt: now,
  expiresAt: now + 1,
  answeredAt: null,
  answeredBy: null,
  ...change,
});

type Consent = Parameters<typeof tagSuggestionCard>[0]["consent"];
const draw = (
  suggestions: Suggestion[],
  lang: "zh" | "en" = "zh",
  consent: Consent = { status: "yes", at: undefined },
) =>
  tagSuggestionCard({
    cardId: "card",
    customer: "王女士",
    suggestions,
    names: new Map([["E1", "安娜"]]),
    consent,
    taxonomy,
    now,
    timeZone: "Asia/Shanghai",
    lang,
  });

describe("the card of suggested tags", () => {
  it("shows words that raised several questions once, under all of them", () => {
    const card = draw([
      suggestion("1", "two_kids", "二宝下个月出生"),
      suggestion("2", "expecting", "二宝下个月出生"),
      suggestion("3", "space", "后备箱"),
    ]);

    expect(card.blocks.map((b) => (b.type === "quote" ? b.text : b.type === "fact" ? b.label : ""))).toEqual([
      "二胎家庭",
      "备孕孕期",
      "二宝下个月出生",
      "关注点:空间",
      "后备箱",
      "",
    ]);
  });

  it.each<[Consent, string, string]>([
    [{ status: "unknown", at: undefined }, "客户还没有表示同意", "The customer has not consented yet"],
    [{ status: "yes", at: undefined }, "客户已同意", "The customer consented"],
    [{ status: "yes", at: now }, "客户11月20日已同意", "The customer consented on 20 Nov"],
    [{ status: "no", at: now }, "客户11月20日已撤回同意", "The customer withdrew consent on 20 Nov"],
  ])("ends with what the customer has said to being listened to: %o", (consent, zh, en) => {
    const last = (lang: "zh" | "en") => draw([suggestion("1", "space", "后备箱")], lang, consent).blocks.at(-1);

    expect(last("zh")).toEqual({ type: "text", text: zh });
    expect(last("en")).toEqual({ type: "text", text: en });
  });

  it("has six buttons at most for four questions", () => {
    const four = ["has_kids", "space", "comfort", "camping"].map((tag, i) => suggestion(String(i), tag, tag));

    expect(draw(four).buttons.map((b) => b.action.type)).toEqual([
      "suggestion.confirm-all",
      ...four.map(() => "suggestion.confirm"),
      "suggestion.reject-all",
    ]);
  });

  it("asks whether something holds no longer, in the reader's language", () => {
    const [zh, en] = (["zh", "en"] as const).map((lang) =>
      draw([suggestion("1", "single", "结婚啦", { kind: "retract" })], lang),
    );

    expect(zh?.buttons.map((b) => b.label)).toEqual(["确认去掉「单身」", "不对,保留"]);
    expect(en?.buttons.map((b) => b.label)).toEqual(["Take off “Single”", "Keep it"]);
  });

  it("says who settled each question and when, and has no buttons once all are", () => {
    const card = draw([suggestion("1", "space", "后备箱", { status: "confirmed", answeredBy: "E1", answeredAt: now })]);

    expect(card.blocks[0]).toEqual({ type: "fact", label: "关注点:空间", value: "✓ 已确认 · 安娜 18:00" });
    expect([card.buttons, card.settled]).toEqual([[], "已加上 1 个标签"]);
  });
});
