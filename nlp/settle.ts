import type { Cue, Heard } from "#domain/cue.ts";
import { closeImplied, definitionOf, type TagKey, type Taxonomy } from "#domain/taxonomy.ts";
import { type Found, quoteOf, type Way } from "./reading.ts";

/** How surely each way of hearing is right; fitted on the development set by `nlp/train.ts`. */
export type Calibration = Readonly<Record<Way, number>>;

export const PLAIN_CALIBRATION: Calibration = {
  says: 0.9,
  asks: 0.85,
  answer: 0.85,
  elicited: 0.8,
  exchange: 0.75,
  retracts: 0.85,
  hints: 0.4,
  model: 0.45,
};

/** Below this a cue is not shown. */
export const SHOWN = 0.5;

/** Brings together what was heard: one cue a tag, one tag a group, and what ended apart from what holds. */
export function settle(
  taxonomy: Taxonomy,
  found: readonly Found[],
  calibration: Calibration = PLAIN_CALIBRATION,
): Heard {
  if (found.length === 0) return { cues: [], retractions: [] };
  const holds = merge(
    found.filter((f) => !f.ended),
    calibration,
  ).filter((cue) => cue.score >= SHOWN);
  const ended = merge(
    found.filter((f) => f.ended),
    calibration,
  ).filter((cue) => cue.score >= SHOWN);
  const retractions = ended.filter((r) => !holds.some((h) => h.tag === r.tag && h.turn > r.turn));
  const gone = new Set(retractions.map((r) => r.tag));
  const cues = holds.filter((h) => !closeImplied(taxonomy, h.tag).some((tag) => gone.has(tag)));
  return { cues: oneOfGroup(taxonomy, cues), retractions };
}

/** One cue a tag: the surest words are quoted; independent evidence makes it surer. */
function merge(found: readonly Found[], calibration: Calibration): Cue[] {
  const byTag = new Map<TagKey, Found[]>();
  for (const f of found) {
    const known = byTag.get(f.tag);
    if (known) known.push(f);
    else byTag.set(f.tag, [f]);
  }
  return [...byTag].map(([tag, all]) => {
    const scoreOf = (f: Found) => calibration[f.way];
    const best = all.reduce((a, b) =>
      scoreOf(b) > scoreOf(a) || (scoreOf(b) === scoreOf(a) && b.turn === a.turn && spanOf(b) > spanOf(a)) ? b : a,
    );
    const beside = all.filter((f) => f.turn === best.turn && (f.way === best.way || scoreOf(f) >= SHOWN) && f !== best);
    const evidence = [...new Set(all.map((f) => f.evidence))];
    const rest = [...new Map(all.filter((f) => f.evidence !== best.evidence).map((f) => [f.evidence, f])).values()];
    const doubt = rest.reduce((left, f) => left * (1 - 0.4 * scoreOf(f)), 1 - scoreOf(best));
    return {
      tag,
      quote: quoteOf(
        best.place.reading,
        [...beside, best].map((f) => f.place),
      ),
      turn: best.turn,
      score: Math.min(0.98, Math.round((1 - doubt) * 1000) / 1000),
      evidence,
    };
  });
}

const spanOf = ({ place }: Found): number => place.end - place.start;

function oneOfGroup(taxonomy: Taxonomy, cues: readonly Cue[]): Cue[] {
  const groupOf = (tag: TagKey) => definitionOf(taxonomy, tag)?.group;
  return cues.filter((cue) => {
    const group = groupOf(cue.tag);
    if (!group) return true;
    const rivals = cues.filter((other) => groupOf(other.tag) === group);
    const best = rivals.reduce((a, b) => (preferred(taxonomy, a, b) ? a : b));
    return best.tag === cue.tag;
  });
}

/** Of two tags of a group: the surer; as sure, what was said last; of one turn, the more specific (`replace_within_2y`). */
function preferred(_taxonomy: Taxonomy, a: Cue, b: Cue): boolean {
  if (a.tag === "plans_replacement" && b.tag === "replace_within_2y") return false;
  if (b.tag === "plans_replacement" && a.tag === "replace_within_2y") return true;
  if (a.score !== b.score) return a.score > b.score;
  return a.turn > b.turn;
}
