import type { Segment } from "#domain/segment.ts";
import type { RuleFault } from "#domain/segment-text.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";
import { type RuleNames, segmentInWords } from "./segment-words.ts";

export type SegmentPlan = {
  draftId: string;
  segment: Pick<Segment, "name" | "rule">;
  /** The rule that holds until then; null for a new segment. */
  before: Segment | null;
  entering: { count: number; names: string[] };
  leaving: { count: number; names: string[] };
  members: number;
};

/** How many, and the first names: `12 人: 王女士、李雷等`. */
export const some = (list: { count: number; names: string[] }, lang: Lang): string => {
  const people = say(lang, `${list.count} 人`, `${list.count} ${list.count === 1 ? "person" : "people"}`);
  if (list.names.length === 0) return people;
  const names = list.names.join(say(lang, "、", ", "));
  return `${people}: ${names}${list.count > list.names.length ? say(lang, "等", " …") : ""}`;
};

/** A segment as it was understood and who would come and go, before it counts. */
export function segmentPlanCard(plan: SegmentPlan, names: RuleNames): Card {
  const { lang } = names;
  const { segment, before } = plan;
  return {
    v: 1,
    key: `segment-${plan.draftId}`,
    title: before
      ? say(lang, `修改分群「${segment.name}」?`, `Change the segment “${segment.name}”?`)
      : say(lang, `新建分群「${segment.name}」?`, `New segment “${segment.name}”?`),
    blocks: [
      { type: "fact", label: say(lang, "规则", "Rule"), value: segmentInWords(segment.rule, names) },
      ...(before
        ? [{ type: "fact" as const, label: say(lang, "原来", "Before"), value: segmentInWords(before.rule, names) }]
        : []),
      { type: "fact", label: say(lang, "会进入", "Would enter"), value: some(plan.entering, lang) },
      ...(before
        ? [{ type: "fact" as const, label: say(lang, "会离开", "Would leave"), value: some(plan.leaving, lang) }]
        : []),
    ],
    buttons: [
      {
        label: before ? say(lang, "生效", "Apply") : say(lang, "建立", "Create"),
        action: { type: "segment.apply", id: plan.draftId },
        tone: "primary",
      },
      { label: say(lang, "放弃", "Discard"), action: { type: "segment.drop", id: plan.draftId }, tone: "normal" },
    ],
  };
}

export type SegmentRetiring = {
  id: string;
  segment: Segment;
  members: number;
  naming: readonly string[];
  tasks: readonly string[];
};

/** Asks before a segment ends: how many leave, and which segments name it, which must be changed first, and which tasks reach people by it. */
export function retireSegmentCard({ id, segment, members, naming, tasks }: SegmentRetiring, names: RuleNames): Card {
  const { lang } = names;
  const blocked = naming.length > 0;
  return {
    v: 1,
    key: `segment-retire-${id}`,
    title: say(lang, `停用分群「${segment.name}」?`, `Retire the segment “${segment.name}”?`),
    blocks: [
      { type: "fact", label: say(lang, "规则", "Rule"), value: segmentInWords(segment.rule, names) },
      {
        type: "fact",
        label: say(lang, "会离开", "Would leave"),
        value: say(lang, `${members} 人`, `${members} people`),
      },
      ...(blocked
        ? [
            {
              type: "fact" as const,
              label: say(lang, "先要修改的分群", "Change these first"),
              value: naming.join("、"),
            },
          ]
        : []),
      ...(tasks.length > 0
        ? [
            {
              type: "fact" as const,
              label: say(lang, "还在用它的任务", "Tasks that use it"),
              value: `${tasks.join("、")}${say(lang, "(停用后不再通过它找到新的人)", " (they find nobody new by it afterwards)")}`,
            },
          ]
        : []),
    ],
    buttons: blocked
      ? []
      : [{ label: say(lang, "停用", "Retire"), action: { type: "segment.retire", id: segment.id }, tone: "danger" }],
  };
}

