import type { Block } from "./card.ts";
import { asOfText, type HealthView, healthSections, healthTitle } from "./health-sections.ts";

/** The whole report as Markdown (GitHub's tables). What people wrote is escaped: it can make no headings, links or markup. */
export function healthMarkdown(view: HealthView): string {
  const sections = healthSections(view).map(
    ({ title, blocks }) => `## ${plain(title)}\n\n${blocks.map(blockText).join("\n\n")}`,
  );
  return `# ${plain(healthTitle(view))}\n\n${plain(asOfText(view))}\n\n${sections.join("\n\n")}\n`;
}

function blockText(block: Block): string {
  switch (block.type) {
    case "text":
      return plain(block.text);
    case "quote":
      return `> ${plain(block.text)}${block.from ? `\n> — ${plain(block.from)}` : ""}`;
    case "fact":
      return `${plain(block.label)}: ${plain(block.value)}`;
    case "link":
      return `${plain(block.label)}: <${block.url.replace(/[<>\s]/g, "")}>`;
    case "picture":
      return plain(block.alt);
    case "table": {
      const line = (cells: readonly string[]) => `| ${cells.map(plain).join(" | ")} |`;
      const rule = block.columns.map((_, i) => (block.alignRight.includes(i) ? "---:" : "---"));
      return [line(block.columns), `|${rule.join("|")}|`, ...block.rows.map(line)].join("\n");
    }
  }
}

const plain = (words: string): string =>
  words.replace(/\s+/g, " ").replace(/[\\`*_{}[\]<>#|~!]/g, (sign) => `\\${sign}`);
