import type { RowShape, SqlValue } from "./sql.ts";

/** So many rows of one kind wait at most. */
const rowsAtMost = 128;
/** Rows go in statements of these sizes, so that a few prepared ones do for any number. */
const sizes = [32, 16, 8, 4, 2, 1];

type Batch = { shape: RowShape; cells: SqlValue[]; rows: number };

/** Runs the INSERT of so many rows of a kind, their values one after the other. */
export type SayRows = (shape: RowShape, rows: number, cells: readonly SqlValue[]) => void;

/**
 * Rows that wait for others of their kind, until something is said of their table or the transaction ends: many in one statement take a
 * quarter less than one by one. Whoever says something flushes first, so that nobody sees the difference; a row that is refused is refused
 * at the latest at the commit or at the end of its savepoint.
 */
export function createWaitingRows(say: SayRows) {
  const waiting = new Map<RowShape, Batch>();

  function sayBatch(batch: Batch): void {
    const { shape, cells, rows } = batch;
    const width = shape.columns.length;
    waiting.delete(shape);
    let from = 0;
    for (const size of sizes)
      for (; from + size <= rows; from += size)
        say(shape, size, size === rows ? cells : cells.slice(from * width, (from + size) * width));
  }

  return {
    add(shape: RowShape, cells: readonly SqlValue[]): void {
      let batch = waiting.get(shape);
      if (batch === undefined) {
        batch = { shape, cells: [], rows: 0 };
        waiting.set(shape, batch);
      }
      for (const cell of cells) batch.cells.push(cell);
      if (++batch.rows >= rowsAtMost) sayBatch(batch);
    },
    flush(): void {
      for (const batch of waiting.values()) sayBatch(batch);
    },
    /** Before a statement with these words, among them every table that it reads or writes. */
    flushFor(words: ReadonlySet<string>): void {
      if (waiting.size === 0) return;
      for (const batch of waiting.values()) if (words.has(batch.shape.table)) sayBatch(batch);
    },
    /** What waits is undone with all the rest. */
    drop: () => waiting.clear(),
  };
}
