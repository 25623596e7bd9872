import { encodeAction } from "#cards/action.ts";
import type { Block, Card } from "#cards/card.ts";
import type { WebPost } from "#db/web.ts";
import type { PageCard, PostView } from "./wire.ts";

/** A card as the page's JSON. Pure; every block has a form of its own on the page, nothing is dropped. */
export function renderCard(card: Card): PageCard {
  return {
    key: card.key,
    title: card.title,
    blocks: card.blocks.map(renderBlock),
    buttons: card.buttons.map(({ label, action, tone }) => ({ label, token: encodeAction(action), tone })),
    ...(card.settled === undefined ? {} : { settled: card.settled }),
  };
}

/** Total on purpose: a new kind of block does not compile until the page can draw it (`page/card.tsx` has the other half). */
function renderBlock(block: Block): Block {
  switch (block.type) {
    case "text":
    case "quote":
    case "fact":
    case "table":
    case "picture":
      return block;
    case "link":
      // Anything but a web address would be a script that runs on our page: it is shown as words.
      return isWebAddress(block.url) ? block : { type: "fact", label: block.label, value: block.url };
    default:
      return block satisfies never;
  }
}

function isWebAddress(url: string): boolean {
  return /^(https?:\/\/|\/(?!\/)|#\/)/i.test(url);
}

/** A stored post as the page's JSON. */
export function renderPost(post: WebPost): PostView {
  const { seq, id, at, editedAt } = post;
  const head = { seq, id, room: post.roomId, from: post.fromId, at, ...(editedAt === undefined ? {} : { editedAt }) };
  switch (post.kind) {
    case "text":
      return { ...head, kind: "text", text: post.text, ...(post.clientId ? { clientId: post.clientId } : {}) };
    case "card":
      return { ...head, kind: "card", card: renderCard(post.card) };
    case "recalled":
      return { ...head, kind: "recalled" };
  }
}

/** The post as the list of rooms needs it: a long text is cut, since only its first words are shown there. */
export function renderPreview(post: WebPost): PostView {
  const view = renderPost(post);
  return view.kind === "text" && view.text.length > 200 ? { ...view, text: view.text.slice(0, 200) } : view;
}
