import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished } from "vitest";
import { migrateSqlite } from "#db/migrate-sqlite.ts";
import { type Migration, shippedMigrations } from "#db/migrations.ts";

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "koloop-migrate-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const migration = (name: string, sql: string): Migration => ({ name, sql, checksum: `sum of ${sql}` });
const parents = migration(
  "0001_parents",
  `CREATE TABLE parent (id TEXT PRIMARY KEY, name TEXT);
   CREATE TABLE child (id TEXT PRIMARY KEY, parent_id TEXT REFERENCES parent (id) ON DELETE CASCADE);
   INSERT INTO parent VALUES ('p', 'x'); INSERT INTO child VALUES ('c', 'p');`,
);
/** What Prisma writes when a column changes: the table is made anew and the old one dropped. */
const redefined = migration(
  "0002_redefined",
  `PRAGMA foreign_keys=OFF;
   CREATE TABLE new_parent (id TEXT PRIMARY KEY, name TEXT NOT NULL);
   INSERT INTO new_parent SELECT * FROM parent; DROP TABLE parent; ALTER TABLE new_parent RENAME TO parent;
   PRAGMA foreign_keys=ON;`,
);

describe("migrations on SQLite", () => {
  it("make the database where there is none, once", () => {
    const path = join(folder(), "deep", "koloop.db");

    expect(migrateSqlite(path)).toEqual(shippedMigrations("sqlite").map((m) => m.name));
    expect(migrateSqlite(path)).toEqual([]);
  });

  it("keep the children of a table that is made anew", () => {
    const path = join(folder(), "koloop.db");
    migrateSqlite(path, [parents]);

    migrateSqlite(path, [parents, redefined]);

    const db = new Database(path);
    expect(db.prepare("SELECT count(*) AS n FROM child").get()).toEqual({ n: 1 });
    db.close();
  });

  it("change nothing where one of them fails", () => {
    const path = join(folder(), "koloop.db");
    migrateSqlite(path, [parents]);

    expect(() =>
      migrateSqlite(path, [parents, migration("0002_bad", "DELETE FROM child; SELECT nonsense;")]),
    ).toThrow();

    const db = new Database(path);
    expect(db.prepare("SELECT count(*) AS n FROM child").get()).toEqual({ n: 1 });
    db.close();
  });

  it("refuse a database of a newer version and say what to do", () => {
    const path = join(folder(), "koloop.db");
    migrateSqlite(path, [parents, redefined]);

    expect(() => migrateSqlite(path, [parents])).toThrow(/newer koloop .*0002_redefined.*Update koloop/s);
  });

  it("refuse a migration that was edited after it had been applied", () => {
    const path = join(folder(), "koloop.db");
    migrateSqlite(path, [parents]);

    expect(() => migrateSqlite(path, [{ ...parents, checksum: "another" }])).toThrow(
      "was changed after it had been applied",
    );
  });

  it("refuse a file that is no database, and leave it as it was", () => {
    const path = join(folder(), "koloop.db");
    writeFileSync(path, "these are my holiday pictures, not a database at all".repeat(100));

    expect(() => migrateSqlite(path)).toThrow("is not a SQLite database");
    expect(readFileSync(path, "utf8")).toContain("holiday pictures");
  });

  it("say which folder cannot be written", () => {
    const path = join(folder(), "koloop.db");
    mkdirSync(path);

    expect(() => migrateSqlite(path)).toThrow();
  });

  it("name a database that another process holds", () => {
    const path = join(folder(), "koloop.db");
    migrateSqlite(path, [parents]);
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");

    expect(() => migrateSqlite(path, [parents, redefined])).toThrow("in use by another process");
    other.close();
  });
});
