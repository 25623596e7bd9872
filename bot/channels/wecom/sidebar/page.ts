import { encodeAction } from "#cards/action.ts";
import type { Block, Card, Lang } from "#cards/card.ts";
import { plainBlock } from "#cards/plain-text.ts";
import { tagLine } from "#cards/portrait.ts";
import { sidebarWords } from "#cards/sidebar.ts";
import type { SidebarTask, SidebarView } from "#handlers/read-sidebar.ts";
import { escaped } from "../../../escaped.ts";

/** The page itself: who the customer is, its script finds out from WeCom. `app` is what the JS-SDK registers. */
export function shellPage(lang: Lang, app: { corpId: string; agentId: number }): string {
  const words = sidebarWords(lang);
  const said = { loading: words.loading, outside: words.outside, noCustomer: words.noCustomer };
  const told = { notAllowed: words.notAllowed, sent: words.sent, notSent: words.notSent, failed: words.failed };
  const data = escaped(JSON.stringify({ ...app, words: { ...said, ...told } }));
  return layout(
    lang,
    `<main data-app="${data}"><p role="status">${escaped(words.loading)}</p></main>
<script src="/wecom/sidebar/sdk.js"></script><script src="/wecom/sidebar/page.js"></script>`,
  );
}

export const plainPage = (lang: Lang, text: string): string =>
  layout(lang, `<main><p role="status">${escaped(text)}</p></main>`);

/** What the page shows of one customer; a notice stands above it. */
export function customerHtml(view: SidebarView, lang: Lang, notice?: string): string {
  const words = sidebarWords(lang);
  return [
    `<h1>${escaped(view.portrait.portrait.person.name)}</h1>`,
    `<p class="notice" role="status"${notice ? "" : " hidden"}>${escaped(notice ?? "")}</p>`,
    section(words.questions, view.questions.map(cardHtml)),
    section(words.moments, view.moments.map(cardHtml)),
    section(
      words.tasks,
      view.tasks.map((task) => taskHtml(task, words.send)),
    ),
    portraitHtml(view, lang),
  ].join("\n");
}

const section = (title: string, parts: readonly string[]): string =>
  parts.length === 0 ? "" : `<section><h2>${escaped(title)}</h2>${parts.join("")}</section>`;

function cardHtml(card: Card): string {
  const buttons = card.buttons
    .filter(({ action }) => /^(suggestion|moment)\./.test(action.type))
    .map(
      ({ label, action, tone }) =>
        `<button class="${tone}" data-press="${escaped(encodeAction(action))}">${escaped(label)}</button>`,
    );
  return `<article><h3>${escaped(card.title)}</h3>${card.blocks.map(blockHtml).join("")}<div class="row">${buttons.join("")}</div></article>`;
}

function taskHtml({ assignment, task, because }: SidebarTask, send: string): string {
  const why = because.length > 0 ? `<p class="dim">${escaped(because.join(" · "))}</p>` : "";
  return `<article><h3>${escaped(task.title)}</h3>${task.brief ? `<p class="brief">${escaped(task.brief)}</p>` : ""}${why}<div class="row"><button class="primary" data-send="${escaped(assignment.id)}">${escaped(send)}</button></div></article>`;
}

function portraitHtml({ portrait: view }: SidebarView, lang: Lang): string {
  const words = sidebarWords(lang);
  const lines = view.portrait.dimensions.map(
    ({ dimension, tags }) =>
      `<dt>${escaped(dimension?.[lang] ?? "")}</dt><dd>${tags.map((tag) => escaped(tagLine(tag, view))).join("<br>")}</dd>`,
  );
  return section(words.portrait, [
    lines.length === 0 ? `<p class="dim">${escaped(words.noTags)}</p>` : `<dl>${lines.join("")}</dl>`,
  ]);
}

function blockHtml(block: Block): string {
  if (block.type === "quote") return `<blockquote>${escaped(block.text)}</blockquote>`;
  if (block.type === "fact") return `<p><span class="dim">${escaped(block.label)}</span> ${escaped(block.value)}</p>`;
  return `<p>${escaped(plainBlock(block))}</p>`;
}

const layout = (lang: Lang, body: string): string => `<!doctype html>
<html lang="${lang === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><link rel="icon" href="data:,">
<title>${escaped(sidebarWords(lang).title)}</title><link rel="stylesheet" href="/wecom/sidebar/page.css"></head>
<body>${body}</body></html>
`;

export const style = `:root{color-scheme:light dark;font:16px/1.55 system-ui,-apple-system,"PingFang SC","Noto Sans CJK SC",sans-serif}
body{margin:0;background:Canvas;color:CanvasText}
main{max-width:34rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.3rem;margin:0 0 .5rem}
h2{font-size:1rem;margin:1.5rem 0 .5rem}
h3{font-size:1rem;margin:0 0 .35rem}
p{margin:.35rem 0;overflow-wrap:anywhere;white-space:pre-line}
article{padding:.85rem 1rem;margin:.6rem 0;border:1px solid color-mix(in srgb,currentColor 18%,transparent);border-radius:.75rem}
blockquote{margin:.4rem 0;padding:.35rem .75rem;border-left:3px solid #0a7d6e;overflow-wrap:anywhere}
dt{opacity:.65;margin-top:.5rem}
dd{margin:0;overflow-wrap:anywhere}
.dim{opacity:.65}
.brief{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden}
.row{display:flex;flex-wrap:wrap;gap:.5rem;margin-top:.6rem}
.row:empty{display:none}
.notice{padding:.6rem .85rem;border-radius:.75rem;background:#e2f3ef;color:#0b3b35}
.notice[hidden]{display:none}
button{flex:1 1 auto;min-height:2.75rem;padding:.4rem .9rem;font:inherit;font-weight:600;border:1px solid GrayText;border-radius:.75rem;background:ButtonFace;color:ButtonText}
button.primary{background:#0a7d6e;border-color:#0a7d6e;color:#fff}
button.danger{color:#c62828}
button:disabled{opacity:.5}
:focus-visible{outline:3px solid #0a7d6e;outline-offset:2px}
@media (prefers-color-scheme:dark){button.danger{color:#ff8a80}}
`;
