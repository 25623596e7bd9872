import { describe, expect, it } from "vitest";
import { type Action, actionTypes } from "#cards/action.ts";
import type { Card } from "#cards/card.ts";

/** A channel as the contract sees it: what a reader would read of a card, and what comes back of a button. */
export type Rendered = {
  /** All words that the channel would show for a card, in any order. */
  words(card: Card): string;
  /** What a press of the card's nth button comes back as. */
  pressed(card: Card, button: number): Action | undefined;
  /** The largest payload that the vendor takes, in bytes. */
  limitBytes: number;
  payload(card: Card): string;
};

const long = "很长的名字😀".repeat(7).slice(0, 40);
const buttons = actionTypes.slice(0, 6).map((type, i) => ({
  label: `按钮${i}`,
  action: { type, id: "1k80e3fok9gsgp2j", arg: i % 2 ? "photo_text" : undefined } as Action,
  tone: "normal" as const,
}));

/** A card with every kind of block, with the worst that people write. */
export const sampleCards: Card[] = [
  {
    v: 1,
    key: "sample-1",
    title: `标题 ${long}`,
    blocks: [
      { type: "text", text: '<script>alert(1)</script> & "引号"' },
      { type: "quote", text: "一周飞三趟", from: long },
      { type: "fact", label: "形式", value: "视频" },
      { type: "link", label: "作品", url: "https://www.douyin.com/video/7301234567890123456" },
      { type: "table", columns: ["步骤", "人数"], rows: [["推送", "12"]], alignRight: [1] },
      { type: "picture", pictureId: "p1", alt: "曲线图:近七天" },
    ],
    buttons,
  },
  { v: 1, key: "sample-2", title: "没有按钮", blocks: [], buttons: [], settled: "已确认 · 安娜 14:03" },
];

/** What every channel promises, whatever the messenger. */
export function promisesOfAChannel(name: string, channel: Rendered): void {
  describe(`${name} keeps the contract`, () => {
    it("drops nothing that a card says", () => {
      const words = channel.words(sampleCards[0]!);

      for (const wanted of ["标题", "一周飞三趟", "视频", "7301234567890123456", "推送", "12", "曲线图", "按钮5"])
        expect(words).toContain(wanted);
      expect(channel.words(sampleCards[1]!)).toContain("已确认 · 安娜 14:03");
    });

    it("brings every action back as it was sent", () => {
      for (const [i, button] of buttons.entries()) expect(channel.pressed(sampleCards[0]!, i)).toEqual(button.action);
    });

    it("stays within what the vendor takes", () => {
      for (const card of sampleCards)
        expect(Buffer.byteLength(channel.payload(card))).toBeLessThanOrEqual(channel.limitBytes);
    });
  });
}
