import { createHash } from "node:crypto";
import type { Sql } from "./sql.ts";

type Entry = { at: number; actor: string; action: string; subject: string; detail: string };
type Line = Entry & { seq: number; previous_hash: string; hash: string };

/** SHA-256 over the hash before and every field of the line. */
export function auditHash(previous: string, line: Entry): string {
  const text = JSON.stringify([previous, line.at, line.actor, line.action, line.subject, line.detail]);
  return createHash("sha256").update(text).digest("hex");
}

/** Adds a line to the audit; each carries the hash of the one before, so that a line taken out or changed shows. */
export async function addAuditLine(sql: Sql, line: Omit<Entry, "detail"> & { detail: unknown }): Promise<void> {
  const entry: Entry = { ...line, detail: JSON.stringify(line.detail ?? {}) };
  await sql.atEnd("audit", entry, async (entries, committed) => {
    const last = await committed.get<{ hash: string }>("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1");
    let previous = last?.hash ?? "";
    for (const each of entries) {
      const hash = auditHash(previous, each);
      await sql.insert("audit", { ...each, previous_hash: previous, hash });
      previous = hash;
    }
  });
}

/**
 * The first line where the chain does not hold; undefined where it does. A line whose words were emptied for somebody who was forgotten
 * keeps its hash and counts as whole only where a later `person.erased` line, whole itself, names it.
 */
export async function brokenAuditLine(sql: Sql): Promise<number | undefined> {
  const lines = await sql.all<Line>("SELECT * FROM audit ORDER BY seq");
  const emptied = new Set<number>();
  let broken: number | undefined;
  for (const line of lines.toReversed()) {
    if (line.hash !== auditHash(line.previous_hash, line)) {
      if (!emptied.has(line.seq)) broken = line.seq;
    } else if (line.action === "person.erased") {
      const { lines: named } = JSON.parse(line.detail) as { lines?: number[] };
      for (const seq of named ?? []) emptied.add(seq);
    }
  }
  let previous = "";
  for (const line of lines) {
    if (line.previous_hash !== previous) return Math.min(line.seq, broken ?? line.seq);
    previous = line.hash;
  }
  return broken;
}
