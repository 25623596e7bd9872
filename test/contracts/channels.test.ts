import { actionOfAnswer } from "#bot/channels/numbered-answers.ts";
import { renderBody } from "#bot/channels/terminal/render.ts";
import { maxFrameBytes } from "#bot/channels/web/receive.ts";
import { renderCard } from "#bot/channels/web/render.ts";
import { decodeAction } from "#cards/action.ts";
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
