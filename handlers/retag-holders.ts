import type { Tx } from "#db/store.ts";
import { settlementOf, type TagEvent } from "#domain/tag.ts";
import { retagLines } from "#domain/vocabulary-care.ts";
import type { Context } from "./context.ts";
import { followPerson } from "./follow-segments.ts";

export type Resettled = { personId: string; settlement: string }[];

/** Gives everybody who holds a tag another in its place, with its age, quote and author. */
export async function retagHolders(tx: Tx, ctx: Context, gone: string, kept: string): Promise<Resettled> {
  const settled: Resettled = [];
  for (const hold of await tx.ledger.holdersOf(gone)) {
    const open = await tx.ledger.openHolds(hold.personId);
    settled.push(await write(tx, ctx, retagLines(hold, kept, open, ctx.taxonomy, ctx.newId(), ctx.now())));
  }
  return settled;
}

/** Whoever holds the narrower tag holds the wider one too, from the same day and by the same word. */
export async function widenHolders(
  tx: Tx,
  ctx: Context,
  { tag, parent }: { tag: string; parent: string },
): Promise<Resettled> {
  const settled: Resettled = [];
  for (const hold of await tx.ledger.holdersOf(tag)) {
    const open = await tx.ledger.openHolds(hold.personId);
    if (open.some((one) => one.tag === parent)) continue;
    const { personId, source, proposedBy, settledBy, quote, messageId } = hold;
    const facts = { personId, source, proposedBy, settledBy, quote, messageId, suggestionId: null };
    const said = { tag: parent, kind: "held" as const, cause: `implied:${tag}`, confidence: hold.strength };
    settled.push(
      await write(tx, ctx, [{ ...facts, ...said, id: ctx.newId(), at: hold.evidenceAt, recordedAt: ctx.now() }]),
    );
  }
  return settled;
}

async function write(tx: Tx, ctx: Context, lines: TagEvent[]): Promise<Resettled[number]> {
  const [first] = lines as [TagEvent];
  await tx.ledger.add(lines);
  const person = await tx.people.find(first.personId);
  if (person) await followPerson(tx, ctx, person, ctx.now(), { tags: lines.map(({ tag }) => tag) });
  return { personId: first.personId, settlement: settlementOf(first) };
}
