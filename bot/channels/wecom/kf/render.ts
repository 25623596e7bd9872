import { encodeAction } from "#cards/action.ts";
import type { Body } from "#cards/card.ts";
import { plainText } from "#cards/plain-text.ts";
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
  const words = plainText({ ...card, buttons: [] });
  if (card.buttons.length === 0) return { msgtype: "text", text: { content: cutBytes(words, textBytes) } };
  return {
    msgtype: "msgmenu",
    msgmenu: {
      head_content: cutBytes(words, headBytes),
      list: card.buttons.map(({ label, action }) => ({
        type: "click" as const,
        click: { id: encodeAction(action), content: cutBytes(label, clickBytes) },
      })),
    },
  };
}
