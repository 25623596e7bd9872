import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { openDatabase } from "#bot/database.ts";
import { readPackage } from "#db/package-format.ts";
import { importPackage } from "#db/package-import.ts";
import { openSqlite } from "#db/sqlite.ts";
import { type Store, storeOver } from "#db/store.ts";
import type { Answer, DetailRow, Query } from "#domain/query.ts";
import { type Asked, ask } from "#handlers/ask.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import { createQuestionReader } from "#nlp/question/reader.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";

export const now = Date.parse("2026-11-20T18:00:00+08:00");
export const zone = "Asia/Shanghai";
const taxonomy = loadTaxonomy();
const readQuestion = createQuestionReader();

export type Gold = {
  id: string;
  lang: "zh" | "en";
  question: string;
  role: "manager" | "koe" | "koc";
  asker: string;
  context?: string[];
  answer: { type: string; value: unknown; tolerance: number | null; sign?: string };
};
type Entry = { label: string; value: number | null; alt?: string[] };

function near(gold: number, got: number | null, tolerance: number, anySign = false): boolean {
  if (got === null) return false;
  return Math.abs(anySign ? Math.abs(gold) - Math.abs(got) : gold - got) <= tolerance + 1e-9;
}

/** As the scorer of the questions judges, save that the order of equals is not looked at. */
export function isRight({ answer: gold }: Gold, answer: Answer): boolean {
  const tolerance = gold.tolerance ?? 0;
  const isList = (type: string) => ["list", "ranking", "series"].includes(type);
  if (isList(gold.type)) {
    if (!("value" in answer) || !Array.isArray(answer.value)) return false;
    const entries = gold.value as Entry[];
    const rows = answer.value;
    const same = (e: Entry, row: { label: string; value: number | null }) =>
      e.label === row.label && (e.value === null || near(e.value, row.value, tolerance));
    return (
      entries.length === rows.length &&
      entries.every((e, i) =>
        gold.type === "list"
          ? rows.some((r) => same(e, r))
          : rows[i] !== undefined &&
            (same(e, rows[i]) || rows.some((r, j) => same(e, r) && entries[j]?.value === e.value)),
      )
    );
  }
  if (answer.type !== gold.type) return false;
  return "value" in answer && typeof answer.value === "number"
    ? near(gold.value as number, answer.value, tolerance, gold.sign === "any")
    : true;
}

export const questionsIn = (file: string): Gold[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Gold);

export type Desk = {
  /** At the moment of the demo brand, unless another is given. */
  answered: (q: Gold, question?: string, at?: number) => Promise<Asked>;
  rows: (query: Query, most: number) => Promise<DetailRow[]>;
  close: () => Promise<void>;
};

/** The demo brand in a database of its own (SQLite unless an address is given), and somebody who answers questions from it. */
export async function openDesk(postgresUrl?: string): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-answers-"));
  const store = postgresUrl ? (await openDatabase(postgresUrl)).store : await freshSqlite(folder);
  const data = await readPackage("demo/brand", () => {});
  await store.transaction(async (tx) => {
    await importPackage(tx, data, { taxonomy, now, progress: () => {} });
    await cleanPosts(tx, new Set(data.metrics.map((row) => row.submission)), now);
  });
  return {
    answered: (q, question = q.question, at = now) =>
      store.read((tx) =>
        ask(tx, {
          question,
          context: q.context ?? [],
          asker: { id: q.asker, role: q.role },
          now: at,
          zone,
          taxonomy,
          readQuestion,
        }),
      ),
    rows: (query, most) => store.read((tx) => tx.answers.rows(query, now, most)),
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freshSqlite(folder: string): Promise<Store> {
  const path = join(folder, "koloop.db");
  copyFileSync(inject("emptyDatabase"), path);
  return storeOver(await openSqlite(path, { synchronous: "NORMAL" }));
}

/** Rows, or the different people among them where people are counted. */
export const countedIn = (rows: readonly DetailRow[], query: Query): number =>
  query.count === "people" || ["segment_joined", "segment_left"].includes(query.measures[0] ?? "")
    ? new Set(rows.map((row) => row.personId)).size
    : rows.length;
