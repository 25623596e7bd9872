import { contactDifferencesCard } from "#cards/contact-differences.ts";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import type { Context } from "#handlers/context.ts";
import { showStaff } from "#handlers/say.ts";
import { type WecomApi, WecomError } from "./api.ts";
import { differencesOf, knownBefore, leaveGroup, readAll, readGroup, writeAll, writeGroup } from "./sync.ts";

/** People who write now come first; the list can wait a moment. */
const firstAfterMs = 2000;
const lookMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;
/** Several events of one group come together. */
const groupAfterMs = 300;
const triesAtMost = 5;
const syncedAt = "synced";

export type SyncKeeper = {
  start(): void;
  /** Something about a customer group has changed; it was dissolved where `isGone`. */
  groupChanged(chatId: string, isGone: boolean): void;
  stop(): Promise<void>;
};

/**
 * Keeps what koloop knows of customers, their followers and their groups as WeCom has it: once in full, then by events, and once a day
 * compared. What a comparison finds that no event told is shown to the managers in the commit that writes it.
 */
export function createSyncKeeper(options: { store: Store; ctx: Context; api: WecomApi; secret: string }): SyncKeeper {
  const { store, ctx, api, secret } = options;
  const waiting = new Map<string, NodeJS.Timeout>();
  const working = new Set<Promise<void>>();
  let first: NodeJS.Timeout | undefined;
  let daily: NodeJS.Timeout | undefined;
  let comparing = false;

  function inBackground(work: Promise<void>): void {
    const kept = work
      .catch((err) => {
        const code = err instanceof WecomError ? err.code : undefined;
        ctx.log.warn({ code, ...(code === undefined && { err }) }, "customers could not be compared with WeCom yet");
      })
      .finally(() => working.delete(kept));
    working.add(kept);
  }

  const look = (): void => {
    if (comparing) return;
    comparing = true;
    inBackground(
      compareWhereDue().finally(() => {
        comparing = false;
      }),
    );
  };

  async function compareWhereDue(): Promise<void> {
    const before = Number((await store.read((tx) => wecomTable(tx.connection).cursor(syncedAt))) ?? 0);
    if (ctx.now() - before < dayMs) return;
    const now = await readAll(api, secret);
    const known = await knownBefore(store);
    const differences = differencesOf(now, known);
    const told = new Set(known.contacts.filter((contact) => contact.isStale).map(({ id }) => id));
    const untold = differences.filter(({ id }) => !told.has(id));
    const gone = differences.flatMap((one) => (one.kind === "gone-contact" ? [one.id] : []));
    // Written as stale: the next one who says something is asked about afresh.
    await writeAll(store, now, gone, { at: ctx.now() - dayMs, newId: ctx.newId }, async (tx) => {
      await wecomTable(tx.connection).setCursor(syncedAt, String(ctx.now()), ctx.now());
      if (before === 0 || untold.length === 0) return;
      for (const manager of await tx.people.listByRole("manager")) {
        const key = `differences-${ctx.newId()}`;
        await showStaff(tx, ctx, manager, contactDifferencesCard({ key, differences: untold, lang: manager.lang }));
      }
    });
    ctx.log.info(
      { customers: now.contacts.length, groups: now.groups.length, differences: untold.length },
      "customers were compared with WeCom",
    );
  }

  function later(chatId: string, isGone: boolean, attempt: number): void {
    clearTimeout(waiting.get(chatId));
    const timer = setTimeout(
      () => {
        waiting.delete(chatId);
        inBackground(
          readAnew(chatId, isGone).catch((fault) => {
            if (attempt + 1 >= triesAtMost || !(fault instanceof WecomError) || fault.kind === "refused") throw fault;
            later(chatId, isGone, attempt + 1);
          }),
        );
      },
      groupAfterMs * 4 ** attempt,
    );
    waiting.set(chatId, timer);
  }

  async function readAnew(chatId: string, isGone: boolean): Promise<void> {
    const about = { at: ctx.now(), newId: ctx.newId };
    if (isGone) return store.transaction((tx) => leaveGroup(tx, chatId, about.at));
    const group = await readGroup(api, secret, chatId);
    await store.transaction((tx) => writeGroup(tx, group, about));
  }

  return {
    start() {
      first = setTimeout(look, firstAfterMs);
      daily = setInterval(look, lookMs);
    },
    groupChanged: (chatId, isGone) => later(chatId, isGone, 0),
    async stop() {
      clearTimeout(first);
      clearInterval(daily);
      for (const timer of waiting.values()) clearTimeout(timer);
      await Promise.allSettled(working);
    },
  };
}
