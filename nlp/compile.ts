import { type Automaton, buildAutomaton } from "./automaton.ts";
import type { Phrase } from "./pack.ts";
import type { Link, Sequence } from "./pattern.ts";

/**
 * Phrases made ready for matching. The automaton finds literals; a literal belongs to pieces; a sequence is looked at only where its rarest piece,
 * its anchor, was found (see match.ts).
 */
export type Lexicon = {
  phrases: Rows<CompiledPhrase>;
  automaton: Automaton;
  sequences: Rows<CompiledSequence>;
  /**
   * Sequences anchored by literal k: `anchored` from `anchoredAt[k]` to `anchoredAt[k + 1]`, those with the same need side by side. From
   * `barringAt[k]` on they are false friends, which matter only where something else was found. */
  anchoredAt: Int32Array;
  anchored: Int32Array;
  barringAt: Int32Array;
  /** For each place in `anchored`, the rarest other piece of the sequence, without which it need not be looked at; -1 where it has one piece. */
  needs: Int32Array;
  /** The next rarest piece; -1 where there is none. */
  alsoNeeds: Int32Array;
  /** Literals that make up piece p, ascending: `members` from `membersAt[p]` to `membersAt[p + 1]`. */
  membersAt: Int32Array;
  members: Int32Array;
  /** Pieces of many literals that literal k belongs to: `wide` from `wideAt[k]` to `wideAt[k + 1]`. Going through their members would cost more. */
  wideAt: Int32Array;
  wide: Int32Array;
};

/** What an array can do as well: a lexicon that was read from its file makes a row when it is first asked for. */
export type Rows<T> = { readonly length: number; at(k: number): T | undefined };

/** A piece of more literals than this is looked up from its literals: measured on talk, where it is cheapest between 30 and 60. */
export const WIDE = 40;

export type CompiledPhrase = Pick<Phrase, "tag" | "manner" | "lang" | "evidence"> & {
  /** The phrase itself holds a negator; one in a gap of any other phrase denies what it says. */
  negates: boolean;
};

const NEGATES =
  /[不没别无未]|\b(?:no|not|never|cannot|without|none|hate|quit|stop\w*)\b|n't|\b(?:dont|cant)\b|<(?:dont|cant)>/;

export type CompiledSequence = {
  phrase: number;
  lang: "zh" | "en";
  pieces: number[];
  /** Index of the anchor in `pieces`. */
  anchor: number;
  links: Link[][];
  atStart: boolean;
  atEnd: boolean;
};

/** Compiles phrases; the order of `phrases` is kept, and `CompiledSequence.phrase` points into it. */
export function compileLexicon(phrases: readonly Phrase[]): Lexicon {
  // Short literals are the ones met most: side by side, what is looked up for them stays in the cache.
  const distinct = [...new Set(phrases.flatMap((phrase) => phrase.sequences.flatMap(({ pieces }) => pieces.flat())))];
  const literals = new Map(distinct.sort((a, b) => a.length - b.length).map((literal, k) => [literal, k]));
  const pieceIds = new Map<string, number>();
  const members: number[][] = [];
  const pieceOf = (words: readonly string[]) => {
    const key = words.join("\u0000");
    const known = pieceIds.get(key);
    if (known !== undefined) return known;
    pieceIds.set(key, members.length);
    members.push(words.map((word) => literals.get(word)!));
    return members.length - 1;
  };
  const needOf: number[] = [];
  const alsoOf: number[] = [];
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence): CompiledSequence => {
      const { links, atStart, atEnd } = sequence;
      const pieces = sequence.pieces.map(pieceOf);
      const [anchor, need, also] = byRarity(sequence);
      needOf.push(need === undefined ? -1 : pieces[need]!);
      alsoOf.push(also === undefined ? -1 : pieces[also]!);
      return { phrase: k, lang: phrase.lang, pieces, anchor: anchor!, links, atStart, atEnd };
    }),
  );
  const bars = (s: number): boolean => phrases[sequences[s]!.phrase]!.manner === "not";
  const anchors = sequences
    .flatMap((sequence, s) => members[sequence.pieces[sequence.anchor]!]!.map((literal) => [literal, s] as const))
    .sort((a, b) => Number(bars(a[1])) - Number(bars(b[1])) || needOf[a[1]]! - needOf[b[1]]! || a[1] - b[1]);
  const [anchoredAt, anchored] = grouped(anchors, literals.size);
  const barringAt = anchoredAt.slice(1);
  for (let k = 0; k < literals.size; k++) {
    while (barringAt[k]! > anchoredAt[k]! && bars(anchored[barringAt[k]! - 1]!)) barringAt[k]!--;
  }
  const memberships = members.flatMap((list, piece) =>
    [...list].sort((a, b) => a - b).map((literal) => [piece, literal] as const),
  );
  const [membersAt, membersOf] = grouped(memberships, members.length);
  const ofWide = memberships
    .filter(([piece]) => members[piece]!.length > WIDE)
    .map(([p, literal]) => [literal, p] as const);
  const [wideAt, wide] = grouped(ofWide, literals.size);
  return {
    phrases: phrases.map(({ tag, manner, lang, evidence, pattern }) => ({
      tag,
      manner,
      lang,
      evidence,
      negates: NEGATES.test(pattern),
    })),
    automaton: buildAutomaton([...literals.keys()]),
    sequences,
    anchoredAt,
    anchored,
    barringAt,
    needs: anchored.map((s) => needOf[s]!),
    alsoNeeds: anchored.map((s) => alsoOf[s]!),
    membersAt,
    members: membersOf,
    wideAt,
    wide,
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

/** Values grouped by a key from 0 to `size` - 1, in the order given: those of key k lie from `at[k]` to `at[k + 1]`. */
function grouped(pairs: readonly (readonly [number, number])[], size: number): [Int32Array, Int32Array] {
  const at = new Int32Array(size + 1);
  for (const [key] of pairs) at[key + 1]!++;
  for (let k = 0; k < size; k++) at[k + 1]! += at[k]!;
  const next = at.slice();
  const values = new Int32Array(pairs.length);
  for (const [key, value] of pairs) values[next[key]!++] = value;
  return [at, values];
}
