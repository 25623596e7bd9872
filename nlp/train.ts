import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Turn } from "#domain/cue.ts";
import { closeImplied, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { CUE_FILE, type CueModel, ENDED, EXCHANGE_FILE, encodeModel } from "./cue-model.ts";
import { type Features, featuresOf, featuresOfExchange, newFeatures } from "./features.ts";
import { nlpFile, root } from "./files.ts";
import { foldInto, newFolded } from "./fold.ts";
import { ASKED, HELPED } from "./helping.ts";
import { builtInClasses, SHIPPED_PACKS, suggestible } from "./knowledge.ts";
import { type LabelledLine, readAllLines } from "./lines.ts";
import { type Meanings, NO_MEANINGS } from "./meanings.ts";
import { loadMeanings } from "./meanings-packs.ts";
import { loadPacks, type Phrase } from "./pack.ts";
import { createPhraseSampler } from "./phrase-sampler.ts";
import { seeded } from "./seeded.ts";
import { newTokens, tokenize } from "./tokens.ts";
import { learnFrom, type Sample } from "./training.ts";
import { loadTaxonomy } from "./vocabulary.ts";

/** Sets whose licence lets weights trained on them ship, used as talk that shows no tag; docs/data.md has the list with licences. */
const TALK = ["dlg_crosswoz", "dlg_kdconv", "intent_banking77_en", "intent_clinc150_en", "intent_macslu_car_zh"];
/** Of these, what two people chat about. */
const CHATS = "dlg_kdconv";
const PER_PHRASE = 2;
/** What a sample counts: a line written as people talk, a phrase of a pack among pieces of talk, a hint of one, talk that shows nothing. */
const WORTH = { line: 12, phrase: 2.8, hint: 0.8, talk: 2.8 };

/**
 * Trains the model of `cue-model.ts` from labelled lines of our own, from the packs and from talk without tags: one logistic regression a tag over
 * features that weigh more the rarer they are, all of a sample together 1 (tf-idf). The same packs, meanings, lines, talk and seed give the same bytes.
 */
export function trainCueModel(
  taxonomy: Taxonomy,
  phrases: readonly Phrase[],
  lines: readonly LabelledLine[],
  talk: readonly string[],
  meanings: Meanings = NO_MEANINGS,
  seed = 7,
): CueModel {
  const random = seeded(seed);
  const taught = phrases.filter((p) => (p.manner === "says" || p.manner === "asks") && p.tag !== "city");
  const tags = [...new Set([...taught.map((p) => p.tag), ...lines.flatMap((line) => line.tags)])]
    .filter((tag) => taxonomy.tags.has(tag))
    .sort()
    .concat(ENDED);
  const placeOf = new Map(tags.map((tag, place) => [tag, place]));
  const ended = tags.length - 1;
  const places = (some: readonly TagKey[]) =>
    [...new Set(some.flatMap((tag) => closeImplied(taxonomy, tag)))].flatMap((tag) => placeOf.get(tag) ?? []);
  const sampleOf = (text: string, shown: readonly number[], worth: number): Sample => {
    const features = featuresIn(text, meanings);
    return { features, tags: shown, worth };
  };
  function* ofPhrases(): Iterable<Sample> {
    const sample = createPhraseSampler(talk, random);
    for (const phrase of taught) {
      const worth = phrase.manner === "hints" ? WORTH.hint : WORTH.phrase;
      for (let k = 0; k < PER_PHRASE; k++) yield sampleOf(sample(phrase), places([phrase.tag]), worth);
    }
  }
  const samples: Sample[] = [
    ...lines.map(({ tags: shown, retracted, turns }) =>
      sampleOf(ownWords(turns), [...places(shown), ...(retracted.length > 0 ? [ended] : [])], WORTH.line),
    ),
    ...ofPhrases(),
    ...talk.map((text) => sampleOf(text, [], WORTH.talk)),
  ];
  return learnFrom(samples, tags, meanings, random);
}

/**
 * Trains the second model of `cue-model.ts`, which hears a turn together with what others said before it, from labelled lines of our own: whether an answer
 * helped another member, whether something ended, and what talk is about, held or ended, for all that ended in at least `OFTEN` lines. `chats` help nobody and end
 * nothing.
 */
export function trainExchangeModel(
  taxonomy: Taxonomy,
  lines: readonly LabelledLine[],
  chats: readonly Turn[][],
  meanings: Meanings = NO_MEANINGS,
  seed = 7,
): CueModel {
  const ended = lines.flatMap(({ retracted }) => retracted).filter((tag) => taxonomy.tags.has(tag));
  const topics = new Set(ended.filter((tag) => ended.filter((other) => other === tag).length >= OFTEN));
  const tags = [...new Set([...topics, HELPED])].sort().concat(ENDED);
  const ofLines = lines.map(({ tags: shown, retracted, turns }): Sample => {
    const about = new Set([...shown, ...retracted].flatMap((tag) => closeImplied(taxonomy, tag)));
    if (retracted.length > 0) about.add(ENDED);
    const places = tags.flatMap((tag, place) => (about.has(tag) ? [place] : []));
    return { features: featuresOfTalk(turns, meanings), tags: places, worth: WORTH.line };
  });
  const ofChats = chats.map((turns): Sample => {
    return { features: featuresOfTalk(turns, meanings), tags: [], worth: WORTH.talk };
  });
  return learnFrom([...ofLines, ...ofChats], tags, meanings, seeded(seed));
}

/** The longest of the subject's turns that others spoke before is what is answered with; all that the subject said counts as said in it. */
function featuresOfTalk(turns: readonly Turn[], meanings: Meanings): Int32Array {
  const own = turns.flatMap(({ who }, at) => (who === SUBJECT ? [at] : []));
  const answers = own.filter((at) => turns.slice(0, at).some(({ who }) => who !== SUBJECT));
  const answer = (answers.length > 0 ? answers : own).reduce(
    (a, b) => (turns[b]!.text.length > turns[a]!.text.length ? b : a),
    answers[0] ?? own[0] ?? 0,
  );
  const before = turns.slice(0, answer).filter(({ who }) => who !== SUBJECT);
  featuresOfExchange(
    fold(ownWords(turns)),
    before.slice(-ASKED).map(({ text }) => fold(text)),
    own[0]! < answer,
    meanings,
    features,
  );
  return distinct(features);
}

/** What fewer lines end hardly ever ends. */
const OFTEN = 12;
const SUBJECT = "customer";
const fold = (text: string) => foldInto(text, newFolded());

const ownWords = (turns: readonly Turn[]): string =>
  turns
    .filter(({ who }) => who === "customer")
    .map(({ text }) => text)
    .join("。");

const buffer = newFolded();
const tokens = newTokens();
const features = newFeatures();

/** The features of a text, each once. */
function featuresIn(text: string, meanings: Meanings): Int32Array {
  foldInto(text, buffer);
  tokenize(buffer, 0, buffer.n, tokens);
  featuresOf(tokens, meanings, features);
  return distinct(features);
}

const distinct = ({ key, n }: Features): Int32Array => Int32Array.from(new Set(key.subarray(0, n)));

/** Talk that may be learned from, cut into clauses. */
export function readTalk(data: string, most = 30_000): string[] {
  const clauses: string[] = [];
  for (const set of TALK) {
    const texts = rowsIn(data, set).flatMap(textsOf);
    clauses.push(
      ...texts
        .flatMap((text) => text.split(/[,.，。！？!?；;\n]/))
        .filter((clause) => clause.length > 3)
        .slice(0, most / TALK.length),
    );
  }
  return clauses;
}

/** Two members who chat of films, songs and sights, in threes of their turns. */
export function readChats(data: string, every = 2): Turn[][] {
  return rowsIn(data, CHATS).flatMap((row) => {
    const said = textsOf(row);
    return said.flatMap((text, at) =>
      at < ASKED || at % every !== 0
        ? []
        : [[...said.slice(at - ASKED, at).map((before) => ({ who: "member", text: before })), { who: SUBJECT, text }]],
    );
  });
}

type Row = { text?: string; turns?: { text?: string }[] };

function rowsIn(data: string, set: string): Row[] {
  const file = join(data, set, "dev.jsonl");
  if (!existsSync(file)) throw new Error(`training needs ${set}: see docs/data.md`);
  return readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}

function textsOf(row: Row): string[] {
  return row.turns ? row.turns.map((turn) => String(turn.text ?? "")) : [String(row.text ?? "")];
}

/** Lines of who helped whom: what is said in them, without what was said before, only makes the first model shy (docs/data.md). */
const OF_EXCHANGES = /^helping-/;

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const taxonomy = loadTaxonomy();
  const phrases = loadPacks(nlpFile("packs"), SHIPPED_PACKS, suggestible(taxonomy), builtInClasses());
  const lines = readAllLines();
  const data = process.argv[2] ?? join(root(), "..", "shared", "data");
  const talk = readTalk(data);
  const meanings = loadMeanings();
  mkdirSync(nlpFile("model"), { recursive: true });
  const write = (file: string, model: CueModel, from: string) => {
    const bytes = encodeModel(model);
    writeFileSync(nlpFile(file), bytes);
    console.error(`nlp/${file}: ${bytes.length} bytes from ${from}`);
  };
  const told = readAllLines((file) => !OF_EXCHANGES.test(file));
  write(
    CUE_FILE,
    trainCueModel(taxonomy, phrases, told, talk, meanings),
    `${told.length} lines and ${phrases.length} phrases`,
  );
  // It knows the same words by their meaning as the first, and keeps none of its own.
  const exchanges = trainExchangeModel(taxonomy, lines, readChats(data), meanings);
  write(EXCHANGE_FILE, { ...exchanges, meanings: NO_MEANINGS }, `${lines.length} lines`);
}
