import type { Tx } from "./store.ts";

type Coming = { channel: string; eventId: string; room: string; from: string; to?: string | null };

/** Fewer events read for themselves. */
const fewest = 3;

/**
 * Reads at once what handling these events will ask for, where each question is a round trip; the answers are kept as long as nothing in the
 * transaction changes them. Nothing depends on it: what was not foreseen is asked for.
 */
export async function readAhead(tx: Tx, events: readonly Coming[]): Promise<void> {
  if (tx.connection.sql.dialect === "sqlite" || events.length < fewest) return;
  await tx.conversations.readAhead(events);
  const accounts = events.flatMap(({ channel, from, to }) =>
    [from, to].flatMap((externalId) => (externalId ? [{ channel, externalId }] : [])),
  );
  const personIds = await tx.people.readAhead(accounts);
  if (personIds.length === 0) return;
  await tx.consents.readAhead(personIds);
  await tx.suggestions.readAhead(personIds);
  await tx.ledger.readAhead(personIds);
}
