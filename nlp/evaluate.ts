import type { Heard, Turn } from "#domain/cue.ts";
import { closeImplied, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";

/** A labelled conversation, by the rules of the development set. */
export type LabelledCase = {
  id: string;
  lang: string;
  domain?: string;
  turns: Turn[];
  gold: { tag: TagKey; quote: string }[];
  retract: TagKey[];
  not: TagKey[];
  kind: string[];
};

/** Counts of one tag or of all: right, wrong, missed. */
export type Tally = { right: number; wrong: number; missed: number };

/** What one case went wrong by. */
export type Mistake = {
  id: string;
  wrong: TagKey[];
  missed: TagKey[];
  trapped: TagKey[];
  retractWrong: TagKey[];
  retractMissed: TagKey[];
};

/** The figures that hearing is judged by, all shares from 0 to 1, except `falsePer100Empty`. */
export type Score = {
  precision: number;
  recall: number;
  f1: number;
  trapRate: number;
  retractionF1: number;
  evidenceRate: number;
  falsePer100Empty: number;
  tally: Tally;
  byTag: Map<TagKey, Tally>;
  mistakes: Mistake[];
};

/** Scores what was heard against labels, tags closed under `implies`; the rules are those the development set came with. */
export function scoreHearing(
  taxonomy: Taxonomy,
  cases: readonly LabelledCase[],
  heard: (turns: readonly Turn[]) => Heard,
): Score {
  const sum = newTally();
  const retracted = newTally();
  const byTag = new Map<TagKey, Tally>();
  const mistakes: Mistake[] = [];
  let traps = 0;
  let trapped = 0;
  let shown = 0;
  let correct = 0;
  let empty = 0;
  let falseOnEmpty = 0;
  for (const labelled of cases) {
    const { cues, retractions } = heard(labelled.turns);
    const gold = closed(
      taxonomy,
      labelled.gold.map((g) => g.tag),
    );
    const guess = closed(
      taxonomy,
      cues.map((c) => c.tag),
    );
    const wrong = [...guess].filter((tag) => !gold.has(tag));
    const missed = [...gold].filter((tag) => !guess.has(tag));
    for (const tag of guess) count(byTag, sum, tag, gold.has(tag) ? "right" : "wrong");
    for (const tag of missed) count(byTag, sum, tag, "missed");
    const hit = labelled.not.map(plainTag).filter((tag) => guess.has(tag));
    traps += labelled.not.length;
    trapped += hit.length;
    for (const cue of cues) {
      if (!gold.has(plainTag(cue.tag))) continue;
      correct++;
      if (isEvident(taxonomy, labelled, cue)) shown++;
    }
    if (gold.size === 0) {
      empty++;
      falseOnEmpty += guess.size;
    }
    const told = new Set(retractions.map((r) => plainTag(r.tag)));
    const due = new Set(labelled.retract.map(plainTag));
    const retractWrong = [...told].filter((tag) => !due.has(tag));
    const retractMissed = [...due].filter((tag) => !told.has(tag));
    retracted.right += told.size - retractWrong.length;
    retracted.wrong += retractWrong.length;
    retracted.missed += retractMissed.length;
    if (wrong.length + missed.length + retractWrong.length + retractMissed.length > 0) {
      mistakes.push({ id: labelled.id, wrong, missed, trapped: hit, retractWrong, retractMissed });
    }
  }
  return {
    precision: share(sum.right, sum.right + sum.wrong),
    recall: share(sum.right, sum.right + sum.missed),
    f1: f1Of(sum),
    trapRate: share(trapped, traps),
    retractionF1: f1Of(retracted),
    evidenceRate: share(shown, correct),
    falsePer100Empty: 100 * share(falseOnEmpty, empty),
    tally: sum,
    byTag,
    mistakes,
  };
}

/**
 * The calibration curve: for each tenth of the score from 0.5 on, how many suggestions had such a score, their mean score, and the share of them that
 * was right. A score is a probability where the two agree.
 */
export function calibrationOf(
  taxonomy: Taxonomy,
  cases: readonly LabelledCase[],
  heard: (turns: readonly Turn[]) => Heard,
): { from: number; count: number; score: number; right: number }[] {
  const told = cases.flatMap((labelled) => {
    const gold = closed(
      taxonomy,
      labelled.gold.map((g) => g.tag),
    );
    return heard(labelled.turns).cues.map((cue) => ({ score: cue.score, right: gold.has(plainTag(cue.tag)) }));
  });
  return [0.5, 0.6, 0.7, 0.8, 0.9].map((from) => {
    const inside = told.filter(({ score }) => score >= from && (score < from + 0.1 || from === 0.9));
    const sum = inside.reduce((total, { score }) => total + score, 0);
    const right = inside.filter((one) => one.right).length;
    return { from, count: inside.length, score: share(sum, inside.length), right: share(right, inside.length) };
  });
}

/** Harmonic mean of precision and recall; 0 where nothing was right. */
export function f1Of({ right, wrong, missed }: Tally): number {
  return share(2 * right, 2 * right + wrong + missed);
}

const newTally = (): Tally => ({ right: 0, wrong: 0, missed: 0 });
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function count(byTag: Map<TagKey, Tally>, sum: Tally, tag: TagKey, what: keyof Tally): void {
  const key = tag.startsWith("city:") ? "city:*" : tag;
  const tally = byTag.get(key) ?? newTally();
  tally[what]++;
  sum[what]++;
  byTag.set(key, tally);
}

/** `city:上海市` is `city:上海`, `city:Seattle` is `city:seattle`. */
function plainTag(tag: TagKey): TagKey {
  const city = /^city[:：]\s*(.+)$/i.exec(tag.trim());
  if (!city) return tag.trim();
  const name = city[1]!.trim().normalize("NFKC").toLowerCase();
  return `city:${/^\p{Script=Han}{2,}市$/u.test(name) ? name.slice(0, -1) : name}`;
}

function closed(taxonomy: Taxonomy, tags: readonly TagKey[]): Set<TagKey> {
  return new Set(tags.flatMap((tag) => closeImplied(taxonomy, plainTag(tag))));
}

function isEvident(taxonomy: Taxonomy, labelled: LabelledCase, cue: { tag: TagKey; quote: string }): boolean {
  const wanted = labelled.gold.filter((g) => closeImplied(taxonomy, plainTag(g.tag)).includes(plainTag(cue.tag)));
  const said = labelled.turns.filter((turn) => turn.who === "customer").map((turn) => turn.text);
  return wanted.some((g) => said.some((text) => overlap(text, cue.quote, g.quote)));
}

function overlap(text: string, a: string, b: string): boolean {
  const placesOfB = places(text, b);
  return places(text, a).some(([from, to]) => placesOfB.some(([from2, to2]) => from < to2 && from2 < to));
}

function places(text: string, quote: string): [number, number][] {
  const found: [number, number][] = [];
  if (quote === "") return found;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) found.push([at, at + quote.length]);
  return found;
}
