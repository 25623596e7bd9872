import { fold } from "./fold.ts";

/** A pattern or a class that cannot be read; the message names the fault, the caller adds file and line. */
export class PatternError extends Error {}

/** What may stand between two pieces: up to 8 (16) characters or 4 (8) words of anything, a number, one character. */
export type Link = "gap" | "wide" | "num" | "any";

/** One way a pattern can run: `links[k]` stands before piece `k`, `links[pieces.length]` after the last; empty means directly joined. */
export type Sequence = { pieces: string[][]; links: Link[][]; atStart: boolean; atEnd: boolean; atClauseEnd: boolean };

type Edge = "start" | "end" | "clause";
type Node = { set: Node[][] } | { text: string } | { link: Link } | { edge: Edge };
type Element = { words: string[] } | { link: Link } | { edge: Edge };

/** Looks up the members of a class; undefined for one that does not exist. */
export type Classes = (name: string) => readonly string[] | undefined;

/** Words that are joined are written out as one up to so many: more make rarer anchors, and a lexicon of many times the size that is no faster. */
const MERGE_LIMIT = 16;
const SEQUENCE_LIMIT = 400;

/** Reads the pattern language of docs/packs.md. Throws PatternError where it does not parse, is empty, or names an unknown class. */
export function parsePattern(source: string, classes: Classes, inside: readonly string[] = []): Sequence[] {
  const sequences = expand(parse(source, classes, inside))
    .flatMap(withoutEmpty)
    .map(toSequence);
  if (sequences.some((s) => s.pieces.length === 0)) throw new PatternError(`the phrase may match nothing: ${source}`);
  return sequences;
}

/** What nobody means literally: repetition behind a group, classes of characters, `.*`, `{2,3}`; a backslash takes a character as it is. */
const REGULAR = /\)[*+]|\\[wdsbDWSB]|\{\d|\.[*+]|\[[^\]]*\]/;

function parse(source: string, classes: Classes, inside: readonly string[]): Node[] {
  const regular = REGULAR.exec(source.replace(/\\[^\w]/g, "□"));
  if (regular) throw new PatternError(`patterns are no regular expressions, "${regular[0]}" would be taken literally`);
  let at = 0;
  const last = source.trimEnd().length;
  const sequence = (closing: boolean): Node[] => {
    const nodes: Node[] = [];
    while (at < last) {
      const char = source[at]!;
      if (char === "|" || (closing && char === ")")) return nodes;
      at++;
      if (char === "(") nodes.push(group());
      else if (char === ")") throw new PatternError("a ) without its (");
      else if (char === "<") nodes.push(classNode(name(), classes, inside));
      else if (char === "?" && nodes.length > 0) makeOptional(nodes);
      else if (char === "~") nodes.push(gap());
      else if (char === "^" && nodes.length === 0) nodes.push({ edge: "start" });
      else if (char === "$" && at >= last) nodes.push({ edge: "end" });
      else nodes.push({ text: char === "\\" ? (source[at++] ?? "\\") : char });
    }
    if (closing) throw new PatternError("a ( without its )");
    return nodes;
  };
  const gap = (): Node => {
    if (source[at] !== "~") return { link: "gap" };
    at++;
    return { link: "wide" };
  };
  const group = (): Node => {
    const options: Node[][] = [];
    do {
      options.push(sequence(true));
    } while (source[at++] === "|");
    return { set: options };
  };
  const name = (): string => {
    const end = source.indexOf(">", at);
    if (end < 0) throw new PatternError("a < without its >");
    const found = source.slice(at, end);
    at = end + 1;
    return found;
  };
  at = source.length - source.trimStart().length;
  const options = [sequence(false)];
  while (source[at] === "|" && at++ < last) options.push(sequence(false));
  return options.length === 1 ? options[0]! : [{ set: options }];
}

function makeOptional(nodes: Node[]): void {
  const last = nodes.pop();
  if (!last || "edge" in last) throw new PatternError("a ? after nothing that may be absent");
  const mayBeEmpty = "link" in last && (last.link === "gap" || last.link === "wide");
  nodes.push(mayBeEmpty ? last : { set: [[last], []] });
}

function classNode(name: string, classes: Classes, inside: readonly string[]): Node {
  if (name === "num") return { link: "num" };
  if (name === "any1") return { link: "any" };
  if (name === "end") return { edge: "clause" };
  const members = classes(name);
  if (!members) throw new PatternError(`unknown class <${name}>`);
  if (inside.includes(name)) throw new PatternError(`class <${name}> contains itself`);
  return { set: members.map((member) => parse(member, classes, [...inside, name])) };
}

/** All ways through the nodes, each a list of elements; sets of plain words stay sets. */
function expand(nodes: Node[]): Element[][] {
  let ways: Element[][] = [[]];
  for (const node of nodes) {
    const choices = "set" in node ? setChoices(node.set) : [[leaf(node)]];
    if (ways.length * choices.length > SEQUENCE_LIMIT) throw new PatternError("too many combinations");
    ways = ways.flatMap((way) => choices.map((choice) => choice.reduce(append, way)));
  }
  return ways;
}

