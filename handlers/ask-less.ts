import { askedLess } from "#domain/person.ts";
import type { Scene } from "./context.ts";

/** Whoever says that it is too often is asked less from now on. */
export async function askLess({ person, tx, ctx }: Scene): Promise<void> {
  await tx.people.change(person.id, { frequency: askedLess(person.frequency), updatedAt: ctx.now() });
}
