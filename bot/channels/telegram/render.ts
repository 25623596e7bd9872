import type { InlineKeyboardButton, MessageEntity } from "grammy/types";
import { encodeAction } from "#cards/action.ts";
import type { Block, Body, Button, Card } from "#cards/card.ts";
import { plainBlock, unrepeated } from "#cards/plain-text.ts";

/** What Telegram takes in one message, and below one picture (https://core.telegram.org/bots/api#sendmessage, 2026-11). */
export const textLimit = 4096;
export const captionLimit = 1024;

export type TelegramText = { text: string; entities: MessageEntity[] };
type Piece = { text: string; style?: "bold" | "italic" | "blockquote" | "pre" };

export type TelegramCard = {
  /** One message each; the buttons belong to the last. */
  messages: TelegramText[];
  keyboard: InlineKeyboardButton[][];
  pictureIds: string[];
};

/** A body as Telegram shows it. Styles travel as entities, so that nobody's words are ever read as markup. */
export function renderBody(body: Body): TelegramCard {
  if (body.type === "text") return { messages: packed([{ text: body.text }]), keyboard: [], pictureIds: [] };
  const { card } = body;
  return {
    messages: packed(piecesOf(card)),
    keyboard: keyboardOf(card.buttons),
    pictureIds: card.blocks.flatMap((block) => (block.type === "picture" ? [block.pictureId] : [])),
  };
}

function piecesOf(card: Card): Piece[] {
  const pieces: Piece[] = [{ text: card.title, style: "bold" }, ...unrepeated(card.blocks).map(pieceOf)];
  if (card.settled) pieces.push({ text: card.settled, style: "italic" });
  return pieces.filter(({ text }) => text !== "");
}

function pieceOf(block: Block): Piece {
  switch (block.type) {
    case "quote":
      return { text: plainBlock(block), style: "blockquote" };
    case "table":
      return { text: plainBlock(block), style: "pre" };
    case "picture":
      return { text: block.alt, style: "italic" };
    case "text":
    case "fact":
    case "link":
      return { text: plainBlock(block) };
  }
}

/** Lines put together into as few messages as hold them. Offsets count UTF-16 units, as Telegram does and JavaScript too. */
function packed(pieces: readonly Piece[]): TelegramText[] {
  const messages: TelegramText[] = [{ text: "", entities: [] }];
  for (const piece of pieces.flatMap(split)) {
    let message = messages.at(-1) as TelegramText;
    if (message.text !== "" && message.text.length + 1 + piece.text.length > textLimit) {
      message = { text: "", entities: [] };
      messages.push(message);
    }
    if (message.text !== "") message.text += "\n";
    const offset = message.text.length;
    message.text += piece.text;
    if (piece.style) message.entities.push({ type: piece.style, offset, length: piece.text.length });
  }
  return messages;
}

/** A piece too long for one message, cut between characters, at a line's end where there is one near. */
function split(piece: Piece): Piece[] {
  const parts: Piece[] = [];
  let rest = piece.text;
  while (rest.length > textLimit) {
    const line = rest.lastIndexOf("\n", textLimit);
    let end = line > textLimit / 2 ? line : textLimit;
    if (/[\uD800-\uDBFF]/.test(rest[end - 1] ?? "")) end--;
    parts.push({ ...piece, text: rest.slice(0, end) });
    rest = rest.slice(end);
  }
  return [...parts, { ...piece, text: rest }];
}

/** Short labels share a row; a long one has its own, because Telegram cuts what does not fit. */
function keyboardOf(buttons: readonly Button[]): InlineKeyboardButton[][] {
  const longest = Math.max(0, ...buttons.map(({ label }) => widthOf(label)));
  const perRow = longest <= 8 ? 3 : longest <= 14 ? 2 : 1;
  const rows: InlineKeyboardButton[][] = [];
  buttons.forEach(({ label, action }, i) => {
    if (i % perRow === 0) rows.push([]);
    rows.at(-1)?.push({ text: label, callback_data: encodeAction(action) });
  });
  return rows;
}

const widthOf = (label: string): number => [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
