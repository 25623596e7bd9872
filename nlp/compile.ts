import { type Automaton, buildAutomaton } from "./automaton.ts";
import type { Phrase } from "./pack.ts";
import type { Link, Sequence } from "./pattern.ts";

/**
 * Phrases made ready for matching. The automaton finds literals; a literal belongs to pieces; a sequence is looked at only where its rarest piece,
 * its anchor, was found (see match.ts).
 */
export type Lexicon = {
  phrases: readonly CompiledPhrase[];
  automaton: Automaton;
  sequences: readonly CompiledSequence[];
  /** Sequences anchored by literal k: `anchored` from `anchoredAt[k]` to `anchoredAt[k + 1]`. */
  anchoredAt: Int32Array;
  anchored: Int32Array;
  /** Pieces that literal k belongs to, ascending: `pieces` from `piecesAt[k]` to `piecesAt[k + 1]`. */
  piecesAt: Int32Array;
  pieces: Int32Array;
  /** How many pieces there are. */
  pieceCount: number;
};

export type CompiledPhrase = Pick<Phrase, "tag" | "manner" | "lang" | "evidence">;

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
  const literals = new Map<string, number>();
  const pieceIds = new Map<string, number>();
  const members: number[][] = [];
  const idOf = (literal: string) => {
    const known = literals.get(literal);
    if (known !== undefined) return known;
    literals.set(literal, literals.size);
    return literals.size - 1;
  };
  const pieceOf = (words: readonly string[]) => {
    const key = words.join("\u0000");
    const known = pieceIds.get(key);
    if (known !== undefined) return known;
    pieceIds.set(key, members.length);
    members.push(words.map(idOf));
    return members.length - 1;
  };
  const sequences = phrases.flatMap((phrase, k) =>
    phrase.sequences.map((sequence): CompiledSequence => {
      const { links, atStart, atEnd } = sequence;
      return {
        phrase: k,
        lang: phrase.lang,
        pieces: sequence.pieces.map(pieceOf),
        anchor: rarest(sequence),
        links,
        atStart,
        atEnd,
      };
    }),
  );
  const anchors = sequences.flatMap((sequence, s) =>
    members[sequence.pieces[sequence.anchor]!]!.map((literal) => [literal, s] as const),
  );
  const memberships = members.flatMap((literalsOfPiece, piece) =>
    literalsOfPiece.map((literal) => [literal, piece] as const),
  );
  const [anchoredAt, anchored] = grouped(anchors, literals.size);
  const [piecesAt, pieces] = grouped(memberships, literals.size);
  return {
    phrases: phrases.map(({ tag, manner, lang, evidence }) => ({ tag, manner, lang, evidence })),
    automaton: buildAutomaton([...literals.keys()]),
    sequences,
    anchoredAt,
    anchored,
    piecesAt,
    pieces,
    pieceCount: members.length,
  };
}

/** The piece that a text is least likely to hold: long literals are rare, a choice of many is not. */
function rarest({ pieces }: Sequence): number {
  const weights = pieces.map((words) => words.reduce((sum, word) => sum + likelihood(word), 0));
  return weights.indexOf(Math.min(...weights));
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
