import type { Marks } from "#db/people-log.ts";
import type { Store, Tx } from "#db/store.ts";
import { PeopleIndex } from "#domain/people-index.ts";
import { setPerson } from "#domain/people-rule.ts";
import type { Log } from "./context.ts";

const atOnce = 500;

/** Everybody and their tags in memory, for counts over many; what it cannot tell exactly is asked of the tables. */
export type PeopleInMemory = {
  /**
   * The people as `tx` sees them at this moment: use it before the next `await`. Undefined where people in memory are switched off, too
   * many or not ready yet, or where `tx` has written what is not committed: ask the tables then.
   */
  asSeenBy(tx: Tx): Promise<PeopleIndex | undefined>;
  /** Reads what was committed since; everything at the first time. */
  catchUp(): Promise<void>;
  /** Keeps a snapshot where one is due. */
  keep(): Promise<void>;
  /** Reads everybody again: somebody was forgotten, whose id must not stay in memory nor come into a snapshot. */
  readAnew(): Promise<void>;
};

type Setup = {
  store: Store;
  log: Log;
  mostBytes: number;
  /** A snapshot is worth its bytes once so many people were read since the last. */
  snapshotAfter: number;
  /** Lets others go first between two steps of reading all. */
  breathe: () => Promise<void>;
};
type Loaded = { index: PeopleIndex; marks: Marks; changed: number };

/** For `KOLOOP_PEOPLE_INDEX=off`: all counts come from the tables. */
export const noPeopleInMemory: PeopleInMemory = {
  asSeenBy: async () => undefined,
  catchUp: async () => {},
  keep: async () => {},
  readAnew: async () => {},
};

/**
 * People in memory as a fold of two logs, the tag ledger and the changes of people: whoever they name is read again. Nothing is told to
 * it by those who write, so nothing can be forgotten: a crash, another process and a restored backup are all lines that were not read yet.
 */
export function createPeopleInMemory({ store, log, mostBytes, snapshotAfter, breathe }: Setup): PeopleInMemory {
  let loaded: Loaded | undefined;
  let tooMany = false;
  let working: Promise<unknown> = Promise.resolve();

  /** One at a time: two that read the same lines would both write into the index. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = working.then(work, work);
    working = turn.catch(() => {});
    return turn;
  };

  async function refresh(known: Loaded): Promise<boolean> {
    const changes = await store.read((tx) => tx.peopleLog.changes(known.marks));
    if (!changes) return false;
    for (let from = 0; from < changes.people.length; from += atOnce) {
      const ids = changes.people.slice(from, from + atOnce);
      const now = await store.read((tx) => tx.peopleLog.counted(ids));
      for (const id of ids) setPerson(known.index, id, now.get(id) ?? null);
    }
    known.marks = changes.marks;
    known.changed += changes.people.length;
    if (known.index.bytes > mostBytes) {
      log.warn({ people: known.index.size }, "people in memory take too much: counts come from the tables");
      tooMany = true;
      loaded = undefined;
    }
    return true;
  }

  async function load(): Promise<void> {
    loaded = (await fromSnapshot()) ?? (await fromRows());
  }

  async function fromSnapshot(): Promise<Loaded | undefined> {
    const kept = await store.read((tx) => tx.peopleLog.snapshot());
    return kept && { index: PeopleIndex.from(kept.ids, kept.columns), marks: kept.marks, changed: 0 };
  }

  async function fromRows(): Promise<Loaded> {
    // The marks first: what changes while the rows are read is read again.
    const marks = await store.transaction((tx) => tx.peopleLog.settledMarks());
    const index = new PeopleIndex();
    for (let after = ""; ; ) {
      const page = await store.read(async (tx) => {
        const ids = await tx.peopleLog.countedAfter(after, atOnce);
        return { ids, tags: await tx.profiles.openTagsOf(ids) };
      });
      for (const id of page.ids) setPerson(index, id, page.tags.get(id) ?? new Set());
      if (page.ids.length < atOnce || index.bytes > mostBytes) break;
      after = page.ids.at(-1) as string;
      await breathe();
    }
    return { index, marks, changed: index.size };
  }

  const catchUp = () =>
    inTurn(async () => {
      if (tooMany) return;
      if (!loaded) await load();
      if (loaded && !(await refresh(loaded))) {
        loaded = await fromRows();
        await refresh(loaded);
      }
    });

  return {
    catchUp,

    async asSeenBy(tx) {
      if (!loaded) return undefined;
      await catchUp();
      const known = loaded;
      const unread = await tx.peopleLog.changes(known.marks);
      return unread?.people.length === 0 ? known.index : undefined;
    },

    readAnew: () =>
      inTurn(async () => {
        if (loaded) loaded = await fromRows();
      }),

    keep: () =>
      inTurn(async () => {
        const known = loaded;
        if (!known || known.changed < snapshotAfter) return;
        const { ids, columns } = known.index.idsAndColumns();
        await store.transaction((tx) => tx.peopleLog.keepSnapshot(known.marks, ids, columns));
        known.changed = 0;
      }),
  };
}
