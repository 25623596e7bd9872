import type { Reason, Rule } from "#domain/segment.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import type { Lang } from "./card.ts";
import { say } from "./names.ts";

/** What the words need to know: the vocabulary, and the names of the segments that a rule may point to. */
export type RuleNames = { taxonomy: Taxonomy; segments: ReadonlyMap<string, string>; lang: Lang };

/** A rule as people write it: `计划换车 且 (二胎家庭 或 事业晋升),排除 单身`. Reading it again gives the same rule. */
export function segmentInWords(rule: Rule, names: RuleNames): string {
  return inWords(rule, names, true);
}

function inWords(rule: Rule, names: RuleNames, outermost: boolean): string {
  const { lang } = names;
  if (!("of" in rule)) return leafInWords(rule, names);
  if (rule.of.length === 0) return say(lang, "所有人", "everybody");
  if (rule.kind === "none") {
    const parts = rule.of.map((part) => inWords(part, names, false));
    return `${say(lang, "非 ", "not ")}${parts.length === 1 ? parts[0] : `(${parts.join(say(lang, " 或 ", " or "))})`}`;
  }
  if (rule.kind === "all" && outermost) {
    const wanted = rule.of.filter((part) => part.kind !== "none");
    const barred = rule.of.flatMap((part) => (part.kind === "none" ? part.of : []));
    if (wanted.length > 0 && barred.length > 0) {
      const shown = wanted.map((part) => inWords(part, names, false)).join(say(lang, " 且 ", " and "));
      const out = barred.map((part) => inWords(part, names, false)).join(say(lang, "、", ", "));
      return `${shown}${say(lang, ",排除 ", ", except ")}${out}`;
    }
  }
  if (rule.of.length === 1) return inWords(rule.of[0]!, names, outermost);
  const joined = rule.of
    .map((part) => inWords(part, names, false))
    .join(rule.kind === "all" ? say(lang, " 且 ", " and ") : say(lang, " 或 ", " or "));
  return outermost ? joined : `(${joined})`;
}

function leafInWords(rule: Reason["rule"], { taxonomy, segments, lang }: RuleNames): string {
  switch (rule.kind) {
    case "tag":
      return labelOf(taxonomy, rule.tag, lang);
    case "city":
      return `${say(lang, "城市:", "city:")}${rule.cities.join("/")}`;
    case "segment":
      return `${say(lang, "分群:", "segment:")}${segments.get(rule.segmentId) ?? rule.segmentId}`;
    case "active":
      return say(lang, `近${rule.withinDays}天活跃`, `active within ${rule.withinDays} days`);
    case "silent":
      return say(lang, `沉默${rule.forDays}天`, `silent for ${rule.forDays} days`);
    case "dimension": {
      const dimension = taxonomy.dimensions.get(rule.dimension);
      return `${say(lang, "维度:", "dimension:")}${dimension?.[lang] ?? rule.dimension}`;
    }
    case "approved":
      return say(
        lang,
        `近${rule.withinDays}天通过任务${rule.times}次`,
        `${rule.times} approved within ${rule.withinDays} days`,
      );
    case "influence":
      return say(lang, `影响力≥${rule.atLeast}`, `influence >= ${rule.atLeast}`);
  }
}

/** The conditions that decided a membership, each as it was found: `有「有孩家庭」;没有「单身」`. */
export function reasonsInWords(reasons: readonly Reason[], names: RuleNames): string {
  const { lang } = names;
  if (reasons.length === 0) return say(lang, "没有排除条件符合", "no excluding condition is met");
  return reasons
    .map(({ rule, holds }) => {
      const words = leafInWords(rule, names);
      if (rule.kind === "tag")
        return say(lang, `${holds ? "有" : "没有"}「${words}」`, `${holds ? "has" : "lacks"} “${words}”`);
      return say(lang, `${holds ? "符合" : "不符合"}「${words}」`, `${holds ? "meets" : "does not meet"} “${words}”`);
    })
    .join(say(lang, ";", "; "));
}
