import type { TagKey, Taxonomy } from "#domain/taxonomy.ts";
import { compileLexicon, type Lexicon } from "./compile.ts";
import { nlpFile } from "./files.ts";
import { loadPacks, type Phrase } from "./pack.ts";
import { loadScopeWords, type ScopeWords } from "./scope-words.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** All that hearing rests on, compiled and ready. */
export type Knowledge = {
  taxonomy: Taxonomy;
  lexicon: Lexicon;
  scope: { zh: ScopeWords; en: ScopeWords };
};

/** The packs that ship; `core` always loads. */
export const SHIPPED_PACKS = ["core", "auto", "retail"];

/** Loads the vocabulary and the packs. Throws PackError, naming file and line, where a pack cannot be used. */
export function loadKnowledge(packs: readonly string[] = SHIPPED_PACKS): Knowledge {
  const taxonomy = loadTaxonomy();
  return knowledgeOf(taxonomy, loadPacks(nlpFile("packs"), packs, suggestible(taxonomy)));
}

/** Compiles knowledge from phrases already read. */
export function knowledgeOf(taxonomy: Taxonomy, phrases: readonly Phrase[]): Knowledge {
  return { taxonomy, lexicon: compileLexicon(phrases), scope: loadScopeWords() };
}

/** Whether packs may name a tag: known, not retired, and not an open value (those come from gazetteers). */
export function suggestible(taxonomy: Taxonomy): (tag: TagKey) => boolean {
  return (tag) => {
    const definition = taxonomy.tags.get(tag);
    return definition !== undefined && !definition.retired && !definition.open;
  };
}
