import { encodeAction } from "#cards/action.ts";
import type { Block, Button, Card } from "#cards/card.ts";
import { plainBlock } from "#cards/plain-text.ts";

/** At most that many code points; what is cut off leaves an ellipsis. */
export function cut(text: string, points: number): string {
  const all = [...text];
  return all.length <= points ? text : `${all.slice(0, points - 1).join("")}…`;
}

/** At most that many bytes of UTF-8, never in the middle of a character. */
export function cutBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let kept = "";
  let size = Buffer.byteLength("…");
  for (const point of text) {
    size += Buffer.byteLength(point);
    if (size > bytes) break;
    kept += point;
  }
  return `${kept}…`;
}

export type TemplateCard = {
  card_type: "button_interaction";
  source: { desc: string; desc_color: number };
  main_title: { title: string; desc?: string };
  quote_area?: { type: 0; title: string; quote_text: string };
  sub_title_text?: string;
  horizontal_content_list?: { keyname: string; value: string; type: 0 }[];
  task_id: string;
  button_list: { text: string; style: number; key: string }[];
  replace_text?: string;
};

/** What differs between the lines: display limits in characters, and how a settled card's one button looks. */
export type CardLine = { title: number; subTitle: number; value: number; doneStyle: number };
export const appCard: CardLine = { title: 36, subTitle: 160, value: 30, doneStyle: 2 };
export const aibotCard: CardLine = { title: 26, subTitle: 112, value: 26, doneStyle: 4 };

const styles: Record<Button["tone"], number> = { primary: 1, normal: 2, danger: 3 };
const keynamePoints = 5;
const buttonPoints = 10;
const quotePoints = 120;

/**
 * A card as a template card with buttons; a settled one keeps a single grey button whose key means nothing. Facts too long for the
 * list, and all other blocks, become lines of the subtitle.
 */
export function templateCard(card: Card, taskId: string, line: CardLine): TemplateCard {
  const quotes = card.blocks.filter((block) => block.type === "quote" && block.text !== "");
  const quote = quotes.length === 1 ? quotes[0] : undefined;
  const facts = card.blocks.filter((block): block is Extract<Block, { type: "fact" }> => fits(block, line)).slice(0, 6);
  const rest = card.blocks.filter((block) => block !== quote && !facts.includes(block as (typeof facts)[number]));
  const title = cut(card.title, line.title);
  const lines = [...(title === card.title ? [] : [card.title]), ...rest.map(plainBlock)].filter((text) => text !== "");
  const done = cut(card.settled ?? "✓", buttonPoints);
  return {
    card_type: "button_interaction",
    source: { desc: "KoLoop", desc_color: 0 },
    main_title: { title },
    ...(quote?.type === "quote" && {
      quote_area: {
        type: 0 as const,
        title: cutBytes(quote.from ?? "", 256),
        quote_text: `「${cut(quote.text, quotePoints)}」`,
      },
    }),
    ...(lines.length > 0 && { sub_title_text: cut(lines.join("\n"), line.subTitle) }),
    ...(facts.length > 0 && {
      horizontal_content_list: facts.map(({ label, value }) => ({ keyname: label, value, type: 0 as const })),
    }),
    task_id: taskId,
    button_list:
      card.buttons.length > 0
        ? card.buttons.map(({ label, action, tone }) => ({
            text: cut(label, buttonPoints),
            style: styles[tone],
            key: encodeAction(action),
          }))
        : [{ text: done, style: line.doneStyle, key: `noop:${taskId}` }],
    ...(card.buttons.length === 0 && { replace_text: done }),
  };
}

function fits(block: Block, line: CardLine): boolean {
  return block.type === "fact" && [...block.label].length <= keynamePoints && [...block.value].length <= line.value;
}
