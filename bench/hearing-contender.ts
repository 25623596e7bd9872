// One of those that `koloop bench hearing` compares, in a process of its own: hearing is deployed so, and code that other extractors and models ran
// before is compiled for them too.
import { Jieba } from "@node-rs/jieba";
import { dict } from "@node-rs/jieba/dict.js";
import type { Turn } from "#domain/cue.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { teachNodeNlp } from "./hearing-peers.ts";
import { answerOrders } from "./orders.ts";

/** What there is to hear, and what to hear before every time, unmeasured, so that nothing of the last time is remembered; then rounds over it; `tell` asks for what was found. */
export type ContenderOrder = { talks: Talks; before: Talks } | { round: true } | { tell: true } | { end: true };

/**
 * Goes through all of the talks once; how many messages it looks at; what it does unmeasured to forget them, where it remembers any; what it found, where
 * that is asked for.
 */
type Contender = { pass(): void | Promise<void>; messages: number; forget?(): void; found?(): unknown };
type Talks = readonly (readonly Turn[])[];

const contenders: Readonly<Record<string, (talks: Talks, before: Talks) => Contender | Promise<Contender>>> = {
  extractor: (talks, before) => {
    const extract = createExtractor(loadKnowledge());
    const hear = (some: Talks) => {
      for (const talk of some) extract(talk);
    };
    return { pass: () => hear(talks), messages: talks.flat().length, forget: () => hear(before) };
  },
  jieba: (talks) => {
    const jieba = Jieba.withDict(dict);
    const texts = talks.flatMap((talk) => talk.map(({ text }) => text));
    const pass = () => {
      for (const text of texts) jieba.cut(text);
    };
    return { pass, messages: texts.length };
  },
  "node-nlp": async (talks) => {
    const { hear, answers } = await teachNodeNlp();
    const texts = talks.flatMap((talk) => talk.filter(({ who }) => who === "customer").map(({ text }) => text));
    return { pass: () => hear(texts), messages: texts.length, found: () => [...answers] };
  },
};

/** A round goes through the talks again until it has taken so long: a shorter one would measure its neighbours. */
const ROUND_MS = 250;

let contender: Contender | undefined;

async function follow(order: ContenderOrder): Promise<unknown> {
  if ("end" in order) return process.disconnect();
  if ("talks" in order) {
    contender = await contenders[process.argv[2] ?? ""]?.(order.talks, order.before);
    return contender?.messages;
  }
  if (!contender) throw new Error(`nothing to hear with: ${process.argv[2]}`);
  return "tell" in order ? contender.found?.() : rateOf(contender);
}

/** Messages a second. */
async function rateOf({ pass, messages, forget }: Contender): Promise<number> {
  let passes = 0;
  let took = 0;
  for (; took < ROUND_MS; passes++) {
    forget?.();
    const begun = performance.now();
    await pass();
    took += performance.now() - begun;
  }
  return (1000 * passes * messages) / took;
}

answerOrders(follow);
