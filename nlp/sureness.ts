import { ANSWERS, type Found } from "./reading.ts";

/**
 * How sure phrases and the model together make a tag: a logistic regression, fitted to what was heard in lines that none of the phrases had been written
 * from and the model had not learnt, and in cases that nothing was learnt from (docs/data.md). `nlp/fit-sureness.ts` fits it.
 */
const WEIGHTS = {
  /** The log odds of the phrases, and of the model; where both speak for a tag, the one says little more than the other. */
  phrases: 0.4,
  model: 0.94,
  both: -0.08,
  /** The model was not asked, or not taught the tag. */
  unasked: 1.13,
  /** The highest odds that it gives any tag in these words: what shows something plainly seldom shows something else by the way. */
  rival: -0.11,
  /** An answer, which has its question beside it. */
  answers: -0.51,
  /** The logarithm of the turn's length, in units, of an answer with its question: a few words fit many things. */
  length: 0.59,
  /** Pieces of evidence. */
  pieces: 0.28,
};

/** What a dimension adds: facts of life are plainly said, needs are easily taken for one another. */
const BASE: Readonly<Record<string, number>> = {
  community: -0.1,
  emotion: -1.02,
  expertise: -0.88,
  family: -0.3,
  format: 0.25,
  identity: -0.05,
  interest: 0.4,
  life_event: -0.78,
  motive: -0.78,
  need: -0.95,
  persona: -0.43,
  place: 0.03,
  stage: -1.06,
};
const BASE_OF_OTHERS = -0.44;

/** What the regression looks at. */
export type Traits = Record<keyof typeof WEIGHTS, number>;

export const TRAITS = Object.keys(WEIGHTS) as readonly (keyof Traits)[];

/** Odds below these say no more than these. */
const LEAST = -7;
/** What is taken for the model's odds where it was not asked. */
const UNASKED = { model: -3, rival: -2 };
const MOST_PIECES = 6;
/** What question and answer are taken to have, in units. */
const ANSWERED = 20;
const logit = (p: number): number => Math.log(p / (1 - p));

/** `phrases`: how sure they make it by themselves, 0 where there are none; `best`: the surest of what was heard. */
export function traitsOf(phrases: number, best: Found, heard: readonly Found[]): Traits {
  const odds = heard.some(isByTheQuestion) ? undefined : oddsOf(heard);
  const { said, folded } = best.place.reading;
  const isAnswer = ANSWERS.has(best.way);
  const spoken = logit(Math.min(0.98, Math.max(0.02, phrases)));
  const model = Math.max(LEAST, odds ?? UNASKED.model);
  return {
    phrases: spoken,
    model,
    both: spoken * model,
    unasked: odds === undefined ? 1 : 0,
    rival: said.odds?.most ?? UNASKED.rival,
    answers: isAnswer ? 1 : 0,
    length: Math.log(isAnswer ? ANSWERED : folded.n + 1),
    pieces: Math.min(MOST_PIECES, new Set(heard.filter(isPhrase).map(({ evidence }) => evidence)).size),
  };
}

const isPhrase = ({ way }: Found): boolean => way !== "infers";

/** Whether the words of the question show it, or two turns together, of which no model was asked: of the answer's words alone it can say nothing. */
const isByTheQuestion = ({ way, evidence, odds }: Found): boolean =>
  way === "assents" || way === "elicited" || (way === "exchange" && odds === undefined) || TAKES_UP.test(evidence);
const TAKES_UP = /#(?:yes|no|weighed|judged|answer)$/;

/** The model's best odds for what was heard; undefined where it was not asked. */
function oddsOf(heard: readonly Found[]): number | undefined {
  let most: number | undefined;
  for (const { odds } of heard) if (odds !== undefined && (most === undefined || odds > most)) most = odds;
  return most;
}

/** From 0 to 0.98. */
export function sureness(traits: Traits, dimension: string): number {
  let z = BASE[dimension] ?? BASE_OF_OTHERS;
  for (const name of TRAITS) z += WEIGHTS[name] * traits[name];
  return Math.min(0.98, 1 / (1 + Math.exp(-z)));
}
