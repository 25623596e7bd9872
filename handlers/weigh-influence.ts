import type { PostReading } from "#db/influence.ts";
import type { Tx } from "#db/store.ts";
import { newInfluence, noteReading, weighInfluence } from "#domain/influence.ts";
import type { MatchPerson } from "#domain/match.ts";
import type { Context } from "./context.ts";

const dayMs = 86_400_000;
/** Older posts say little of today's audience. */
const memoryMs = 180 * dayMs;
/** New figures come in bundles: what they come to is worked out once an hour at most. */
const restMs = 3_600_000;

/** Works out anew what each person's posts draw, where figures have come in since it was last done. */
export async function keepInfluence(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const known = await tx.influence.weights();
  if (known && now - known.at < restMs) return;
  const mark = await tx.influence.mark();
  if (known?.mark === mark) return tx.influence.saveWeights({ ...known, at: now });
  const held = await tx.ledger.openTags();
  const fit = weighInfluence(stateOf(await tx.influence.readings(now - memoryMs)), (id) =>
    [...(held.get(id) ?? [])].sort(),
  );
  const tags = [...ctx.taxonomy.tags.keys()].map((tag) => [tag, fit.prior([tag])] as const);
  await tx.influence.saveWeights({
    mark,
    at: now,
    people: Object.fromEntries(
      Object.entries(fit.people).map(([id, { weight, posts, parts }]) => [id, { weight, posts, parts }]),
    ),
    themes: fit.themes,
    tags: Object.fromEntries(tags.filter(([, factor]) => Math.abs(factor - 1) > 1e-6)),
  });
}

/** As every database's rows are put in one order, whatever its collation. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The pieces as influence counts them: one per person and task, each with its readings by the day after hand-in. */
function stateOf(readings: readonly PostReading[]) {
  const state = newInfluence();
  const counted = new Map<string, string>();
  const inOrder = [...readings].sort(
    (a, b) => a.submittedAt - b.submittedAt || compare(a.submissionId, b.submissionId) || a.at - b.at,
  );
  for (const { submissionId, personId: person, taskId: task, theme, form, platform, ...reading } of inOrder) {
    const place = `${task} ${person}`;
    const piece = counted.get(place) ?? submissionId;
    counted.set(place, piece);
    if (piece !== submissionId || reading.reads === null) continue;
    const { reads, likes, comments, shares, completionRate } = reading;
    const day = Math.max(0, Math.round((reading.at - reading.submittedAt) / dayMs));
    const figures = { day, reads, likes: likes ?? 0, comments: comments ?? 0, shares: shares ?? 0, completionRate };
    noteReading(state, { person, task, theme, form, platform }, figures);
  }
  return state;
}

/** Influence of each of these people as last worked out; who has no posts is weighed by their tags. */
export async function influenceOf(tx: Tx, people: readonly MatchPerson[]): Promise<Record<string, number>> {
  const weights = await tx.influence.weights();
  if (!weights) return {};
  const factors = Object.entries(weights.tags);
  return Object.fromEntries(
    people.map(({ id, tags }) => {
      const byTags = () => factors.reduce((product, [tag, factor]) => (tags.has(tag) ? product * factor : product), 1);
      return [id, weights.people[id]?.weight ?? byTags()];
    }),
  );
}
