import { say } from "#cards/names.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import { labelOf } from "#domain/taxonomy.ts";
import type { Scene } from "./context.ts";
import { findPersonNamed } from "./find-person.ts";
import type { MessageEvent } from "./incoming.ts";
import { learnFromHand } from "./learn-verdicts.ts";
import { reply, replyRefusal } from "./say.ts";
import { settleTag } from "./settle-tags.ts";

type Order = { person: string; tag: string; holds: boolean };

const orders: readonly { form: RegExp; holds: boolean }[] = [
  { form: /^\/tag\s+(\S+)\s+(.+)$/i, holds: true },
  { form: /^\/untag\s+(\S+)\s+(.+)$/i, holds: false },
  {
    form: /^给\s*(.+?)\s*(?:加上?|打上?|标上?)(?:一个)?(?:标签)?\s*[「“"]?(.+?)[」”"]?(?:的?标签)?[。!!]?$/,
    holds: true,
  },
  { form: /^(?:把|给)\s*(.+?)\s*的\s*[「“"]?(.+?)[」”"]?\s*(?:标签)?\s*(?:去掉|删掉|取消|拿掉)[。!!]?$/, holds: false },
  { form: /^tag\s+(.+?)\s+as\s+(.+?)[.!]?$/i, holds: true },
  { form: /^untag\s+(.+?)\s+as\s+(.+?)[.!]?$/i, holds: false },
];

function readOrder(text: string): Order | undefined {
  for (const { form, holds } of orders) {
    const [, person, tag] = form.exec(text.trim()) ?? [];
    if (person && tag) return { person, tag, holds };
  }
  return undefined;
}

/** `/tag 王女士 商旅人士`, `给王女士加上商旅人士`, `/untag …`: a KOE's own word, which outranks what any machine heard. */
export async function tagByHand(scene: Scene<MessageEvent>): Promise<boolean> {
  const order = readOrder(scene.event.text);
  if (!order || !mayAtAll(scene.person, "profile.change")) return false;
  const found = await findPersonNamed(scene.tx, scene.person, order.person);
  if (!found.ok) {
    await replyRefusal(scene, found.refused);
    return true;
  }
  const tags = tagsNamed(scene.ctx.taxonomy, order.tag);
  if (tags.length === 1 && tags[0] !== undefined) await settle(scene, found.value, tags[0], order.holds);
  else await reply(scene, whichTag(scene, order.tag, tags));
  return true;
}

async function settle(scene: Scene<MessageEvent>, person: Person, tag: string, holds: boolean): Promise<void> {
  const { tx, ctx, event } = scene;
  const settled = await settleTag(tx, ctx, person, {
    tag,
    holds,
    source: "koe",
    proposedBy: scene.person.id,
    settledBy: scene.person.id,
    quote: null,
    messageId: null,
    suggestionId: null,
    confidence: 1,
    at: event.at,
  });
  if (settled) await learnFromHand(tx, ctx, person, { tag, holds, at: event.at });
  const { lang } = scene.person;
  const label = labelOf(ctx.taxonomy, tag, lang);
  if (!settled)
    return reply(
      scene,
      say(lang, `${person.name} 的「${label}」没有变化。`, `Nothing changed about “${label}” of ${person.name}.`),
    );
  const added = say(lang, `已给 ${person.name} 加上「${label}」。`, `“${label}” added to ${person.name}.`);
  const removed = say(lang, `已去掉 ${person.name} 的「${label}」。`, `“${label}” removed from ${person.name}.`);
  await reply(scene, holds ? added : removed);
}

/** Names what was perhaps meant, so that nobody has to know the list by heart. */
function whichTag(scene: Scene, wanted: string, tags: string[]): string {
  const { lang } = scene.person;
  const { taxonomy } = scene.ctx;
  const near = (tags.length > 0 ? tags : closest(scene, wanted)).slice(0, 6).map((tag) => labelOf(taxonomy, tag, lang));
  return say(
    lang,
    `没有恰好叫「${wanted}」的标签。您是指:${near.join("、")}?`,
    `No tag is called “${wanted}” exactly. Did you mean: ${near.join(", ")}?`,
  );
}

function closest({ ctx, person }: Scene, wanted: string): string[] {
  const chars = new Set(wanted);
  const scored = [...ctx.taxonomy.tags.values()]
    .filter((tag) => !tag.retired)
    .map((tag) => ({ key: tag.key, score: [...tag[person.lang]].filter((char) => chars.has(char)).length }));
  return scored.sort((a, b) => b.score - a.score).map((tag) => tag.key);
}
