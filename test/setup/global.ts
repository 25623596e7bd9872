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

/**
 * Migrates one empty database, which every test copies fresh, compiles the packs once for all of them, and brings dist/ up to date: two
 * tests that both found it stale would build under each other's feet.
 */
export default async function setup(project: TestProject): Promise<() => void> {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  const { buildPage } = (await import("../../scripts/build-page.mjs" as string)) as {
    buildPage: () => Promise<boolean>;
  };
  await build();
  await buildPage();
  const folder = mkdtempSync(join(tmpdir(), "koloop-tests-"));
  const path = join(folder, "empty.db");
  migrateSqlite(path);
  void loadKnowledge().lexicon;
  project.provide("emptyDatabase", path);
  return () => rmSync(folder, { recursive: true, force: true });
}
