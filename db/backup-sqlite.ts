import Database from "better-sqlite3";

/** Copies a SQLite file while it is in use, and checks the copy. Throws where the copy is not whole. Returns how many people it holds. */
export async function copySqlite(path: string, target: string): Promise<number> {
  const source = new Database(path, { readonly: true, fileMustExist: true });
  try {
    await source.backup(target);
  } finally {
    source.close();
  }
  return checkSqlite(target);
}

/** Whether every page, index and row of a SQLite file is as it should be. Throws with the first fault; returns how many people it holds. */
export function checkSqlite(path: string): number {
  const db = new Database(path, { fileMustExist: true });
  try {
    // One file that can be moved: nothing of it may wait beside it.
    db.pragma("journal_mode = DELETE");
    const [said] = db.pragma("integrity_check", { simple: false }) as { integrity_check: string }[];
    if (said?.integrity_check !== "ok") throw new Error(`The copy is damaged: ${said?.integrity_check}`);
    const broken = db.pragma("foreign_key_check") as unknown[];
    if (broken.length > 0) throw new Error(`The copy has ${broken.length} rows without their parent.`);
    return (db.prepare("SELECT count(*) AS n FROM person").get() as { n: number }).n;
  } finally {
    db.close();
  }
}
