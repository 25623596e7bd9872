import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

export type PhraseProposalView = {
  id: string;
  tag: string;
  phrase: string;
  /** How many people of the tag have said it. */
  subjects: number;
  example: string;
  state: "asked" | "accepted" | "dropped" | "undone";
  taxonomy: Taxonomy;
  lang: Lang;
};

/** A way of saying that several people of a tag share: a manager decides whether koloop listens for it. */
export function phraseProposalCard(view: PhraseProposalView): Card {
  const { id, phrase, subjects, example, state, lang } = view;
  const tag = labelOf(view.taxonomy, view.tag, lang);
  return {
    v: 1,
    key: `phrase-${id}`,
    title: say(lang, `听到「${phrase}」,就提示「${tag}」?`, `Suggest “${tag}” on hearing “${phrase}”?`),
    blocks: [
      {
        type: "text",
        text: say(
          lang,
          `${subjects} 位「${tag}」说过这句话,别人很少这么说,koloop 还听不懂它。`,
          `${subjects} people tagged “${tag}” have said this, others hardly ever; koloop does not know it yet.`,
        ),
      },
      { type: "quote", text: example },
    ],
    buttons: buttonsOf(id, state, lang),
    ...(state !== "asked" && { settled: settledText(state, lang) }),
  };
}

function buttonsOf(id: string, state: PhraseProposalView["state"], lang: Lang): Card["buttons"] {
  if (state === "asked")
    return [
      { label: say(lang, "收下", "Accept"), action: { type: "phrase.accept", id }, tone: "primary" },
      { label: say(lang, "不要", "No"), action: { type: "phrase.drop", id }, tone: "normal" },
    ];
  if (state !== "accepted") return [];
  return [{ label: say(lang, "撤销", "Undo"), action: { type: "phrase.undo", id }, tone: "normal" }];
}

function settledText(state: "accepted" | "dropped" | "undone", lang: Lang): string {
  if (state === "accepted") return say(lang, "✓ 从现在起听得懂", "✓ understood from now on");
  return state === "undone"
    ? say(lang, "已撤销,不再听", "undone, no longer listened for")
    : say(lang, "不要", "declined");
}
