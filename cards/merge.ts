import type { Person } from "#domain/person.ts";
import type { TaskCounts } from "#domain/portrait.ts";
import type { TagEvent } from "#domain/tag.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

export type MergeView = {
  kept: Person;
  gone: Person;
  lines: readonly TagEvent[];
  accounts: readonly string[];
  tasks: TaskCounts;
  taxonomy: Taxonomy;
  lang: Lang;
};

/** What a merge would do, before anybody presses. */
export function mergeCard({ kept, gone, lines, accounts, tasks, taxonomy, lang }: MergeView): Card {
  const labels = (kind: TagEvent["kind"]) =>
    [...new Set(lines.filter((line) => line.kind === kind).map((line) => labelOf(taxonomy, line.tag, lang)))].join(
      say(lang, "、", ", "),
    );
  const none = say(lang, "没有", "none");
  return {
    v: 1,
    key: `merge-${kept.id}-${gone.id}`,
    title: say(lang, `把 ${gone.name} 并入 ${kept.name}?`, `Merge ${gone.name} into ${kept.name}?`),
    blocks: [
      { type: "text", text: say(lang, `保留 ${kept.name}(${kept.id})。`, `${kept.name} (${kept.id}) is kept.`) },
      { type: "fact", label: say(lang, "带来的账号", "Accounts that come over"), value: accounts.join(", ") || none },
      { type: "fact", label: say(lang, "带来的标签", "Tags that come over"), value: labels("held") || none },
      ...(labels("superseded")
        ? [
            {
              type: "fact" as const,
              label: say(lang, "因为较旧而让位", "Older, so they give way"),
              value: labels("superseded"),
            },
          ]
        : []),
      {
        type: "fact",
        label: say(lang, "任务", "Tasks"),
        value: say(
          lang,
          `问过 ${tasks.asked},通过 ${tasks.approved}`,
          `asked ${tasks.asked}, approved ${tasks.approved}`,
        ),
      },
    ],
    buttons: [
      {
        label: say(lang, "合并", "Merge"),
        action: { type: "profile.merge", id: kept.id, arg: gone.id },
        tone: "primary",
      },
    ],
  };
}

/** A merge that was made (`settlement` names it for undoing), or taken back (null). */
export function mergedCard({
  kept,
  gone,
  settlement,
  lang,
}: {
  kept: Person;
  gone: Person;
  settlement: string | null;
  lang: Lang;
}): Card {
  const base = { v: 1 as const, key: `merge-${kept.id}-${gone.id}`, blocks: [] };
  if (settlement === null)
    return {
      ...base,
      title: say(
        lang,
        `${gone.name} 和 ${kept.name} 又是两个人了`,
        `${gone.name} and ${kept.name} are two people again`,
      ),
      buttons: [],
      settled: say(lang, "已撤销合并", "The merge is undone"),
    };
  return {
    ...base,
    title: say(lang, `${gone.name} 已并入 ${kept.name}`, `${gone.name} is merged into ${kept.name}`),
    buttons: [
      { label: say(lang, "看画像", "Profile"), action: { type: "profile.show", id: kept.id }, tone: "normal" },
      {
        label: say(lang, "撤销合并", "Undo the merge"),
        action: { type: "profile.unmerge", id: settlement },
        tone: "danger",
      },
    ],
  };
}
