import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { type Deed, may, ownershipOf, reachOf } from "#domain/rights.ts";

type Actor = Pick<Person, "id" | "roles">;

const nobody: ReadonlySet<string> = new Set();

/** Whether somebody may do this to a person whom `owner` looks after, or to what is that person's. */
export async function mayOver(tx: Tx, actor: Actor, deed: Deed, owner: string | null): Promise<boolean> {
  const led = owner === actor.id ? nobody : await ledBy(tx, actor, deed);
  return may(actor, deed, ownershipOf(actor.id, owner, led));
}

/** The employees whose people this right reaches through a team; nobody is looked up for a right that does not go that far. */
export async function ledBy(tx: Tx, actor: Actor, deed: Deed): Promise<ReadonlySet<string>> {
  return reachOf(actor, deed) === "team" ? tx.teams.ledBy(actor.id) : nobody;
}
