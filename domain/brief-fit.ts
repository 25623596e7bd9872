import type { TagDefinition, TagKey } from "./taxonomy.ts";

/**
 * How much the words of a brief speak of each tag, 0 to 1: the share of a tag's telling pieces (two Chinese characters, or a Latin word)
 * that the brief holds. A piece that many tags share tells of none. A first guess only: the loop learns how much it is worth.
 */
export function briefMentions(brief: string, vocabulary: BriefVocabulary): Map<TagKey, number> {
  const held = pieces(brief);
  const out = new Map<TagKey, number>();
  for (const piece of held) for (const tag of vocabulary.get(piece) ?? []) out.set(tag, 1);
  return out;
}

/** Telling pieces and the tags whose name or meaning holds them. */
export type BriefVocabulary = ReadonlyMap<string, readonly TagKey[]>;

/** More tags than this share a piece: it tells of none. */
const SHARED = 3;

export function briefVocabulary(tags: Iterable<Pick<TagDefinition, "key" | "zh" | "meaning">>): BriefVocabulary {
  const found = new Map<string, TagKey[]>();
  for (const tag of tags) {
    const words = `${tag.zh.replace(/^[^::]+[::]/, "")} ${tag.meaning}`;
    for (const piece of pieces(words)) {
      const list = found.get(piece);
      if (list) list.push(tag.key);
      else found.set(piece, [tag.key]);
    }
  }
  return new Map([...found].filter(([, list]) => list.length <= SHARED));
}

function pieces(text: string): Set<string> {
  const out = new Set<string>();
  for (const run of text.match(/\p{Script=Han}+/gu) ?? [])
    for (let i = 0; i + 1 < run.length; i++) out.add(run.slice(i, i + 2));
  for (const word of text.match(/[A-Za-z]{3,}/g) ?? []) out.add(word.toLowerCase());
  return out;
}
