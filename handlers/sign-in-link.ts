import { approvalWaitsText } from "#cards/approval.ts";
import type { Tx } from "#db/store.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context } from "./context.ts";
import { secondYes, viewFor } from "./second-yes.ts";

/**
 * Whether a link that signs somebody in may be made now: a manager's own may, and those of people with fewer rights. Whoever holds
 * another manager's could agree with themselves in that name, so a second manager has to: returns what to say until they have.
 */
export async function linkAwaits(tx: Tx, ctx: Context, by: string, forWhom: string): Promise<string | undefined> {
  const [asker, person] = [await tx.people.find(by), await tx.people.find(forWhom)];
  if (!asker || !person || asker.id === person.id || !mayAtAll(person, "approval.give")) return undefined;
  const wish = { kind: "sign-in" as const, subject: `${by} ${forWhom}`, what: person.name, people: 1, by: asker };
  const awaits = await secondYes(tx, ctx, wish);
  return awaits && approvalWaitsText(await viewFor(tx, ctx, awaits, asker));
}
