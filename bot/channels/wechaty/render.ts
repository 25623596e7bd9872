import type { Body } from "#cards/card.ts";
import { plainText } from "#cards/plain-text.ts";

/** WeChat shows some 2,000 characters in one message; what is longer comes in several. */
export const messageLimit = 2000;

/** A body as messages of words, with numbered choices at the end. */
export function renderBody(body: Body): string[] {
  const points = [...(body.type === "card" ? plainText(body.card) : body.text)];
  const messages: string[] = [];
  for (let i = 0; i < Math.max(1, points.length); i += messageLimit)
    messages.push(points.slice(i, i + messageLimit).join(""));
  return messages;
}
