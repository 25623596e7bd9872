import { z } from "zod";
import { readYaml } from "./yaml.ts";

const words = z
  .union([z.string(), z.array(z.string())])
  .transform((list) => (Array.isArray(list) ? list.join("|") : list));
const langSchema = z.strictObject({
  not_negators: words,
  negators: words,
  breaks: words,
  negators_after: words,
  indifferent: words,
  self: words,
  others: words,
  addressee: words,
  vocative: words,
  others_after: words,
  partner: words,
  child: words,
  elder: words,
  hypothetical: words,
  past: words,
  still: words,
  now: words,
  asks: words,
  asks_weak: words,
  media: words,
  errand: words,
  once: words,
  busy: words,
  quoted: words,
  sarcasm: words,
  complaint: words,
  contrast: words,
  intensified: words,
  announced: words,
  too_general: words,
  momentary: words,
  unrealized: words,
  affirm: words,
  deny: words,
  assents: words,
  declines: words,
});
type Words = z.infer<typeof langSchema>;

/** The words of core/scope.yaml as regular expressions, one set a language. */
export type ScopeWords = Record<keyof Words, RegExp> & {
  /** A negator, and what may stand between it and the words at the end of the string. */
  negatedAtEnd: RegExp;
  /** The plainest negators, anywhere. */
  negatedWithin: RegExp;
  /** Begins with other people: a way of saying that begins with "I" took `我们主管` for it. */
  othersFirst: RegExp;
  /** Any word for a person, with the kind of person as the name of the group that matched. */
  person: RegExp;
  lang: "zh" | "en";
};

/** Reads core/scope.yaml. Throws where it is not what the schema says or holds a pattern that does not compile. */
export function loadScopeWords(): { zh: ScopeWords; en: ScopeWords } {
  const file = z.strictObject({ zh: langSchema, en: langSchema }).parse(readYaml("packs/core/scope.yaml"));
  return { zh: compileWords(file.zh, "zh"), en: compileWords(file.en, "en") };
}

/** Other people, and yet the tie to them is the subject's own. */
const IN_LAWS = "[大小](?:舅[哥子]|姨子|姑[姐子]|叔子|伯哥)|妯娌|连襟";

/** What may stand before a yes or a no. */
const LAUGHS = "[\\s,.!~哈噢哦啊呃额诶唉hm]*";

function compileWords(lists: Words, lang: "zh" | "en"): ScopeWords {
  const whole = (list: string) => (lang === "zh" ? `(?:${list})` : `(?<![a-z])(?:${list})(?![a-z])`);
  const anywhere = Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [name, new RegExp(whole(list), "gu")]),
  );
  const persons = (["others", "addressee", "partner", "child", "elder", "self"] as const)
    .map((name) => `(?<${name}>${whole(lists[name])})`)
    .join("|");
  const reach = lang === "zh" ? "[^,。!?;]{0,6}" : "(?:[ ,][^ ]+){0,4}[ ]?";
  return {
    ...(anywhere as Record<keyof Words, RegExp>),
    asks: new RegExp(lang === "zh" ? lists.asks : `(?:${lists.asks})`, "gu"),
    affirm: new RegExp(`^${LAUGHS}(?:${lists.affirm})${lang === "en" ? "(?![a-z])" : ""}`, "u"),
    deny: new RegExp(`^${LAUGHS}(?:${lists.deny})${lang === "en" ? "(?![a-z])" : ""}`, "u"),
    assents: new RegExp(`^${LAUGHS}(?:${lists.assents})`, "u"),
    declines: new RegExp(lang === "zh" ? `(?:${lists.declines})` : `\\b(?:${lists.declines})`, "u"),
    negatedAtEnd: new RegExp(
      lang === "zh"
        ? `(?:${lists.negators})(${reach})$`
        : `(?:(?<![a-z])(?:${lists.negators})(?![a-z])|n't)(${reach})$`,
      "u",
    ),
    negatedWithin:
      lang === "zh"
        ? /不是|并不|从不|从来不|没有?|不(?=去|爱|喜欢|想|会|要|玩|做|打|养|住)/u
        : /\b(?:not|never|no)\b|n't/u,
    too_general: new RegExp(`^(?:${lists.too_general})$`, "u"),
    negators_after: new RegExp(
      `^${lang === "zh" ? "[^,。!?;]{0,3}?" : "[^,.!?;]{0,12}?"}(?:${lists.negators_after})`,
      "u",
    ),
    others_after: new RegExp(`^(?:${lists.others_after})`, "u"),
    othersFirst: new RegExp(
      lang === "zh"
        ? `^(?:我|咱|俺)们?(?:家|单位|公司)?的?(?!${IN_LAWS})(?:${lists.others})`
        : `^(?:${lists.others})(?![a-z])`,
      "u",
    ),
    person: new RegExp(persons, "gu"),
    lang,
  };
}
