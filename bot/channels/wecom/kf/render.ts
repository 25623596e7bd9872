import { encodeAction } from "#cards/action.ts";
import type { Body, Card } from "#cards/card.ts";
import { plainBlock, plainText } from "#cards/plain-text.ts";
import { cutBytes } from "../card-limits.ts";

export type KfMessage =
  | { msgtype: "text"; text: { content: string } }
  | {
      msgtype: "msgmenu";
      msgmenu: { head_content: string; list: { type: "click"; click: { id: string; content: string } }[] };
    };

const headBytes = 1024;
const clickBytes = 128;
const textBytes = 2048;

/** A card with buttons as a menu of click items, which stay clickable for ever; everything else as words. */
export function kfMessage(body: Body): KfMessage {
  if (body.type === "text") return { msgtype: "text", text: { content: cutBytes(body.text, textBytes) } };
  const { card } = body;
  if (card.buttons.length === 0) return { msgtype: "text", text: { content: wordsWithin(card, textBytes) } };
  return {
    msgtype: "msgmenu",
    msgmenu: {
      head_content: wordsWithin(card, headBytes),
      list: card.buttons.map(({ label, action }) => ({
        type: "click" as const,
        click: { id: encodeAction(action), content: cutBytes(label, clickBytes) },
      })),
    },
  };
}

/** The card as words, where need be at the cost of its longest block: the brief is cut, not the deadline or the link after it. */
function wordsWithin(card: Card, bytes: number): string {
  const words = plainText({ ...card, buttons: [] });
  const over = Buffer.byteLength(words) - bytes;
  if (over <= 0) return words;
  const blocks = card.blocks.map(plainBlock);
  const sizes = blocks.map((text) => Buffer.byteLength(text));
  const longest = sizes.indexOf(Math.max(...sizes));
  const kept = (sizes[longest] ?? 0) - over;
  const shorter = blocks.map((text, i) => (i === longest ? cutBytes(text, Math.max(kept, 0)) : text));
  const text = (lines: string[]) =>
    plainText({ ...card, blocks: lines.map((line) => ({ type: "text", text: line })), buttons: [] });
  return cutBytes(text(shorter), bytes);
}
