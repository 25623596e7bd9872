/**
 * So many answers are kept for one table at most, a megabyte in all: of whoever writes, more than of what a talk asks while it goes on, and of
 * events that were seen, those of a group. What is kept for long is moved about by the engine, and costs more than asking again now and then.
 */
const answersAtMost = 1000;
const most: Record<string, number> = { person: 5000, identity: 5000, seen_event: 256 };

/**
 * What the writing connection has read by key, until it writes to that table: people, their accounts and the segments' stamp are asked for at
 * every message. Only good while nobody else writes: the one who owns it forgets all where somebody may have.
 */
export type KeptReads = {
  /** The answer that is kept under this key, or else the one that `ask` gets. Nobody may change it. */
  read<T>(table: string, key: string, ask: () => Promise<T>): Promise<T>;
  /** Keeps what was read, or is being written, in another way. */
  keep(table: string, key: string, value: unknown): void;
  knows(table: string, key: string): boolean;
  /** To be told of every statement before it runs. */
  saw(text: string): void;
  wroteTo(table: string): void;
  /** What `write` begins at once changes nothing in this table but what is kept under these keys. */
  touching<T>(table: string, keys: readonly string[], write: () => Promise<T>): Promise<T>;
  forget(): void;
};

/** Of most people nothing is open, held or said: that answer is one for all, since what is kept is moved about by the engine. */
const nothing: readonly never[] = Object.freeze([]);
const plainAnswers = new Map<unknown, Promise<unknown>>(
  [nothing, undefined, true, false].map((value) => [value, Promise.resolve(value)]),
);
const answerOf = (value: unknown): Promise<unknown> => {
  const plain = Array.isArray(value) && value.length === 0 ? nothing : value;
  return plainAnswers.get(plain) ?? Promise.resolve(plain);
};

type Answers = Map<string, Promise<unknown>>;
/**
 * The older half goes at once where the younger is full, and what was asked again meanwhile is among the younger: to take the oldest out of
 * one map costs more with each that was taken before.
 */
type Halves = { young: Answers; old: Answers; atMost: number };

export function createKeptReads(): KeptReads {
  const tables = new Map<string, Halves>();
  /** Grows with every write: an answer from before it is not kept. */
  let writes = 0;
  let spared: string | undefined;

  function wroteTo(table: string): void {
    if (table === spared) return;
    writes++;
    const halves = tables.get(table);
    if (halves !== undefined) clear(halves);
  }

  function find(table: string, key: string): Promise<unknown> | undefined {
    const halves = tables.get(table);
    if (halves === undefined) return undefined;
    const young = halves.young.get(key);
    if (young !== undefined) return young;
    const old = halves.old.get(key);
    if (old !== undefined) put(halves, key, old);
    return old;
  }

  function put(halves: Halves, key: string, answer: Promise<unknown>): void {
    halves.young.set(key, answer);
    if (halves.young.size <= halves.atMost) return;
    halves.old = halves.young;
    halves.young = new Map();
  }

  function halvesOf(table: string): Halves {
    let halves = tables.get(table);
    if (!halves) {
      halves = { young: new Map(), old: new Map(), atMost: (most[table] ?? answersAtMost) / 2 };
      tables.set(table, halves);
    }
    return halves;
  }

  return {
    // Not `async`: what is kept is the promise itself, and a message asks a dozen times. What was refused is forgotten with its transaction.
    read<T>(table: string, key: string, ask: () => Promise<T>): Promise<T> {
      const known = find(table, key);
      if (known !== undefined) return known as Promise<T>;
      const before = writes;
      const answer = ask();
      if (before !== writes) return answer;
      put(halvesOf(table), key, answer);
      return answer;
    },
    keep(table, key, value) {
      put(halvesOf(table), key, answerOf(value));
    },
    knows: (table, key) => find(table, key) !== undefined,
    saw(text) {
      for (const table of writtenBy(text)) wroteTo(table);
    },
    wroteTo,
    touching(table, keys, write) {
      writes++;
      const halves = tables.get(table);
      for (const key of keys) {
        halves?.young.delete(key);
        halves?.old.delete(key);
      }
      spared = table;
      try {
        return write();
      } finally {
        spared = undefined;
      }
    },
    forget() {
      writes++;
      for (const halves of tables.values()) clear(halves);
    },
  };
}

function clear({ young, old }: Halves): void {
  if (young.size > 0) young.clear();
  if (old.size > 0) old.clear();
}

const known = new Map<string, readonly string[]>();
/** Names as koloop writes them, and as Prisma does: `main`.`person`, "public"."person". */
const writing =
  /\b(?:insert\s+(?:or\s+\w+\s+)?into|update|delete\s+from)\s+(?:only\s+)?(?:[`"]?\w+[`"]?\.)?[`"]?(\w+)/gi;

/** The tables that a statement writes to. `DO UPDATE SET` and `FOR UPDATE SKIP LOCKED` name none. */
export function writtenBy(text: string): readonly string[] {
  let tables = known.get(text);
  if (tables === undefined) {
    tables = [...new Set([...text.matchAll(writing)].map((match) => (match[1] as string).toLowerCase()))].filter(
      (name) => name !== "set" && name !== "skip",
    );
    if (known.size > 2000) known.clear();
    known.set(text, tables);
  }
  return tables;
}
