import { type Automaton, buildAutomaton } from "./automaton.ts";
import { layOut, type Tables } from "./layout.ts";
import type { Phrase } from "./pack.ts";
import type { Sequence } from "./pattern.ts";

/**
 * Phrases made ready for matching. The automaton finds literals, by the places of their records; a sequence is looked at only where its rarest piece,
 * its anchor, was found, and only where its next rarest, its need, stands somewhere in the text (see match.ts).
 */
export type Lexicon = Tables & { phrases: Rows<CompiledPhrase>; automaton: Automaton };

/** What an array can do as well: a lexicon that was read from its file makes a row when it is first asked for. */
export type Rows<T> = { readonly length: number; at(k: number): T | undefined };

export type CompiledPhrase = Pick<Phrase, "tag" | "manner" | "lang" | "evidence"> & {
  /** The phrase itself holds a negator; one in a gap of any other phrase denies what it says. */
  negates: boolean;
};

const NEGATES =
  /[不没别无未]|\b(?:no|not|never|cannot|without|none|hate|quit|stop\w*)\b|n't|\b(?:dont|cant)\b|<(?:dont|cant)>/;

/** Compiles phrases; their order is kept. Throws PatternError where one has more pieces or links than can be counted. */
export function compileLexicon(phrases: readonly Phrase[]): Lexicon {
  const distinct = new Set(phrases.flatMap((phrase) => phrase.sequences.flatMap(({ pieces }) => pieces.flat())));
  // Short literals are the ones met most: side by side, what is looked up for them stays in the cache.
  const literals = [...distinct].sort((a, b) => a.length - b.length);
  const { outputs, ...tables } = layOut(phrases, literals, byRarity, likelihood);
  const automaton = buildAutomaton(literals, undefined, (literal) => outputs[literal]!);
  return {
    ...tables,
    phrases: phrases.map(({ tag, manner, lang, evidence, pattern }) => ({
      tag,
      manner,
      lang,
      evidence,
      negates: NEGATES.test(pattern),
    })),
    automaton,
  };
}

/** The places of the pieces, those that a text is least likely to hold first: long literals are rare, a choice of many is not. */
function byRarity({ pieces }: Sequence): number[] {
  const weights = pieces.map((words) => words.reduce((sum, word) => sum + likelihood(word), 0));
  return pieces.map((_, k) => k).sort((a, b) => weights[a]! - weights[b]! || a - b);
}

const EVERYWHERE = new Set(
  "的 了 我 是 在 有 个 不 这 那 就 都 也 还 要 你 他 她 没 好 能 会 到 得 人 来 上 下 给 可 吗 呢 吧 啊 么 小 大 多 年 一 去 过 看 说 想 家 天 用 买 开 等 可以 我的 你们 这个 现在 今天 没有 什么 怎么 就是 还是 不是 我们 知道 觉得 一个 the a i is to my it for and in of on you me".split(
    " ",
  ),
);

/** About how often one place of chat holds a literal: rough, but it keeps the everyday words from being anchors. */
function likelihood(literal: string): number {
  if (!/[\p{L}\p{N}]/u.test(literal)) return 1;
  const chinese = literal.charCodeAt(0) >= 0x2e80;
  const size = chinese ? literal.length : literal.length / 3;
  const plain = size < 2 ? 0.01 : size < 3 ? 0.0004 : 0.00003;
  return EVERYWHERE.has(literal.trim()) ? 0.05 / literal.length : plain;
}