/** The same card once it is settled. */
export function segmentSettledCard(
  draftId: string,
  segment: Pick<Segment, "name" | "rule">,
  applied: boolean,
  names: RuleNames,
): Card {
  const { lang } = names;
  return {
    v: 1,
    key: `segment-${draftId}`,
    title: say(lang, `分群「${segment.name}」`, `Segment “${segment.name}”`),
    blocks: [{ type: "fact", label: say(lang, "规则", "Rule"), value: segmentInWords(segment.rule, names) }],
    buttons: [],
    settled: applied
      ? say(lang, "已生效,成员正在逐步更新", "In force; members follow step by step")
      : say(lang, "已放弃", "Discarded"),
  };
}

type Progress = { done: number; total: number; since: string };
export type SegmentLine = { segment: Segment; members: number; settling: Progress | null };

/** How far a new rule has been settled, and as of when the other members are. */
export const settlingText = ({ done, total, since }: Progress, lang: Lang): string =>
  say(lang, `更新中 ${done}/${total},部分数据截至 ${since}`, `settling ${done}/${total}, partly as of ${since}`);

/** What is said once a segment is retired; tasks that run on without it are named. */
export const retiredText = (name: string, tasks: readonly string[], lang: Lang): string =>
  say(
    lang,
    `分群「${name}」已停用,成员正在退出,历史保留。${tasks.length > 0 ? `这些任务还写着它,不再通过它找到新的人:${tasks.join("、")}。` : ""}`,
    `“${name}” is retired; members leave step by step, its history stays.${tasks.length > 0 ? ` These tasks still name it and find nobody new by it: ${tasks.join(", ")}.` : ""}`,
  );

/** The segments there are, in words, with how many are in each; one that is still settling says as of when. */
export function segmentListCard(id: string, lines: readonly SegmentLine[], names: RuleNames): Card {
  const { lang } = names;
  return {
    v: 1,
    key: `segments-${id}`,
    title: say(lang, `分群(${lines.length})`, `Segments (${lines.length})`),
    blocks: lines.map(({ segment, members, settling }) => ({
      type: "fact",
      label: segment.name,
      value: [
        say(lang, `${members} 人`, `${members} people`),
        ...(settling ? [settlingText(settling, lang)] : []),
        segmentInWords(segment.rule, names),
      ].join(" · "),
    })),
    buttons: [],
  };
}

/** Why words are no rule, and what to do. */
export function ruleFaultText(fault: RuleFault, names: RuleNames): string {
  const { lang } = names;
  switch (fault.kind) {
    case "empty":
      return say(
        lang,
        "这里还没有条件。例如:新建分群 换购窗口: 计划换车 且 二胎家庭",
        "There is no condition yet, such as: new segment Upgrade: plans to change car and two or more children",
      );
    case "unfinished":
      return say(
        lang,
        "这条规则没有写完:「且」「或」「排除」后面要跟条件。",
        "The rule is not finished: and, or and except are followed by a condition.",
      );
    case "brackets":
      return say(lang, "括号没有配对。", "The brackets do not match.");
    case "too-deep":
      return say(
        lang,
        "括号套得太深了,请拆成几个分群。",
        "Too many brackets inside each other; make several segments of it.",
      );
    case "too-many":
      return say(
        lang,
        `这条规则有 ${fault.count} 个条件,最多 ${fault.most} 个。请拆成几个分群,再用分群组合。`,
        `The rule has ${fault.count} conditions; ${fault.most} at most. Make several segments and combine them.`,
      );
    case "contradictory": {
      const one = segmentInWords(fault.one, names);
      const other = segmentInWords(fault.other, names);
      return say(
        lang,
        `没有人能满足:「${one}」和「${other}」互相矛盾。`,
        `Nobody can meet this: “${one}” and “${other}” contradict each other.`,
      );
    }
    case "unknown":
      return fault.near.length > 0
        ? say(
            lang,
            `没有叫「${fault.name}」的标签、分群或城市。您是指:${fault.near.join("、")}?`,
            `No tag, segment or city is called “${fault.name}”. Did you mean: ${fault.near.join(", ")}?`,
          )
        : say(
            lang,
            `没有叫「${fault.name}」的标签、分群或城市。`,
            `No tag, segment or city is called “${fault.name}”.`,
          );
    case "ambiguous":
      return say(
        lang,
        `「${fault.name}」可能指:${fault.near.join("、")}。请写全名。`,
        `“${fault.name}” may be: ${fault.near.join(", ")}. Write the full name.`,
      );
  }
}
