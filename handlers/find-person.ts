import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { ok, type Result, refuse } from "#domain/result.ts";
import { mayOver } from "./reach.ts";

/**
 * The one person whom a member of staff means by a name or id. A KOE means their own people first; of people whom neither they nor
 * the team that they lead look after they learn nothing.
 */
export async function findPersonNamed(
  tx: Tx,
  asker: Person,
  name: string,
): Promise<Result<Person, "unknown-person" | "two-people">> {
  const wanted = name.trim().replace(/^@/, "");
  if (wanted === "") return refuse("unknown-person");
  const byId = await tx.people.find(wanted);
  const found = byId ? [byId] : await tx.people.named(wanted);
  const visible: Person[] = [];
  for (const person of found) if (await mayOver(tx, asker, "profile.read", person.ownerId)) visible.push(person);
  const own = visible.filter((person) => person.ownerId === asker.id);
  const among = own.length > 0 ? own : visible;
  if (among.length === 0) return refuse("unknown-person");
  return among.length === 1 ? ok(among[0] as Person) : refuse("two-people");
}
