import { createHash } from "node:crypto";
import type { Block, Lang } from "#cards/card.ts";
import type { Chart } from "#cards/chart.ts";
import { healthChart } from "#cards/health-report.ts";
import { asOfText, type HealthView, healthSections, healthTitle } from "#cards/health-sections.ts";
import { drawSvg, narrow } from "./chart.ts";
import { escaped } from "./escaped.ts";
import { palette } from "./page-palette.ts";

/**
 * The whole report as one file: its charts are inside, it loads nothing, runs no script, and prints on A4. Where it is served, `back` leads to the page
 * that it is reached from.
 */
export async function reportPage(view: HealthView, back?: Page["back"]): Promise<string> {
  return pageOf({
    title: healthTitle(view),
    note: asOfText(view),
    lang: view.lang,
    ...(back && { back }),
    figure: await figureOf(healthChart(view)),
    sections: healthSections(view),
  });
}

type Figure = { svg: string; narrow: string; alt: string };

/** A chart as it is drawn on a desk and on a phone. */
export const figureOf = async (chart: Chart): Promise<Figure> => ({
  svg: await drawSvg(chart),
  narrow: await drawSvg(chart, narrow),
  alt: chart.alt,
});

export type Page = {
  title: string;
  note: string;
  lang: Lang;
  /** A way back to koloop, on pages that are served. */
  back?: { href: string; words: string };
  figure?: Figure;
  sections: { title: string; blocks: Block[] }[];
  /** Markup of our own below the title, such as forms; every word in it is made safe by whoever writes it. */
  controls?: string;
};

/** Sections as one page without scripts; the figure stands after the first. */
export function pageOf({ title, note, lang, back, figure, sections, controls = "" }: Page): string {
  const [first, ...rest] = sections;
  const section = (one: { title: string; blocks: Block[] }) =>
    `<section><h2>${escaped(one.title)}</h2>${one.blocks.map(blockHtml).join("")}</section>`;
  const drawn = figure
    ? `<figure role="img" aria-label="${escaped(figure.alt)}"><div class="desk">${figure.svg}</div><div class="phone">${figure.narrow}</div></figure>`
    : "";
  return `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head><body><main>
${back ? `<nav><a href="${escaped(back.href)}">← ${escaped(back.words)}</a></nav>` : ""}<h1>${escaped(title)}</h1><p class="note">${escaped(note)}</p>${controls}
${first ? section(first) : ""}${drawn}${rest.map(section).join("")}
</main></body></html>
`;
}

function blockHtml(block: Block): string {
  switch (block.type) {
    case "text":
      return `<p>${escaped(block.text)}</p>`;
    case "quote":
      return `<blockquote><p>${escaped(block.text)}</p>${block.from ? `<footer>${escaped(block.from)}</footer>` : ""}</blockquote>`;
    case "fact":
      return `<p><b>${escaped(block.label)}</b> ${escaped(block.value)}</p>`;
    case "link":
      return `<p>${escaped(block.label)}: ${escaped(block.url)}</p>`;
    case "picture":
      return `<p>${escaped(block.alt)}</p>`;
    case "table": {
      const cell = (tag: "th" | "td") => (words: string, i: number) =>
        `<${tag}${block.alignRight.includes(i) ? ' class="n"' : ""}>${escaped(words)}</${tag}>`;
      const row = (tag: "th" | "td", cells: string[]) => `<tr>${cells.map(cell(tag)).join("")}</tr>`;
      return `<div class="wide"><table><thead>${row("th", block.columns)}</thead><tbody>${block.rows.map((cells) => row("td", cells)).join("")}</tbody></table></div>`;
    }
  }
}

const style = `
${palette}body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.6 "Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:900px;margin:24px auto;padding:28px 32px;background:var(--surface);border-radius:10px}
nav{margin:0 0 12px}a{color:var(--link)}nav a{display:inline-block;padding:6px 0;text-decoration:none}
h1{font-size:24px;margin:0;overflow-wrap:anywhere}h2{font-size:17px;margin:28px 0 8px}p{margin:6px 0}.note{color:var(--faint)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:13.5px}th,td{padding:6px 10px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--faint);font-weight:500}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
blockquote{margin:8px 0;padding:6px 14px;border-left:3px solid var(--edge);background:var(--quote)}blockquote footer{color:var(--faint);font-size:13px}
figure{margin:16px 0}figure svg,figure img{display:block;width:100%;height:auto}.phone{display:none}
@media(max-width:600px){main{margin:0;padding:18px 16px;border-radius:0}.desk{display:none}.phone{display:block}th,td{padding:6px 5px}th,td:first-child{white-space:nowrap}td:not(.n){min-width:4em}td:last-child:not(.n):nth-child(n+4){min-width:11em}}
@media(prefers-color-scheme:dark){figure{filter:invert(.9) hue-rotate(180deg)}}
form{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:end;margin:10px 0}li form,.said form{display:inline-flex;margin:0 0 0 8px}
label{display:flex;flex-direction:column;font-size:13px;color:var(--faint);min-width:0}input,select,button{font:inherit;color:var(--ink);padding:7px 10px;border:1px solid var(--edge);border-radius:6px;background:var(--surface);max-width:100%;min-height:38px;box-sizing:border-box}
button{background:var(--accent);border-color:var(--accent);color:var(--on-accent);cursor:pointer}.said{padding:8px 12px;background:var(--soft);border-radius:6px}h3{font-size:15px;margin:14px 0 4px}
.rows{list-style:none;margin:8px 0;padding:0}.rows li{display:flex;flex-wrap:wrap;gap:8px 16px;justify-content:space-between;align-items:center;padding:10px 0;border-bottom:1px solid var(--line)}
.rows li>div:first-child{flex:1 1 320px;min-width:0}.rows code{font-size:13px;color:var(--faint);overflow-wrap:anywhere}.acts{display:flex;gap:8px}.acts form{margin:0}button.quiet{background:var(--surface);color:var(--ink);border-color:var(--edge)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media(max-width:600px){label{flex:1 1 100%}label input,label select{width:100%}}
@media print{:root{color-scheme:light;--surface:#fff;--ground:#fff;--quote:#f6f8f7;--line:#e1e7e5;--edge:#cfd8d5;--ink:#15201d;--faint:#566460}form,nav,.phone{display:none}.desk{display:block}figure{filter:none}@page{size:A4;margin:14mm}body{background:#fff;font-size:11pt}main{margin:0;padding:0;max-width:none}section,tr,blockquote,figure{break-inside:avoid}h2{break-after:avoid}}
`;

/**
 * The page as it is served: its drawing becomes a picture of its own, since the marks of style inside a drawing are inline, which
 * `pagePolicy` allows to nobody. As a file it keeps the drawing itself.
 */
export const servedPage = (page: string): string =>
  page.replace(
    /<svg[\s\S]*?<\/svg>/g,
    (svg) => `<img alt="" src="data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}">`,
  );

/** What a page of `pageOf` may load and do: its own style, known by its checksum, and the pictures inside it. */
export const pagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; img-src data:; frame-ancestors 'self'; base-uri 'none'; form-action 'none'`;

/** The same for a page with forms of ours (`controls`): they may be sent to us alone. */
export const formsPolicy = pagePolicy.replace("form-action 'none'", "form-action 'self'");
