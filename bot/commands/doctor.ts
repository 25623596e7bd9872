import { auditHash } from "#db/settings.ts";
import type { Store, Tx } from "#db/store.ts";
import { foldHolds, type TagHold } from "#domain/tag.ts";
import { wecomFindings } from "../channels/wecom/doctor.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";

type Finding = { ok: boolean; zh: string; en: string };

/** `koloop doctor`: what is set, what runs, and what is wrong; exit code 1 where anything is. `--deep` rebuilds from the ledger. */
export async function runDoctor(options: { deep?: boolean }): Promise<0 | 1> {
  const environment = environmentWithFile();
  const config = readConfig(environment);
  const findings: Finding[] = [
    { ok: true, zh: `Node ${process.versions.node}`, en: `Node ${process.versions.node}` },
    { ok: true, zh: `数据库 ${config.databaseUrl.replace(/\/\/[^@/]*@/, "//…@")}`, en: "database" },
  ];
  const { store, applied } = await openDatabase(config.databaseUrl);
  try {
    findings.push({
      ok: true,
      zh: applied.length > 0 ? `已升级 ${applied.join(", ")}` : "表结构是最新的",
      en: "schema is current",
    });
    findings.push(...(await store.read(counts)));
    findings.push(...(await wecomFindings({ environment, config: config.wecom, store, now: Date.now })));
    if (options.deep) findings.push(...(await deepCheck(store)));
  } finally {
    await store.close();
  }
  for (const { ok, zh, en } of findings) process.stdout.write(`${ok ? "✓" : "✗"} ${zh} / ${en}\n`);
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

async function counts(tx: Tx): Promise<Finding[]> {
  const { sql } = tx.connection;
  const count = async (table: string) =>
    Number((await sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n ?? 0);
  const outbox = await tx.outbox.counts();
  const dead = await count("dead_event");
  return [
    { ok: true, zh: `${await count("person")} 人,${await count("tag_event")} 条标签账目`, en: "people, ledger lines" },
    {
      ok: (outbox.dead ?? 0) === 0,
      zh: `待发 ${outbox.waiting ?? 0},已发 ${outbox.sent ?? 0},放弃 ${outbox.dead ?? 0}`,
      en: "outbox waiting, sent, given up",
    },
    { ok: dead === 0, zh: `搁置的事件 ${dead}`, en: "events set aside" },
  ];
}

/** Rebuilds every person's tags from the ledger and compares, and follows the audit's chain of hashes. */
async function deepCheck(store: Store): Promise<Finding[]> {
  return store.read(async (tx) => {
    let differences = 0;
    let people = 0;
    for (const person of await tx.people.all()) {
      people++;
      const kept = (await tx.ledger.holdsOf(person.id)).map(key).sort();
      const rebuilt = foldHolds(await tx.ledger.eventsOf(person.id))
        .map(key)
        .sort();
      if (JSON.stringify(kept) !== JSON.stringify(rebuilt)) differences++;
    }
    const broken = await brokenAuditLine(tx);
    return [
      {
        ok: differences === 0,
        zh: `从账本重算 ${people} 人,${differences} 人不一致`,
        en: "people rebuilt from the ledger, differing",
      },
      {
        ok: broken === undefined,
        zh: broken === undefined ? "审计链完整" : `审计链在第 ${broken} 行断开`,
        en: "audit chain",
      },
    ];
  });
}

const key = (hold: TagHold): string =>
  JSON.stringify([hold.tag, hold.since, hold.until, hold.source, hold.settledBy, hold.quote, hold.locked]);

async function brokenAuditLine(tx: Tx): Promise<number | undefined> {
  type Line = {
    seq: number;
    at: number;
    actor: string;
    action: string;
    subject: string;
    detail: string;
    previous_hash: string;
    hash: string;
  };
  let previous = "";
  for (const line of await tx.connection.sql.all<Line>("SELECT * FROM audit ORDER BY seq")) {
    if (line.previous_hash !== previous || line.hash !== auditHash(previous, line)) return line.seq;
    previous = line.hash;
  }
  return undefined;
}
