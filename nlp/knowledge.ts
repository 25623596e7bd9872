import type { TagKey, Taxonomy } from "#domain/taxonomy.ts";
import { compileLexicon, type Lexicon } from "./compile.ts";
import { type CueModel, committedCueModel } from "./cue-model.ts";
import { type Exchanges, loadExchanges } from "./exchanges.ts";
import { nlpFile } from "./files.ts";
import { cachedLexicon } from "./lexicon-cache.ts";
import { type BuiltIn, loadPacks, type Phrase } from "./pack.ts";
import { loadPlaces, type Places } from "./places.ts";
import { loadScopeWords, type ScopeWords } from "./scope-words.ts";
import { committedSlipTable, type SlipTable } from "./slips/table.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** All that hearing rests on, compiled and ready. */
export type Knowledge = {
  taxonomy: Taxonomy;
  lexicon: Lexicon;
  scope: { zh: ScopeWords; en: ScopeWords };
  exchanges: { zh: Exchanges; en: Exchanges };
  places: Places;
  /** Absent where only the packs are heard with. */
  model?: () => CueModel;
  /** Absent where words are read only as they are written. */
  slips?: () => SlipTable;
};

/** The packs that ship; `core` always loads. */
export const SHIPPED_PACKS = ["core", "auto", "retail"];

/**
 * Loads the vocabulary and the packs. Throws PackError, naming file and line, where a pack cannot be used. What was compiled is kept in dist/ and
 * used again until a pack changes.
 */
export function loadKnowledge(packs: readonly string[] = SHIPPED_PACKS): Knowledge {
  const taxonomy = loadTaxonomy();
  const lexicon = cachedLexicon(packs, () =>
    compileLexicon(loadPacks(nlpFile("packs"), packs, suggestible(taxonomy), builtInClasses())),
  );
  const exchanges = loadExchanges(suggestible(taxonomy));
  return {
    taxonomy,
    lexicon,
    scope: loadScopeWords(),
    exchanges,
    places: loadPlaces(),
    model: committedCueModel(),
    slips: committedSlipTable(),
  };
}

/** The ways of saying of the packs, as they are written now. */
export function packPhrases(packs: readonly string[] = SHIPPED_PACKS): Phrase[] {
  return loadPacks(nlpFile("packs"), packs, suggestible(loadTaxonomy()), builtInClasses());
}

/** The classes that every pack may use: `<city>`, the names of the gazetteer. */
export function builtInClasses(): BuiltIn {
  return { city: [...loadPlaces().keys()] };
}

/** Whether packs may name a tag: known and not retired. */
export function suggestible(taxonomy: Taxonomy): (tag: TagKey) => boolean {
  return (tag) => {
    const definition = taxonomy.tags.get(tag);
    return definition !== undefined && !definition.retired;
  };
}
