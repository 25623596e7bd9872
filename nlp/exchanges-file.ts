import { z } from "zod";
import type { TagKey } from "#domain/taxonomy.ts";
import { among } from "./among.ts";
import type { Exchange, Exchanges, Kind, Words } from "./exchanges.ts";
import { readYaml } from "./yaml.ts";

const tags = z
  .union([z.string(), z.array(z.string())])
  .transform((list) => (Array.isArray(list) ? list : [list]))
  .optional();
const langSchema = z.strictObject({
  fillers: z.string(),
  concerns: z.string(),
  topics: z.record(z.string(), z.string()),
  exchanges: z.array(
    z.strictObject({
      asks: z.string(),
      about: z.string().optional(),
      yes: tags,
      no: tags,
      answers: z.record(z.string(), z.string()).optional(),
    }),
  ),
  presumes: z.record(z.string(), z.string()),
  holds: z.record(z.string(), z.string()),
});
const fileSchema = z.strictObject({ classes: z.record(z.string(), z.string()), zh: langSchema, en: langSchema });

const kindsSchema = z.strictObject({
  kinds: z.array(
    z.strictObject({
      asks: z.string(),
      about: z.string().optional(),
      shows: z.array(z.string()).default([]),
      no: z.array(z.string()).default([]),
      yes: z.array(z.string()).default([]),
      called: z.boolean().default(false),
    }),
  ),
  no: z.string(),
  fine: z.string(),
  minds: z.string(),
  away: z.string(),
  weighs: z.string(),
  sides: z.record(z.string(), z.string()),
  words: z.record(z.string(), z.string()),
});
const answersSchema = z.strictObject({
  fields: z.record(z.string(), z.array(z.string())),
  classes: z.record(z.string(), z.string()),
  zh: kindsSchema,
  en: kindsSchema,
});

/** Reads core/exchanges.yaml and core/answers.yaml. Throws where it is not what the schema says, names an unknown tag, or holds a pattern that does not compile. */
export function loadExchanges(known: (tag: TagKey) => boolean): { zh: Exchanges; en: Exchanges } {
  const { classes, zh, en } = fileSchema.parse(readYaml("packs/core/exchanges.yaml"));
  const answers = answersSchema.parse(readYaml("packs/core/answers.yaml"));
  const kinds = {
    zh: compileKinds(answers.zh, "zh", answers, known),
    en: compileKinds(answers.en, "en", answers, known),
  };
  const shown = new Set([...kinds.zh, ...kinds.en].flatMap(({ shows }) => shows));
  const spoken = among([...shown], ({ words }) => words);
  const sidesOf = (lang: "zh" | "en") =>
    Object.entries(answers[lang].sides).map(([tag, source]): Words => {
      if (!known(tag)) throw new Error(`core/answers.yaml: unknown tag ${tag}`);
      const words = patternIn(answers.classes, wholeWords(lang, source));
      return { tag, words, evidence: `core/answers/${tag}#weighed` };
    });
  const kindsOf = (lang: "zh" | "en") => ({
    kinds: among(kinds[lang], ({ asks }) => asks),
    spoken,
    fine: patternIn(answers.classes, answers[lang].fine),
    minds: patternIn(answers.classes, answers[lang].minds),
    unwell: patternIn(answers.classes, answers[lang].no),
    away: patternIn(answers.classes, answers[lang].away),
    weighs: patternIn(answers.classes, answers[lang].weighs),
    sides: among(sidesOf(lang), ({ words }) => words),
  });
  return {
    zh: { ...compile(zh, classes, known), ...kindsOf("zh") },
    en: { ...compile(en, classes, known), ...kindsOf("en") },
  };
}

function compileKinds(
  { kinds, words }: z.infer<typeof kindsSchema>,
  lang: "zh" | "en",
  { fields, classes }: Pick<z.infer<typeof answersSchema>, "fields" | "classes">,
  known: (tag: TagKey) => boolean,
): Kind[] {
  const unknown = Object.keys(words).find((tag) => !known(tag));
  if (unknown) throw new Error(`core/answers.yaml: unknown tag ${unknown}`);
  const shown = new Map<string, Words>();
  const wordsOf = (tag: TagKey): Words[] => {
    if (!shown.has(tag) && words[tag])
      shown.set(tag, { tag, words: patternIn(classes, wholeWords(lang, words[tag])), evidence: `core/answers/${tag}` });
    const found = shown.get(tag);
    if (!known(tag)) throw new Error(`core/answers.yaml: unknown tag or field ${tag}`);
    return found ? [found] : [];
  };
  return kinds.map(({ asks, about, shows, yes, no, called }) => ({
    asks: patternIn(classes, asks),
    ...(about ? { about: patternIn(classes, about) } : {}),
    shows: shows.flatMap((name) => fields[name] ?? [name]).flatMap(wordsOf),
    yes,
    no,
    called,
  }));
}

/** English words are matched whole. */
const wholeWords = (lang: "zh" | "en", source: string): string =>
  lang === "zh" ? source : `(?<![a-z])(?:${source})(?![a-z])`;

/** A pattern of the pack with its classes filled in; a class may name classes above it. */
function patternIn(classes: Readonly<Record<string, string>>, source: string): RegExp {
  const filled = (text: string): string =>
    text.replace(/<([a-z]+)>/g, (_, name: string) => `(?:${filled(classes[name]!)})`);
  return new RegExp(filled(source), "u");
}

function compile(
  lists: z.infer<typeof langSchema>,
  classes: Readonly<Record<string, string>>,
  known: (tag: TagKey) => boolean,
): Omit<Exchanges, "kinds" | "spoken" | "fine" | "minds" | "unwell" | "away" | "weighs" | "sides"> {
  const pattern = (source: string) => patternIn(classes, source);
  const words = (list: Readonly<Record<string, string>>, of: string): Words[] =>
    Object.entries(list).map(([tag, source]) => {
      if (!known(tag)) throw new Error(`core/exchanges.yaml: unknown tag ${tag}`);
      return { tag, words: pattern(source), evidence: `core/exchanges/${tag}#${of}` };
    });
  const topics = words(lists.topics, "topic");
  const wordsOf = ({ words: expression }: Words) => expression;
  const exchanges = lists.exchanges.map(({ asks, about, yes = [], no = [], answers = {} }, k): Exchange => {
    const unknown = [...yes, ...no].find((tag) => !known(tag));
    if (unknown) throw new Error(`core/exchanges.yaml: unknown tag ${unknown}`);
    return {
      asks: pattern(asks),
      ...(about ? { about: pattern(about) } : {}),
      yes,
      no,
      answers: words(answers, `${k + 1}`),
    };
  });
  return {
    fillers: new RegExp(`^(?:(?:${lists.fillers})[\\s,.!~]*)+`, "u"),
    concerns: pattern(lists.concerns),
    topics,
    named: among(topics, wordsOf),
    presumed: among(words(lists.presumes, "presumed"), wordsOf),
    held: among(words(lists.holds, "held"), wordsOf),
    begun: among(exchanges, ({ asks }) => asks),
  };
}