function leaf(node: Exclude<Node, { set: Node[][] }>): Element {
  return "text" in node ? { words: [node.text] } : node;
}

function setChoices(options: Node[][]): Element[][] {
  const plain: string[] = [];
  const others: Element[][] = [];
  for (const way of options.flatMap(expand)) {
    if (way.length === 0) plain.push("");
    else if (way.length === 1 && "words" in way[0]!) plain.push(...way[0].words);
    else others.push(way);
  }
  const words = [...new Set(plain)];
  // A big set that may be absent is two choices: joined to its neighbours it would multiply them.
  if (words.length > 12 && words.includes("")) return [[{ words: words.filter((w) => w !== "") }], [], ...others];
  if (words.length === 1 && words[0] === "") return [[], ...others];
  return words.length > 0 ? [[{ words }], ...others] : others;
}

function append(way: Element[], next: Element): Element[] {
  const last = way.at(-1);
  if (last && "words" in last && "words" in next && last.words.length * next.words.length <= MERGE_LIMIT) {
    return [
      ...way.slice(0, -1),
      { words: last.words.flatMap((a) => behind(CHINESE_LAST.test(a), next.words).map((b) => a + b)) },
    ];
  }
  return [...way, next];
}

const SPACES = /^\s+$/;
const CHINESE_LAST = /[\u2e80-\uffff]$/;

/** Folded text has no space behind Chinese: where it is one choice of several, it can't be met there. */
const behind = (isChinese: boolean, choices: readonly string[]): readonly string[] =>
  isChinese && choices.length > 1 ? choices.filter((choice) => !SPACES.test(choice)) : choices;

/** A word that may be absent and was not joined to its neighbours makes two ways of one; so does a space that parts no words. */
function withoutEmpty(way: Element[]): Element[][] {
  const isNothing = (word: string, at: number) => word === "" || (SPACES.test(word) && !partsWords(way, at));
  const at = way.findIndex((element, k) => "words" in element && element.words.some((word) => isNothing(word, k)));
  if (at < 0) return [way];
  const choices = behind(followsChinese(way, at), (way[at] as { words: string[] }).words);
  const words = choices.filter((word) => !isNothing(word, at));
  const absent = words.length < choices.length ? [way.toSpliced(at, 1)] : [];
  const present = words.length > 0 ? [way.with(at, { words })] : [];
  return [...absent, ...present].flatMap(withoutEmpty);
}

/** Whether a space there stands between words that folded text parts by one. */
const partsWords = (way: readonly Element[], at: number): boolean =>
  joined(way[at - 1]) && joined(way[at + 1]) && !followsChinese(way, at);

function followsChinese(way: readonly Element[], at: number): boolean {
  const before = way[at - 1];
  return before !== undefined && "words" in before && before.words.every((word) => CHINESE_LAST.test(word));
}

const EDGES = { start: "atStart", end: "atEnd", clause: "atClauseEnd" } as const;

function toSequence(way: Element[]): Sequence {
  const sequence: Sequence = { pieces: [], links: [[]], atStart: false, atEnd: false, atClauseEnd: false };
  for (let i = 0; i < way.length; i++) {
    const element = way[i]!;
    if ("edge" in element) sequence[EDGES[element.edge]] = true;
    else if ("link" in element) sequence.links.at(-1)!.push(element.link);
    else {
      const words = pieceWords(element.words, joined(way[i - 1]), joined(way[i + 1]));
      if (words.length === 0) continue;
      sequence.pieces.push(words);
      sequence.links.push([]);
    }
  }
  dropOuterGaps(sequence);
  return sequence;
}

const joined = (neighbour: Element | undefined): boolean =>
  neighbour !== undefined && ("words" in neighbour || ("link" in neighbour && neighbour.link === "any"));

/** Folded words; a space at a piece's edge counts only where another piece is joined there. */
function pieceWords(words: string[], joinedLeft: boolean, joinedRight: boolean): string[] {
  const folded = words.map((word) => {
    const text = fold(word);
    const left = joinedLeft && /^\s/.test(word) ? " " : "";
    const right = joinedRight && /[^\u2e80-\uffff]\s$/.test(word) && text !== "" ? " " : "";
    return left + text + right;
  });
  return [...new Set(folded.filter((word) => word !== ""))];
}

function dropOuterGaps(sequence: Sequence): void {
  const isGap = (link: Link) => link === "gap" || link === "wide";
  const first = sequence.links[0]!;
  while (first.length > 0 && isGap(first[0]!)) first.shift();
  const last = sequence.links.at(-1)!;
  while (last.length > 0 && isGap(last.at(-1)!)) last.pop();
}
