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
 * Which of two accounts' people stays, where somebody has shown that both are theirs by carrying a code from one to the other. Staff
 * rights never go to an account that asked for them: there the code must come from the staff's side. Otherwise a KOC stays, or who
 * was known first.
 */
export function mayLink(
  issuer: Person,
  typer: Person,
): Result<{ kept: Person; gone: Person }, MergeRefusal | "other-way"> {
  if (issuer.id === typer.id) return refuse("same-person");
  if (issuer.mergedInto !== null || typer.mergedInto !== null) return refuse("merged-already");
  if (isStaff(issuer) && isStaff(typer)) return refuse("not-a-member");
  if (isStaff(typer)) return refuse("other-way");
  const typerStays =
    !isStaff(issuer) && (isKoc(typer) === isKoc(issuer) ? typer.createdAt < issuer.createdAt : isKoc(typer));
  return ok(typerStays ? { kept: typer, gone: issuer } : { kept: issuer, gone: typer });
}

const isKoc = (person: Person): boolean => person.roles.includes("koc");

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
