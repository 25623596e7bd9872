import { ok, type Result, refuse } from "./result.ts";
import { leavesOf, type Rule, type Segment } from "./segment.ts";
import { type Leaf, type Piece, piecesOf } from "./segment-lexer.ts";
import { tagsNamed } from "./tag-name.ts";
import { closeImplied, definitionOf, labelOf, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** Why words are no rule; `near` are names that may have been meant. */
export type RuleFault =
  | { kind: "empty" | "brackets" | "too-deep" }
  | { kind: "unfinished" }
  | { kind: "unknown" | "ambiguous"; name: string; near: string[] }
  | { kind: "too-many"; count: number; most: number }
  | { kind: "contradictory"; one: Leaf; other: Leaf };

export type RuleVocabulary = {
  taxonomy: Taxonomy;
  segments: readonly Pick<Segment, "id" | "name">[];
  /** Names that are cities where they stand alone. */
  cities: ReadonlySet<string>;
  lang: "zh" | "en";
};

/** More conditions than this are nobody's words. */
export const conditionsAtMost = 200;
const deepest = 40;

class Fault {
  readonly fault: RuleFault;
  constructor(fault: RuleFault) {
    this.fault = fault;
  }
}

/**
 * Reads a rule in plain words: `计划换车 且 (二胎家庭 或 事业晋升),排除 单身`. "And" binds closer than "or", a comma least of all; what
 * follows 排除 / except is barred as a whole list. Names are tags, segments or cities; nothing unknown is guessed.
 */
export function readRule(text: string, vocabulary: RuleVocabulary): Result<Rule> & { fault?: RuleFault } {
  try {
    const pieces = piecesOf(text, knownNames(vocabulary));
    const count = pieces.filter((piece) => piece.type === "leaf" || piece.type === "name").length;
    if (count === 0) throw new Fault({ kind: "empty" });
    if (count > conditionsAtMost) throw new Fault({ kind: "too-many", count, most: conditionsAtMost });
    const rule = new Reader(pieces, vocabulary).whole();
    const clash = contradictionIn(rule, vocabulary.taxonomy);
    if (clash) throw new Fault({ kind: "contradictory", ...clash });
    return ok(rule);
  } catch (thrown) {
    if (thrown instanceof Fault) return { ...refuse("no-rule"), fault: thrown.fault };
    throw thrown;
  }
}

function knownNames({ taxonomy, segments, cities }: RuleVocabulary): string[] {
  const tags = [...taxonomy.tags.values()].filter((tag) => !tag.open);
  return [
    ...tags.flatMap((tag) => [tag.key, tag.zh, tag.en, ...(tag.synonyms ?? [])]),
    ...segments.map((segment) => segment.name),
    ...cities,
  ];
}

/** A reader by descent over the pieces: comma < or < and < not. It has a life of its own: the place where it stands. */
class Reader {
  private at = 0;
  private depth = 0;
  /** In a list of what is barred "and" goes on with the list: 排除 单身 和 新手爸妈 bars both. */
  private inList = false;
  private readonly pieces: readonly Piece[];
  private readonly vocabulary: RuleVocabulary;

  constructor(pieces: readonly Piece[], vocabulary: RuleVocabulary) {
    this.pieces = pieces;
    this.vocabulary = vocabulary;
  }

  whole(): Rule {
    const rule = this.list();
    if (this.at < this.pieces.length)
      throw new Fault({ kind: this.pieces[this.at]?.type === "close" ? "brackets" : "unfinished" });
    return rule;
  }

  private takes(...types: Piece["type"][]): boolean {
    const piece = this.pieces[this.at];
    if (!piece || !types.includes(piece.type)) return false;
    this.at++;
    return true;
  }

  private list(): Rule {
    const wanted: Rule[] = [];
    const barred: Rule[] = [];
    do {
      if (this.at >= this.pieces.length || this.pieces[this.at]?.type === "close") break;
      if (this.takes("except")) {
        this.inList = true;
        do barred.push(...this.listed());
        while (this.takes("comma", "with"));
        this.inList = false;
      } else wanted.push(this.either());
    } while (this.takes("comma", "and", "with") || this.pieces[this.at]?.type === "except");
    if (wanted.length + barred.length === 0) throw new Fault({ kind: "unfinished" });
    if (barred.length > 0) wanted.push({ kind: "none", of: barred });
    return wanted.length === 1
      ? (wanted[0] as Rule)
      : { kind: "all", of: wanted.flatMap((part) => (part.kind === "all" ? part.of : [part])) };
  }

  /** After "except" a list is a list, however it is joined: each of it is barred. */
  private listed(): Rule[] {
    const rule = this.either();
    return rule.kind === "any" ? rule.of : [rule];
  }

  private either(): Rule {
    const parts = [this.both()];
    while (this.takes("or")) parts.push(this.both());
    return parts.length === 1
      ? (parts[0] as Rule)
      : { kind: "any", of: parts.flatMap((p) => (p.kind === "any" ? p.of : [p])) };
  }

  private both(): Rule {
    const parts = [this.single()];
    for (;;) {
      const from = this.at;
      if (!this.takes("and", ...(this.inList ? [] : ["with" as const]))) break;
      if (this.pieces[this.at]?.type === "except") {
        this.at = from;
        break;
      }
      parts.push(this.single());
    }
    return parts.length === 1
      ? (parts[0] as Rule)
      : { kind: "all", of: parts.flatMap((p) => (p.kind === "all" ? p.of : [p])) };
  }

  private single(): Rule {
    if (this.takes("not")) return { kind: "none", of: [this.single()] };
    const piece = this.pieces[this.at];
    if (!piece) throw new Fault({ kind: "unfinished" });
    if (piece.type === "open") return this.bracketed();
    this.at++;
    if (piece.type === "leaf") return piece.leaf;
    if (piece.type === "name") return this.named(piece);
    throw new Fault({ kind: piece.type === "close" ? "brackets" : "unfinished" });
  }

  private bracketed(): Rule {
    this.at++;
    if (++this.depth > deepest) throw new Fault({ kind: "too-deep" });
    const { inList } = this;
    this.inList = false;
    const rule = this.list();
    if (!this.takes("close")) throw new Fault({ kind: "brackets" });
    this.inList = inList;
    this.depth--;
    return rule;
  }

  private named(piece: Piece & { type: "name" }): Rule {
    const { taxonomy, segments, cities } = this.vocabulary;
    const name = piece.text
      .replace(/^(?:是|有|带|the |tag:|标签:)\s*/i, "")
      .replace(/(?:的人?|的客户|的顾客|标签)$/, "")
      .trim();
    if (piece.as === "dimension") return this.dimension(name);
    const segment = segments.find((one) => one.name === name || one.id === name);
    if (piece.as === "segment" && !segment)
      throw new Fault({
        kind: "unknown",
        name,
        near: near(
          name,
          segments.map((s) => s.name),
        ),
      });
    const city = name.replace(/^(?:人在|住在|在)/, "").replace(/市$/, "");
    if (cities.has(city)) return { kind: "city", cities: [city] };
    const exact = piece.as === "segment" ? [] : tagsNamed(taxonomy, name);
    if (segment && (piece.as === "segment" || exact.length !== 1)) return { kind: "segment", segmentId: segment.id };
    if (exact.length === 1) return tagRule(exact[0] as TagKey);
    if (/^(?:所有人|全部|everybody|everyone)$/i.test(name)) return { kind: "all", of: [] };
    const labels = (keys: readonly TagKey[]) => keys.map((key) => labelOf(taxonomy, key, this.vocabulary.lang));
    if (exact.length > 1) throw new Fault({ kind: "ambiguous", name, near: labels(exact).slice(0, 6) });
    const usable = [...taxonomy.tags.values()]
      .filter((tag) => !tag.retired && !tag.open)
      .map((tag) => tag[this.vocabulary.lang]);
    throw new Fault({ kind: "unknown", name, near: near(name, [...usable, ...segments.map((s) => s.name)]) });
  }

  private dimension(name: string): Rule {
    const all = [...this.vocabulary.taxonomy.dimensions.values()];
    const found = all.find((one) => [one.key, one.zh, one.en.toLowerCase()].includes(name.toLowerCase()));
    if (!found)
      throw new Fault({
        kind: "unknown",
        name,
        near: near(
          name,
          all.map((one) => one[this.vocabulary.lang]),
        ),
      });
    return { kind: "dimension", dimension: found.key };
  }
}

const tagRule = (tag: TagKey): Rule =>
  tag.startsWith("city:") ? { kind: "city", cities: [tag.slice("city:".length)] } : { kind: "tag", tag };

/** The names most like one, by the pairs of letters they share (Dice); none where nothing is alike. */
export function near(name: string, among: readonly string[]): string[] {
  const wanted = pairs(name);
  return among
    .map((one) => ({ one, score: alike(wanted, pairs(one)) }))
    .filter(({ score }) => score > 0.15)
    .sort((a, b) => b.score - a.score)
    .slice(0, 4)
    .map(({ one }) => one);
}

/** Letters and neighbouring letters, so that short Chinese names are compared too. */
function pairs(text: string): Set<string> {
  const letters = [...text.toLowerCase().replace(/\s/g, "")];
  return new Set([...letters, ...letters.slice(1).map((letter, i) => `${letters[i]}${letter}`)]);
}

function alike(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const shared = [...a].filter((pair) => b.has(pair)).length;
  return (2 * shared) / (a.size + b.size || 1);
}

type Clash = { one: Leaf; other: Leaf };
const branchesLookedAt = 256;

/** Two conditions that no person can meet together, where every way of meeting the rule has such a pair; undefined: none was found. */
export function contradictionIn(rule: Rule, taxonomy: Taxonomy): Clash | undefined {
  const ways = waysOf(rule, true);
  if (ways.length === 0 || ways.length > branchesLookedAt) return undefined;
  const clashes = ways.map((way) => clashIn(way, taxonomy));
  return clashes.every((clash) => clash !== undefined) ? clashes[0] : undefined;
}

type Way = { leaf: Leaf; wanted: boolean }[];

/** The rule as alternatives, each a list of conditions to meet or to avoid; cut off beyond what is looked at. */
function waysOf(rule: Rule, wanted: boolean): Way[] {
  if (!("of" in rule)) return [[{ leaf: rule, wanted }]];
  if (rule.of.length === 0) return [[]];
  const together = rule.kind === "none" ? wanted : (rule.kind === "all") === wanted;
  const parts = rule.of.map((part) => waysOf(part, rule.kind === "none" ? !wanted : wanted));
  if (!together) return parts.flat().slice(0, branchesLookedAt + 1);
  return parts.reduce<Way[]>(
    (ways, part) => ways.flatMap((way) => part.map((more) => [...way, ...more])).slice(0, branchesLookedAt + 1),
    [[]],
  );
}

function clashIn(way: Way, taxonomy: Taxonomy): Clash | undefined {
  for (const [i, a] of way.entries()) {
    for (const b of way.slice(i + 1)) if (excludes(a, b, taxonomy)) return { one: a.leaf, other: b.leaf };
  }
  return undefined;
}

function excludes(a: Way[number], b: Way[number], taxonomy: Taxonomy): boolean {
  if (a.wanted !== b.wanted) {
    const [yes, no] = a.wanted ? [a.leaf, b.leaf] : [b.leaf, a.leaf];
    if (yes.kind === "tag" && no.kind === "tag") return closeImplied(taxonomy, yes.tag).includes(no.tag);
    return JSON.stringify(yes) === JSON.stringify(no);
  }
  if (!a.wanted) return false;
  const [x, y] = [a.leaf, b.leaf];
  if (x.kind === "tag" && y.kind === "tag") {
    const group = definitionOf(taxonomy, x.tag)?.group;
    return x.tag !== y.tag && group !== undefined && group === definitionOf(taxonomy, y.tag)?.group;
  }
  if (x.kind === "city" && y.kind === "city") return !x.cities.some((city) => y.cities.includes(city));
  if (x.kind === "active" && y.kind === "silent") return x.withinDays <= y.forDays;
  if (x.kind === "silent" && y.kind === "active") return y.withinDays <= x.forDays;
  return false;
}

/** The circle of names that a segment with this rule would close; undefined: none. */
export function circleWith(
  segment: Pick<Segment, "id" | "name" | "rule">,
  others: readonly Segment[],
): string[] | undefined {
  const byId = new Map<string, Pick<Segment, "id" | "name" | "rule">>(others.map((one) => [one.id, one]));
  byId.set(segment.id, segment);
  const seen = new Set<string>();
  const search = (id: string, path: string[]): string[] | undefined => {
    const current = byId.get(id);
    if (!current || seen.has(id)) return undefined;
    seen.add(id);
    for (const part of leavesOf(current.rule)) {
      if (part.kind !== "segment") continue;
      if (part.segmentId === segment.id) return [...path, current.name, segment.name];
      const found = search(part.segmentId, [...path, current.name]);
      if (found) return found;
    }
    return undefined;
  };
  return search(segment.id, []);
}
