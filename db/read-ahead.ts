import type { Tx } from "./store.ts";

type Coming = { channel: string; eventId: string; room: string; from: string; to?: string | null };

/** Fewer events read for themselves. */
const fewest = 3;

/**
 * Reads at once what handling these events will ask for: on PostgreSQL each question is a round trip, and on SQLite rows wait for each other as
 * long as nobody asks for one of their table. The answers are kept as long as nothing in the transaction changes them. Nothing depends on it: what was not foreseen is asked for.
 */
export async function readAhead(tx: Tx, events: readonly Coming[]): Promise<void> {
  if (events.length < fewest) return;
  const personIds: string[] = [];
  for (const channel of new Set(events.map((event) => event.channel))) {
    const ofChannel = events.filter((event) => event.channel === channel);
    const unique = (names: (string | null | undefined)[]) => [...new Set(names)].filter((name) => name != null);
    await tx.conversations.readAhead(
      channel,
      unique(ofChannel.map(({ eventId }) => eventId)),
      unique(ofChannel.map(({ room }) => room)),
    );
    personIds.push(...(await tx.people.readAhead(channel, unique(ofChannel.flatMap(({ from, to }) => [from, to])))));
  }
  if (personIds.length === 0) return;
  await tx.consents.readAhead(personIds);
  await tx.suggestions.readAhead(personIds);
  await tx.ledger.readAhead(personIds);
}
