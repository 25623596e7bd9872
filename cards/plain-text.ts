import type { Block, Card } from "./card.ts";

/** A card as words alone, for channels without buttons: the choices are numbered, and "1" answers the first. */
export function plainText(card: Card): string {
  const lines = [card.title, ...unrepeated(card.blocks).map(plainBlock)];
  if (card.settled) lines.push(card.settled);
  card.buttons.forEach((button, i) => {
    lines.push(`${i + 1}. ${button.label}`);
  });
  return lines.filter((line) => line !== "").join("\n");
}

/** The blocks without the descriptions of pictures that another block says word for word. */
export const unrepeated = (blocks: readonly Block[]): Block[] =>
  blocks.filter(
    (block) =>
      block.type !== "picture" ||
      !blocks.some((other) => other.type === "text" && other.text.trim() === block.alt.trim()),
  );

/** One block as words: nothing is dropped, a table becomes lines, a picture its description. */
export function plainBlock(block: Block): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "quote":
      return block.from ? `${block.from}:「${block.text}」` : `「${block.text}」`;
    case "fact":
      return `${block.label}:${block.value}`;
    case "link":
      return `${block.label} ${block.url}`;
    case "table":
      return [block.columns, ...block.rows].map((row) => row.join(" | ")).join("\n");
    case "picture":
      return block.alt;
  }
}
