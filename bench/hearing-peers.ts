import { createRequire } from "node:module";
import type { Heard, Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { nlpFile } from "#nlp/files.ts";
import { builtInClasses, SHIPPED_PACKS, suggestible } from "#nlp/knowledge.ts";
import { loadPacks, type Phrase } from "#nlp/pack.ts";
import { createPhraseSampler } from "#nlp/phrase-sampler.ts";
import { seeded } from "#nlp/seeded.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

type NodeNlp = {
  addDocument(lang: string, text: string, intent: string): void;
  train(): Promise<void>;
  process(lang: string, text: string): Promise<{ intent: string; score: number }>;
};
const NODE_NLP_PER_TAG = 40;
const NODE_NLP_SURE = 0.7;

/** The ways of saying of the packs that ship. */
export const shippedPhrases = (): readonly Phrase[] =>
  loadPacks(nlpFile("packs"), SHIPPED_PACKS, suggestible(loadTaxonomy()), builtInClasses());

/** node-nlp as its documentation shows it, one intent a tag, taught with what the packs say; a message shows its best intent where it is sure. */
export async function teachNodeNlp(): Promise<{
  hear(texts: readonly string[]): Promise<void>;
  answers: ReadonlyMap<string, TagKey | undefined>;
}> {
  const { NlpManager } = createRequire(import.meta.url)("node-nlp") as { NlpManager: new (options: object) => NodeNlp };
  const manager = new NlpManager({ languages: ["zh", "en"], forceNER: false, nlu: { log: false }, autoSave: false });
  const sample = createPhraseSampler([], seeded(3));
  const perTag = new Map<string, number>();
  for (const phrase of shippedPhrases()) {
    const key = `${phrase.tag} ${phrase.lang}`;
    const taught = perTag.get(key) ?? 0;
    if (phrase.manner !== "says" || phrase.tag === "city" || taught >= NODE_NLP_PER_TAG) continue;
    perTag.set(key, taught + 1);
    manager.addDocument(phrase.lang, sample(phrase), phrase.tag);
  }
  await manager.train();
  const answers = new Map<string, TagKey | undefined>();
  const hear = async (texts: readonly string[]): Promise<void> => {
    for (const text of texts) {
      const { intent, score } = await manager.process(/[\u3400-\u9fff]/.test(text) ? "zh" : "en", text);
      answers.set(text, intent !== "None" && score >= NODE_NLP_SURE ? intent : undefined);
    }
  };
  return { hear, answers };
}

/** What somebody hears who knows one tag of each of the subject's texts. */
export const hearsBy =
  (tagOf: (text: string) => TagKey | undefined) =>
  (turns: readonly Turn[]): Heard => ({
    cues: turns.flatMap((turn, at) => cueOf(tagOf(turn.text), turn, at)),
    retractions: [],
  });

const cueOf = (tag: TagKey | undefined, turn: Turn, at: number): Heard["cues"] =>
  tag && turn.who === "customer" ? [{ tag, quote: turn.text, turn: at, score: 1, evidence: [] }] : [];

/** What a keyword tool hears: a tag wherever one of its short plain phrases stands in the subject's words. */
export function keywordRules(phrases: readonly Phrase[]): (turns: readonly Turn[]) => Heard {
  const isPlain = (p: Phrase) =>
    (p.manner === "says" || p.manner === "hints") && /^[\p{L}\p{N}]{2,12}$/u.test(p.pattern);
  const rules = phrases.filter(isPlain);
  return (turns) => ({
    cues: turns.flatMap((turn, at) =>
      rules.flatMap((rule) => (turn.text.includes(rule.pattern) ? cueOf(rule.tag, turn, at) : [])),
    ),
    retractions: [],
  });
}
