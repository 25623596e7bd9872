import { actionOfAnswer } from "#bot/channels/numbered-answers.ts";
import { renderBody as renderTelegram, textLimit } from "#bot/channels/telegram/render.ts";
import { renderBody } from "#bot/channels/terminal/render.ts";
import { maxFrameBytes } from "#bot/channels/web/receive.ts";
import { renderCard } from "#bot/channels/web/render.ts";
import { messageLimit, renderBody as renderWechaty } from "#bot/channels/wechaty/render.ts";
import { decodeAction } from "#cards/action.ts";
import type { Card } from "#cards/card.ts";
import { promisesOfAChannel } from "./channel-contract.ts";

promisesOfAChannel("the web messenger", {
  words: (card) => JSON.stringify(renderCard(card)),
  pressed: (card, i) => decodeAction(renderCard(card).buttons[i]!.token),
  limitBytes: maxFrameBytes,
  payload: (card) => JSON.stringify(renderCard(card)),
});

promisesOfAChannel("the terminal", {
  words: (card) => renderBody({ type: "card", card }),
  pressed: (card, i) => actionOfAnswer(String(i + 1), { type: "card", card }),
  limitBytes: Number.POSITIVE_INFINITY,
  payload: (card) => renderBody({ type: "card", card }),
});

const telegramButtons = (card: Card) => renderTelegram({ type: "card", card }).keyboard.flat();

promisesOfAChannel("Telegram", {
  words: (card) => JSON.stringify(renderTelegram({ type: "card", card })),
  pressed: (card, i) => decodeAction((telegramButtons(card)[i] as { callback_data: string }).callback_data),
  limitBytes: textLimit,
  payload: (card) => renderTelegram({ type: "card", card }).messages[0]!.text,
});

promisesOfAChannel("wechaty", {
  words: (card) => renderWechaty({ type: "card", card }).join("\n"),
  pressed: (card, i) => actionOfAnswer(String(i + 1), { type: "card", card }),
  limitBytes: messageLimit * 4,
  payload: (card) => renderWechaty({ type: "card", card })[0]!,
});
