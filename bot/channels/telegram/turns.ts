/** How an update goes with others of its chat: `beside` them, or `alone`, after all before it and before all after it. */
export type Manner = "beside" | "alone";

/**
 * Keeps the order of a chat where it matters: a change of words waits for the words, and what follows waits for the change. Ordinary
 * messages go side by side, so that they share a commit. A fault of one does not hold up the next.
 */
export function createTurns(): (chat: number | undefined, manner: Manner, work: () => Promise<void>) => Promise<void> {
  const chats = new Map<number, { running: Set<Promise<void>>; lastAlone: Promise<void> | undefined }>();

  return (chat, manner, work) => {
    if (chat === undefined) return work();
    const at = chats.get(chat) ?? { running: new Set<Promise<void>>(), lastAlone: undefined };
    chats.set(chat, at);
    const before = manner === "alone" ? Promise.all(at.running) : at.lastAlone;
    const mine = before ? before.then(work) : work();
    const ended = mine
      .catch(() => {})
      .then(() => {
        at.running.delete(ended);
        if (at.lastAlone === ended) at.lastAlone = undefined;
        if (at.running.size === 0) chats.delete(chat);
      });
    at.running.add(ended);
    if (manner === "alone") at.lastAlone = ended;
    return mine;
  };
}
