import type { TagKey, Taxonomy } from "#domain/taxonomy.ts";
import { compileLexicon, type Lexicon } from "./compile.ts";
import { CUE_FILE, type CueModel, committedModel, EXCHANGE_FILE } from "./cue-model.ts";
import type { Exchanges } from "./exchanges.ts";
import { loadExchanges } from "./exchanges-file.ts";
import { nlpFile } from "./files.ts";
import { fold } from "./fold.ts";
import { cachedLexicon, isLexiconKept } from "./lexicon-cache.ts";
import { readAllLines } from "./lines.ts";
import { type BuiltIn, loadPacks, type Phrase } from "./pack.ts";
import { loadPlaces, type Places } from "./places.ts";
import { loadScopeWords, type ScopeWords } from "./scope-words.ts";
import { committedSlipTable, type SlipTable } from "./slips/table.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** All that hearing rests on. */
export type Knowledge = {
  taxonomy: Taxonomy;
  readonly lexicon: Lexicon;
  readonly scope: { zh: ScopeWords; en: ScopeWords };
  readonly exchanges: { zh: Exchanges; en: Exchanges };
  readonly places: Places;
  /** Absent where only the packs are heard with. */
  model?: () => CueModel;
  /** What was taught of turns with what was said before them; it goes by the meanings of the other. */
  exchangeModel?: () => CueModel;
  /** Absent where words are read only as they are written. */
  slips?: () => SlipTable;
};

/** The packs that ship; `core` always loads. */
export const SHIPPED_PACKS = ["core", "auto", "retail"];

/**
 * Loads the vocabulary, and the packs when they are first asked for: hundredths of a second that a start need not wait for. Where a pack was edited
 * since it was compiled, all is read and compiled at once, which takes long, and throws PackError, naming file and line, where it cannot be used.
 */
export function loadKnowledge(packs: readonly string[] = SHIPPED_PACKS): Knowledge {
  const taxonomy = loadTaxonomy();
  const lexicon = once(() =>
    cachedLexicon(packs, () =>
      compileLexicon(loadPacks(nlpFile("packs"), packs, suggestible(taxonomy), builtInClasses()), ownTalk()),
    ),
  );
  const scope = once(loadScopeWords);
  const exchanges = once(() => loadExchanges(suggestible(taxonomy)));
  const places = once(loadPlaces);
  if (!isLexiconKept(packs)) for (const load of [scope, exchanges, places, lexicon]) load();
  return {
    taxonomy,
    get lexicon() {
      return lexicon();
    },
    get scope() {
      return scope();
    },
    get exchanges() {
      return exchanges();
    },
    get places() {
      return places();
    },
    model: committedModel(CUE_FILE),
    exchangeModel: committedModel(EXCHANGE_FILE),
    slips: committedSlipTable(),
  };
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Our own lines, folded. */
const ownTalk = (): string[] => readAllLines().flatMap(({ turns }) => turns.map(({ text }) => fold(text)));

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
