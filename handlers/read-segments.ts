import { say } from "#cards/names.ts";
import { some } from "#cards/segment-card.ts";
import { segmentInWords } from "#cards/segment-words.ts";
import type { SegmentDraft } from "#db/segment-work.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import type { Segment } from "#domain/segment.ts";
import type { Context } from "./context.ts";
import { readSegment, segmentNames, whoMoves } from "./plan-segment.ts";

export type WrittenSegment = { id: string | null; name: string; words: string };

/** A segment as a manager wrote it on the page; in the refusal, what is wrong with its name or its words. */
export async function readWritten(
  tx: Tx,
  ctx: Context,
  person: Person,
  written: WrittenSegment,
): Promise<{ draft: SegmentDraft; known: Segment | undefined } | { fault: string }> {
  const segments = await tx.segments.active();
  const known = segments.find((one) => one.id === written.id);
  if (written.id !== null && !known)
    return { fault: say(person.lang, "这个分群已经停用。", "This segment has been retired.") };
  const name = written.name.trim();
  if (segments.some((one) => one.name === name && one.id !== written.id))
    return { fault: say(person.lang, `已经有叫「${name}」的分群。`, `There is a segment called “${name}” already.`) };
  const read = await readSegment(tx, ctx, person, {
    id: known?.id ?? ctx.newId(),
    name: name || (known?.name ?? ""),
    words: written.words,
    version: known?.version ?? 0,
  });
  return "fault" in read ? read : { draft: read.draft, known };
}

/** What a rule would do now, in words: the rule as understood, its size, who would come and go. */
export async function previewSegment(tx: Tx, ctx: Context, person: Person, written: WrittenSegment) {
  const read = await readWritten(tx, ctx, person, written);
  if ("fault" in read) return read;
  const { entering, leaving, members } = await whoMoves(tx, ctx, read.draft, read.known, person);
  return {
    rule: segmentInWords(read.draft.rule, segmentNames(ctx, person, await tx.segments.active())),
    size: members + entering.count - leaving.count,
    members,
    entering: some(entering, person.lang),
    leaving: some(leaving, person.lang),
    moves: entering.count + leaving.count > 0,
  };
}
