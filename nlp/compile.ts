import { type Automaton, buildAutomaton } from "./automaton.ts";
import { type Gates, gatesFor, grouped, layOut, numberPieces } from "./gates.ts";
import type { Phrase } from "./pack.ts";
import type { Sequence } from "./pattern.ts";

/**
 * Phrases made ready for matching. The automaton finds literals; a literal belongs to pieces; a sequence is looked at only where its rarest piece,
 * its anchor, was found, and only where its next rarest, its need, stands somewhere in the text (see match.ts). All of it lies in flat tables, so
 * that what one text asks for is few lines of memory.
 */
export type Lexicon = {
  phrases: Rows<CompiledPhrase>;
  automaton: Automaton;
  /** Ways of saying by the literals of their anchors. */
  saying: Gates;
  /** False friends, which matter only where something of their tag was found. */
  barring: Gates;
  /** Sequences one behind the other; `stepsOf` says how one is laid out. */
  steps: Int32Array;
  /** Literals that make up piece p, ascending: `members` from `membersAt[p]` to `membersAt[p + 1]`. */
  membersAt: Int32Array;
  members: Int32Array;
  /** Pieces of many literals, numbered apart, that literal k belongs to: `wide` from `wideAt[k]` to `wideAt[k + 1]`. */
  wideAt: Int32Array;
  wide: Uint16Array;
};

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
  // Short literals are the ones met most: side by side, what is looked up for them stays in the cache.
  const distinct = [...new Set(phrases.flatMap((phrase) => phrase.sequences.flatMap(({ pieces }) => pieces.flat())))];
  const literals = new Map(distinct.sort((a, b) => a.length - b.length).map((literal, k) => [literal, k]));
  const pieces = numberPieces(phrases, literals);
  const tags = [...new Set(phrases.map(({ tag }) => tag))];
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence) =>
      layOut(sequence, k, phrase, tags.indexOf(phrase.tag), byRarity(sequence), pieces),
    ),
  );
  const [stepsAt, steps] = grouped(
    sequences.flatMap((sequence, s) => sequence.steps.map((value) => [s, value] as const)),
    sequences.length,
  );
  const gates = (bars: boolean) =>
    gatesFor(
      sequences.flatMap((sequence, s) =>
        (phrases[sequence.phrase]!.manner === "not") === bars ? [{ ...sequence, at: stepsAt[s]! }] : [],
      ),
      pieces,
      literals.size,
    );
  const [membersAt, members] = grouped(
    pieces.members.flatMap((list, piece) => list.map((literal) => [piece, literal] as const)),
    pieces.members.length,
  );
  const [wideAt, wide] = grouped(
    [...pieces.wide].flatMap(([piece, number]) => pieces.members[piece]!.map((literal) => [literal, number] as const)),
    literals.size,
  );
  return {
    phrases: phrases.map(({ tag, manner, lang, evidence, pattern }) => ({
      tag,
      manner,
      lang,
      evidence,
      negates: NEGATES.test(pattern),
    })),
    automaton: buildAutomaton([...literals.keys()]),
    saying: gates(false),
    barring: gates(true),
    steps,
    membersAt,
    members,
    wideAt,
    wide: Uint16Array.from(wide),
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
