import { z } from "zod";
import { type Finder, finderOf } from "./finder.ts";
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
  vehicles: words,
  wares: words,
  partner: words,
  child: words,
  elder: words,
  hypothetical: words,
  imagined: words,
  imagined_after: words,
  past: words,
  past_after: words,
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

/** The words of core/scope.yaml, ready to be found, one set a language. */
export type ScopeWords = Record<keyof Words, Finder> & {
  /** A negator, and what may stand between it and the words at the end of the string. */
  negatedAtEnd: Finder;
  /** The plainest negators, anywhere. */
  negatedWithin: Finder;
  /** Begins with other people: a way of saying that begins with "I" took `我们主管` for it. */
  othersFirst: Finder;
  /** Any word for a person; the group that matched tells of what kind (`kindOf`). */
  person: Finder;
  lang: "zh" | "en";
};

/** Kinds of people in the order in which a word is taken for one of them. */
const KINDS = ["others", "addressee", "partner", "child", "elder", "self"] as const;

/** Whom a word for a person names. */
export function kindOf(person: RegExpExecArray): (typeof KINDS)[number] {
  let group = 1;
  while (group < KINDS.length && person[group] === undefined) group++;
  return KINDS[group - 1]!;
}

/** All words for people in a text. */
export function peopleIn({ person }: ScopeWords, text: string): readonly RegExpExecArray[] {
  let match = person.find(text);
  if (!match) return NOBODY;
  const found: RegExpExecArray[] = [];
  for (; match; match = person.find(text, match.index + match[0].length)) found.push(match);
  return found;
}
const NOBODY: readonly RegExpExecArray[] = [];

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
  const anywhere = Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, finder(whole(list))]));
  const persons = KINDS.map((name) => `(${withoutGroups(whole(lists[name]))})`).join("|");
  const reach = lang === "zh" ? "[^,。!?;]{0,6}" : "(?:[ ,][^ ]+){0,4}[ ]?";
  return {
    ...(anywhere as Record<keyof Words, Finder>),
    asks: finder(lang === "zh" ? lists.asks : `(?:${lists.asks})`),
    affirm: finder(`^${LAUGHS}(?:${lists.affirm})${lang === "en" ? "(?![a-z])" : ""}`),
    deny: finder(`^${LAUGHS}(?:${lists.deny})${lang === "en" ? "(?![a-z])" : ""}`),
    assents: finder(`^${LAUGHS}(?:${lists.assents})`),
    declines: finder(lang === "zh" ? `(?:${lists.declines})` : `\\b(?:${lists.declines})`),
    negatedAtEnd: finder(
      lang === "zh"
        ? `(?:${lists.negators})(${reach})$`
        : `(?:(?<![a-z])(?:${lists.negators})(?![a-z])|n't)(${reach})$`,
    ),
    negatedWithin: finder(
      lang === "zh"
        ? "不是|并不|从不|从来不|没有?|不(?=去|爱|喜欢|想|会|要|玩|做|打|养|住|吃|靠|碰|信|追|练|搞|当)"
        : "\\b(?:not|never|no)\\b|n't",
    ),
    imagined: finder(`(?:${lists.imagined})${lang === "zh" ? "[^,。!?;]{0,3}" : "[ ](?:[^ ,.!?]+ ){0,2}"}$`),
    imagined_after: finder(`^${lang === "zh" ? "" : "[^,.!?]{0,12}?\\b"}(?:${lists.imagined_after})`),
    past_after: finder(`^${lang === "zh" ? "[^,。!?;]{0,3}?" : "[^,.!?]{0,24}?\\b"}(?:${lists.past_after})`),
    too_general: finder(`^(?:${lists.too_general})$`),
    negators_after: finder(`^${lang === "zh" ? "[^,。!?;]{0,3}?" : "[^,.!?;]{0,12}?"}(?:${lists.negators_after})`),
    others_after: finder(`^(?:${lists.others_after})`),
    othersFirst: finder(
      lang === "zh"
        ? `^(?:我|咱|俺)们?(?:家|单位|公司)?的?(?!${IN_LAWS})(?:${lists.others}|[叔舅姨伯婶哥姐弟妹](?![们夫子妹]))`
        : `^(?:${lists.others})(?![a-z])`,
    ),
    person: finder(persons),
    lang,
  };
}

const finder = (source: string): Finder => finderOf(new RegExp(source, "u"));

/** Groups of a list's own would be taken for kinds of people. */
function withoutGroups(list: string): string {
  if (/(?<!\\)\((?!\?)|\(\?<(?![=!])/.test(list)) throw new Error(`core/scope.yaml: (?:…) and not (…) in ${list}`);
  return list;
}
