import { type Automaton, automatonOf } from "./automaton.ts";
import { layOut, type Tables } from "./layout.ts";
import type { Phrase } from "./pack.ts";
import type { Sequence } from "./pattern.ts";
import { plantTrie, type Trie, visitsOf } from "./trie.ts";

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

/**
 * Compiles phrases; their order is kept. `talk` is folded text of the kind that will be listened to: its words tell what is rare, and what is met often
 * lies side by side. It changes how long matching takes and no phrase that is found. Throws PatternError where a phrase has more pieces or links than can be counted.
 */
export function compileLexicon(phrases: readonly Phrase[], talk: readonly string[] = []): Lexicon {
  const distinct = [...new Set(phrases.flatMap((phrase) => phrase.sequences.flatMap(({ pieces }) => pieces.flat())))];
  const trie = plantTrie(distinct);
  const visits = visitsOf(trie, talk);
  const likelihoods = likelihoodsOf(distinct, trie, visits);
  const likelihood = (literal: string): number => likelihoods.get(literal)!;
  const literals = distinct.toSorted((a, b) => likelihood(b) - likelihood(a));
  const { outputs, ...tables } = layOut(phrases, literals, byRarity(likelihood), likelihood);
  const put = new Map(literals.map((literal, k) => [literal, outputs[k]!]));
  return {
    ...tables,
    phrases: phrases.map(({ tag, manner, lang, evidence, pattern }) => ({
      tag,
      manner,
      lang,
      evidence,
      negates: NEGATES.test(pattern),
    })),
    automaton: automatonOf(trie, (phrase) => put.get(distinct[phrase]!)!, visits),
  };
}

/** The places of the pieces, those that a text is least likely to hold first: long literals are rare, a choice of many is not. */
function byRarity(likelihood: (literal: string) => number): (sequence: Sequence) => number[] {
  return ({ pieces }) => {
    const weights = pieces.map((words) => words.reduce((sum, word) => sum + likelihood(word), 0));
    return pieces.map((_, k) => k).sort((a, b) => weights[a]! - weights[b]! || a - b);
  };
}

/** About how often one place of talk holds each literal: as it was counted, and, as long as little was, as such words go. */
function likelihoodsOf(literals: readonly string[], trie: Trie, visits: Int32Array): Map<string, number> {
  const likelihoods = new Map<string, number>();
  for (let node = 0; node < trie.n; node++) {
    for (let p = trie.phrasesAt[node]!; p < trie.phrasesAt[node + 1]!; p++) {
      const literal = literals[trie.phrasesOf[p]!]!;
      likelihoods.set(literal, (visits[node]! + GUESSED * guess(literal)) / (visits[0]! + GUESSED));
    }
  }
  return likelihoods;
}
/** What a guess weighs, in places of talk. */
const GUESSED = 10_000;

const EVERYWHERE = new Set(
  "的 了 我 是 在 有 个 不 这 那 就 都 也 还 要 你 他 她 没 好 能 会 到 得 人 来 上 下 给 可 吗 呢 吧 啊 么 小 大 多 年 一 去 过 看 说 想 家 天 用 买 开 等 可以 我的 你们 这个 现在 今天 没有 什么 怎么 就是 还是 不是 我们 知道 觉得 一个 the a i is to my it for and in of on you me".split(
    " ",
  ),
);

/** How often one place of chat holds a literal, for all that its looks tell: rough, but it keeps the everyday words from being anchors. */
function guess(literal: string): number {
  if (!/[\p{L}\p{N}]/u.test(literal)) return 1;
  const chinese = literal.charCodeAt(0) >= 0x2e80;
  const size = chinese ? literal.length : literal.length / 3;
  const plain = size < 2 ? 0.01 : size < 3 ? 0.0004 : 0.00003;
  return EVERYWHERE.has(literal.trim()) ? 0.05 / literal.length : plain;
}
