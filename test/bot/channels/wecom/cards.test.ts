import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aibotCard, appCard, templateCard } from "#bot/channels/wecom/card-limits.ts";
import { kfMessage } from "#bot/channels/wecom/kf/render.ts";
import { actionTypes } from "#cards/action.ts";
import { type Block, type Card, cardSchema } from "#cards/card.ts";
import { tagSuggestionCard } from "#cards/tag-suggestion.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { checkCard, checkKf } from "../../../fakes/wecom/card-check.ts";

const people = ["👨‍👩‍👧‍👦", "𠮷", "李", "é", "🐱", " ", "a", "،", "\n", "「"];
/** Names and words as people write them: long, with emoji of several code points, rare characters, nothing but a space. */
const words = (maxLength: number, minLength = 0) =>
  fc
    .array(fc.oneof(fc.constantFrom(...people), fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 })), {
      maxLength,
      minLength,
    })
    .map((parts) => parts.join(""));
const label = words(40, 1).map((text) => (text.trim() === "" ? "x" : text));
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant("text" as const), text: words(400) }),
  fc.record({ type: fc.constant("quote" as const), text: words(300), from: words(40) }),
  fc.record({ type: fc.constant("fact" as const), label, value: words(60) }),
  fc.record({ type: fc.constant("link" as const), label: words(40), url: fc.webUrl() }),
  fc.record({
    type: fc.constant("table" as const),
    columns: fc.array(words(10), { minLength: 1, maxLength: 12 }),
    rows: fc.array(fc.array(words(10), { maxLength: 12 }), { maxLength: 50 }),
    alignRight: fc.constant<number[]>([]),
  }),
  fc.record({ type: fc.constant("picture" as const), pictureId: fc.constant("p1"), alt: words(100) }),
);
const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdefghjkmnpqrstvwxyz"), minLength: 20, maxLength: 26 });
/** Everything that `cards/` may make by its own schema, which is more than its composers do. */
const anyCard: fc.Arbitrary<Card> = fc.record({
  v: fc.constant(1 as const),
  key: id,
  title: label,
  blocks: fc.array(block, { maxLength: 12 }),
  buttons: fc.uniqueArray(
    fc.record({
      label,
      action: fc.record({ type: fc.constantFrom(...actionTypes), id }),
      tone: fc.constantFrom("primary" as const, "normal" as const, "danger" as const),
    }),
    { maxLength: 6, selector: ({ action }) => `${action.type} ${action.id}` },
  ),
});
const answered = fc.option(label, { nil: undefined });

describe("no card is beyond WeCom's limits", () => {
  it.each([
    ["app", appCard, {}],
    ["bot", aibotCard, { title: 26, desc: 30, subTitle: 112, value: 26 }],
  ] as const)("on the line %s", (_, line, limits) => {
    fc.assert(
      fc.property(anyCard, answered, id, (card, settled, taskId) => {
        const whole = cardSchema.parse({ ...card, ...(settled !== undefined && { settled }) });

        expect(checkCard(templateCard(whole, taskId, line), [], limits)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it("on the line kf, whose menus and texts count bytes", () => {
    fc.assert(
      fc.property(anyCard, id, (card, msgid) => {
        expect(checkKf({ msgid, ...kfMessage({ type: "card", card }) })).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it("and a question about a customer of 40 characters still has the whole name, the words and the tag", () => {
    const { taxonomy } = loadKnowledge([]);
    const tags = [...taxonomy.tags.values()].filter((tag) => !tag.open);
    const customer = "👨‍👩‍👧‍👦王女士(南京东路旗舰店老客户,儿子叫豆豆,2019年提车,常来喝茶🍵)加油!".slice(0, 52);
    for (const tag of tags) {
      const suggestion = {
        id: "s1",
        cardId: "c1",
        personId: "p1",
        tag: tag.key,
        kind: "hold",
        quote: "我家养了两只猫呢",
      };
      const rest = { messageId: null, conversationId: null, askedOf: "e1", score: 1, evidence: [], status: "open" };
      const times = { createdAt: 0, expiresAt: 1, answeredAt: null, answeredBy: null };
      const card = tagSuggestionCard({
        consent: { status: "yes", at: undefined },
        cardId: "c1",
        customer,
        suggestions: [{ ...suggestion, ...rest, ...times } as never],
        names: new Map(),
        taxonomy,
        now: 0,
        timeZone: "Asia/Shanghai",
        lang: "zh",
      });
      for (const [line, limits] of [
        [appCard, {}],
        [aibotCard, { title: 26, subTitle: 112, value: 26 }],
      ] as const) {
        const drawn = templateCard(card, "t1", line);
        expect(checkCard(drawn, [], limits)).toBeUndefined();
        const shown = JSON.stringify(drawn);
        for (const part of [customer, "我家养了两只猫呢", tag.zh]) expect(shown).toContain(part);
        expect(drawn.button_list.map(({ text }) => /确认|不对/.test(text))).toEqual([true, true]);
      }
    }
  });
});
