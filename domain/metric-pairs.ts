import type { Figure, Label, Token } from "./metric-tokens.ts";
import { filler } from "./metric-words.ts";

/** More names and numbers in a row than any report has are a wall of text. */
const longestReport = 200;

export type Pair = { label: Label; figure: Figure };
/** `left`: what found no partner. */
type Solved = { pairs: Pair[]; left: Token[] };

/** How loosely two tokens stand together: glued 0, a sign that binds 1, space 2, comma 3, line break 4. */
function looseness(text: string, left: Token, right: Token): number {
  const gap = text.slice(left.end, right.start);
  if (gap.includes("\n")) return 4;
  if (/[,，、;；|/。]/.test(gap)) return 3;
  if (/[:=：]/.test(gap)) return left.kind === "label" ? 1 : 3;
  const bare = gap.replace(filler, "");
  return bare === "" ? (gap === "" ? 0 : 0.5) : 2;
}

/** Shares (`+12%`, a battery) that no name of a share asks for. */
function withoutStrayShares(chunk: Token[]): Token[] {
  const isRate = (token: Token | undefined) => token?.kind === "label" && token.word.rate;
  const shares = chunk.filter((token) => token.kind === "number" && token.number.percent).length;
  if (chunk.filter(isRate).length >= shares) return chunk;
  return chunk.filter(
    (token, i) => token.kind === "label" || !token.number.percent || isRate(chunk[i - 1]) || isRate(chunk[i + 1]),
  );
}

/** `点赞👍 356`: two names of one figure side by side are one. */
function withoutDoubles(chunk: Token[]): Token[] {
  return chunk.filter((token, i) => {
    const before = chunk[i - 1];
    return !(
      token.kind === "label" &&
      before?.kind === "label" &&
      token.word.metric !== null &&
      before.word.metric === token.word.metric
    );
  });
}

/** Runs of names and numbers in turn; `first` names the kind that a pair begins with. Null unless every run meets one of its own length. */
function pairRuns(chunk: Token[], first: Token["kind"]): Pair[] | null {
  const pairs: Pair[] = [];
  let i = 0;
  while (i < chunk.length) {
    let n = 0;
    while (chunk[i + n]?.kind === first) n++;
    if (n === 0) return null;
    for (let k = 0; k < n; k++) {
      const [a, b] = [chunk[i + k]!, chunk[i + n + k]];
      if (!b || b.kind === first) return null;
      pairs.push(a.kind === "label" ? { label: a, figure: b as Figure } : { label: b as Label, figure: a });
    }
    i += 2 * n;
    if (i < chunk.length && chunk[i]!.kind !== first) return null;
  }
  return pairs;
}

/** The looseness of each step from a token of `first` to one of the other kind. */
function steps(text: string, chunk: Token[], first: Token["kind"]): number[] {
  return chunk.flatMap((token, i) => {
    const next = chunk[i + 1];
    return next && token.kind === first && next.kind !== first ? [looseness(text, token, next)] : [];
  });
}

/** Pairs of neighbours; none where a number that is left over stands beside a pair's own (`1万→3万`, `3,2000`). */
function closest(chunk: Token[], first: Token["kind"]): Solved {
  const pairs: Pair[] = [];
  const left: Token[] = [];
  for (let i = 0; i < chunk.length; i++) {
    const [a, b] = [chunk[i]!, chunk[i + 1]];
    if (a.kind !== first || !b || b.kind === first) left.push(a);
    else {
      pairs.push(a.kind === "label" ? { label: a, figure: b as Figure } : { label: b as Label, figure: a });
      i++;
    }
  }
  const isRival = (token: Token | undefined) => token?.kind === "number" && left.includes(token);
  const rivalled = pairs.some(({ figure }) => {
    const at = chunk.indexOf(figure);
    return isRival(chunk[at - 1]) || isRival(chunk[at + 1]);
  });
  return rivalled ? { pairs: [], left: chunk } : { pairs, left };
}

function solveWhole(text: string, chunk: Token[]): Solved {
  const [forward, swapped] = [steps(text, chunk, "label"), steps(text, chunk, "number")];
  const closer = (a: number[], b: number[]) =>
    a.length > 0 && Math.max(...a) < Math.min(...b, Number.POSITIVE_INFINITY);
  for (const [first, own, other] of [
    ["label", forward, swapped],
    ["number", swapped, forward],
  ] as const) {
    const pairs = pairRuns(chunk, first);
    if (!pairs) continue;
    const isContradicted = other.length > 0 && closer(other, own);
    if (!isContradicted) return { pairs, left: [] };
  }
  const hasRuns = chunk.some(
    (token, i) =>
      token.kind === chunk[i + 1]?.kind && token.kind === "label" && looseness(text, token, chunk[i + 1]!) < 3,
  );
  if (!hasRuns && forward.length > 0 && closer(forward, swapped)) return closest(chunk, "label");
  if (!hasRuns && swapped.length > 0 && closer(swapped, forward)) return closest(chunk, "number");
  return { pairs: [], left: chunk };
}

/**
 * Which number belongs to which name: the order that leaves nothing over, unless the signs and spaces between say otherwise; where
 * something is left over, the order in which every pair stands closer than its neighbours. Else nothing is taken.
 */
export function pairUp(text: string, chunk: Token[]): Solved {
  return solve(text, withoutDoubles(withoutStrayShares(chunk)));
}

function solve(text: string, chunk: Token[]): Solved {
  if (chunk.length > longestReport) return { pairs: [], left: chunk };
  const solved = solveWhole(text, chunk);
  if (solved.pairs.length > 0) return solved;
  // `平均播放时长 12秒`: a name whose number went with its unit stands alone at the edge.
  const isOther = (token: Token) => token.kind === "label" && token.word.metric === null;
  const inner = chunk.slice(0, chunk.findLastIndex((token) => !isOther(token)) + 1);
  const fromEnd = solveWhole(text, inner);
  if (fromEnd.pairs.length > 0) return fromEnd;
  const first = inner.findIndex((token) => !isOther(token));
  const fromStart = solveWhole(text, inner.slice(Math.max(0, first)));
  return fromStart.pairs.length > 0 ? fromStart : solved;
}
