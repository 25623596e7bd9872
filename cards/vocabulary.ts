import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { VocabularyChange, VocabularyRefusal } from "#domain/vocabulary-care.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

export type VocabularyPlan = {
  id: string;
  change: VocabularyChange;
  /** Who holds the tag now, and what names it. */
  holders: number;
  segments: readonly string[];
  tasks: readonly string[];
  taxonomy: Taxonomy;
  lang: Lang;
};
export type VocabularyState = "asked" | "applied" | "dropped" | "undone";

/** A change of the vocabulary: what it means and what follows, before it counts; and with an undo once it does. */
export function vocabularyCard(plan: VocabularyPlan, state: VocabularyState): Card {
  const { id, lang, holders, segments, tasks } = plan;
  const none = say(lang, "没有", "none");
  const list = (names: readonly string[]) => (names.length > 0 ? names.join(say(lang, "、", ", ")) : none);
  return {
    v: 1,
    key: `vocabulary-${id}`,
    title: changeText(plan),
    blocks: [
      { type: "fact", label: say(lang, "现在持有的人", "People who hold it"), value: String(holders) },
      { type: "fact", label: say(lang, "用到它的分群", "Segments that name it"), value: list(segments) },
      { type: "fact", label: say(lang, "用到它的任务", "Tasks that name it"), value: list(tasks) },
      { type: "text", text: followText(plan) },
    ],
    buttons: buttonsOf(id, state, lang),
    ...(state !== "asked" && { settled: settledText(state, lang) }),
  };
}

function changeText({ change, taxonomy, lang }: VocabularyPlan): string {
  const label = (tag: string) => labelOf(taxonomy, tag, lang);
  switch (change.kind) {
    case "synonym":
      return say(
        lang,
        `「${label(change.tag)}」也叫「${change.name}」`,
        `“${label(change.tag)}” is also called “${change.name}”`,
      );
    case "rename":
      return say(
        lang,
        `「${label(change.tag)}」改名为「${change.name}」`,
        `Rename “${label(change.tag)}” to “${change.name}”`,
      );
    case "parent":
      return say(
        lang,
        `有「${label(change.tag)}」就有「${label(change.parent)}」`,
        `“${label(change.tag)}” implies “${label(change.parent)}”`,
      );
    case "merge":
      return say(
        lang,
        `把「${label(change.tag)}」并入「${label(change.into)}」`,
        `Merge “${label(change.tag)}” into “${label(change.into)}”`,
      );
  }
}

function followText({ change, lang }: VocabularyPlan): string {
  switch (change.kind) {
    case "synonym":
      return say(lang, "两个名字都能用,显示的名字不变。", "Both names are understood; the one shown stays.");
    case "rename":
      return say(
        lang,
        "旧名字仍然听得懂;分群、任务和历史都跟着显示新名字。",
        "The old name is still understood; segments, tasks and history show the new one.",
      );
    case "parent":
      return say(lang, "现在持有的人会一并得到上级标签。", "Whoever holds it now gets the wider tag too.");
    case "merge":
      return say(
        lang,
        "持有的人、分群规则、任务和历史都跟着走,原话和确认人保留。",
        "Holders, segment rules, tasks and history follow; quotes and who confirmed them are kept.",
      );
  }
}

function buttonsOf(id: string, state: VocabularyState, lang: Lang): Card["buttons"] {
  if (state === "asked")
    return [
      { label: say(lang, "生效", "Apply"), action: { type: "vocabulary.apply", id }, tone: "primary" },
      { label: say(lang, "放弃", "Discard"), action: { type: "vocabulary.drop", id }, tone: "normal" },
    ];
  if (state !== "applied") return [];
  return [{ label: say(lang, "撤销", "Undo"), action: { type: "vocabulary.undo", id }, tone: "normal" }];
}

function settledText(state: Exclude<VocabularyState, "asked">, lang: Lang): string {
  if (state === "applied") return say(lang, "✓ 已生效", "✓ in force");
  return state === "undone" ? say(lang, "已撤销", "undone") : say(lang, "已放弃", "discarded");
}

/** Why a change of the vocabulary cannot be. */
export function vocabularyRefusalText(refusal: VocabularyRefusal, lang: Lang): string {
  switch (refusal) {
    case "same-tag":
      return say(lang, "这是同一个标签。", "This is one and the same tag.");
    case "open-tag":
      return say(lang, "这个标签不能这样改。", "This tag cannot be changed like that.");
    case "name-taken":
      return say(
        lang,
        "已经有别的标签叫这个名字。要合并的话,发「合并标签 A 到 B」。",
        "Another tag has that name. To merge: merge tag A into B.",
      );
    case "circle":
      return say(lang, "标签不能绕回自己。", "Tags cannot imply each other in a circle.");
    case "known-already":
      return say(lang, "已经是这样了。", "It is so already.");
  }
}
