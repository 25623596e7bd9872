import type { Body } from "#cards/card.ts";
import { plainText } from "#cards/plain-text.ts";

/** What the terminal shows: a card as words with numbered choices, behind a bar so that it can be told from what was typed. */
export function renderBody(body: Body): string {
  const text = body.type === "card" ? plainText(body.card) : body.text;
  return text
    .split("\n")
    .map((line) => `│ ${withoutControls(line)}`)
    .join("\n");
}

/** Control characters in somebody's words must not move the cursor or change the colours of a reader's terminal. */
function withoutControls(line: string): string {
  return line.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}
