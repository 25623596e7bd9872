import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { migrateSqlite } from "../../db/migrate-sqlite.ts";
import { loadKnowledge } from "../../nlp/knowledge.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A migrated, empty SQLite file: each test copies it. */
    emptyDatabase: string;
  }
}

/** Migrates one empty database, which every test copies fresh, and compiles the packs once for all of them. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "koloop-tests-"));
  const path = join(folder, "empty.db");
  migrateSqlite(path);
  void loadKnowledge().lexicon;
  project.provide("emptyDatabase", path);
  return () => rmSync(folder, { recursive: true, force: true });
}
