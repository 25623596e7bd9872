import { isStaff, type Person } from "./person.ts";
import { ok, type Result, refuse } from "./result.ts";
import { foldHolds, settleClaim, type TagEvent, type TagHold } from "./tag.ts";
import type { Taxonomy } from "./taxonomy.ts";

export type MergeRefusal = "same-person" | "not-a-member" | "merged-already";

/** Whether one person may be merged into another: two different members, neither of them merged before. */
export function mayMerge(kept: Person, gone: Person): Result<true, MergeRefusal> {
  if (kept.id === gone.id) return refuse("same-person");
  if (isStaff(kept) || isStaff(gone)) return refuse("not-a-member");
  if (kept.mergedInto !== null || gone.mergedInto !== null) return refuse("merged-already");
  return ok(true);
}

/**
 * The lines that give one person what another one held, each at the time it was true and with its quote and author; oldest evidence
 * first, so that the newer of two that exclude each other stands. The ledger of the other is not touched. All lines are one settlement.
 */
export function mergeLines(
  kept: { personId: string; history: readonly TagEvent[] },
  gone: { personId: string; holds: readonly TagHold[] },
  taxonomy: Taxonomy,
  settlement: string,
  recordedAt: number,
): TagEvent[] {
  const lines: TagEvent[] = [];
  const add = (event: TagEvent) =>
    lines.push({ ...event, id: lines.length === 0 ? settlement : `${settlement}~${lines.length}` });
  const byEvidence = [...gone.holds].filter((hold) => hold.until === null).sort((a, b) => a.evidenceAt - b.evidenceAt);
  for (const hold of byEvidence) {
    const open = foldHolds([...kept.history, ...lines]).filter((known) => known.until === null);
    const claim = {
      personId: kept.personId,
      tag: hold.tag,
      source: hold.source,
      proposedBy: hold.proposedBy,
      settledBy: hold.settledBy,
      quote: hold.quote,
      messageId: hold.messageId,
      suggestionId: null,
      confidence: hold.strength,
      holds: true,
      cause: `merge:${gone.personId}`,
    };
    const follow = settleClaim({ ...claim, at: hold.evidenceAt }, open, taxonomy, () => settlement, recordedAt);
    if (follow.length === 0) continue;
    const { holds: _, ...facts } = claim;
    const isNew = !open.some((known) => known.tag === hold.tag);
    // An interval that began before its last evidence keeps its beginning.
    if (isNew && hold.since < hold.evidenceAt) add({ ...facts, id: "", kind: "held", at: hold.since, recordedAt });
    for (const event of follow) if (event.tag === hold.tag || event.kind !== "held") add(event);
    if (hold.locked) add({ ...facts, id: "", kind: "locked", at: hold.evidenceAt, recordedAt });
  }
  return lines;
}
