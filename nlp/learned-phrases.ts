import type { Cue, Heard, Turn } from "#domain/cue.ts";
import { compileLexicon } from "./compile.ts";
import { createExtractor, type Extractor } from "./extract.ts";
import type { Knowledge } from "./knowledge.ts";
import { parsePattern } from "./pattern.ts";

/** A way of saying a tag that a manager has accepted; its evidence is `learned/<id>`. */
export type LearnedPhrase = { id: string; tag: string; phrase: string };

/**
 * The extractor with phrases learned on the job beside the packs. They are read literally and under the same rules of scope: denied, quoted or
 * somebody else's words count no more than a pack's would. Phrases of tags that are unknown or retired are left out.
 */
export function withLearnedPhrases(
  extract: (turns: readonly Turn[]) => Heard,
  knowledge: Knowledge,
  learned: readonly LearnedPhrase[],
): Extractor {
  const known = learned.filter(({ tag }) => knowledge.taxonomy.tags.get(tag)?.retired === false);
  if (known.length === 0) return extract;
  const lexicon = compileLexicon(
    known.map(({ id, tag, phrase }) => ({
      tag,
      manner: "says" as const,
      lang: /\p{Script=Han}/u.test(phrase) ? ("zh" as const) : ("en" as const),
      pattern: phrase,
      evidence: `learned/${id}`,
      sequences: parsePattern(literal(phrase), () => undefined),
    })),
  );
  const { model: _, ...rest } = knowledge;
  const hearLearned = createExtractor({ ...rest, lexicon });
  return (turns) => joined(extract(turns), hearLearned(turns));
}

/** What both heard: a tag heard by both is the surer one with the evidence of both; what is over is not proposed. */
export function joined(one: Heard, other: Heard): Heard {
  const retractions = unite(one.retractions, other.retractions);
  const over = new Set(retractions.map(({ tag }) => tag));
  return { cues: unite(one.cues, other.cues).filter(({ tag }) => !over.has(tag)), retractions };
}

function unite(ones: readonly Cue[], others: readonly Cue[]): Cue[] {
  const both = ones.map((cue) => {
    const same = others.find(({ tag, turn }) => tag === cue.tag && turn === cue.turn);
    if (!same) return cue;
    const surer = same.score > cue.score ? same : cue;
    return { ...surer, evidence: [...new Set([...cue.evidence, ...same.evidence])] };
  });
  return [...both, ...others.filter(({ tag }) => !ones.some((cue) => cue.tag === tag))];
}

/** Signs that mean something in the pattern language stand for themselves. */
const literal = (phrase: string): string => phrase.replace(/[\\()|<>?~^$#*.]/g, "\\$&");
