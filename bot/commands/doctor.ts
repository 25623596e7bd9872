import { brokenAuditLine } from "#db/audit-chain.ts";
import type { Store, Tx } from "#db/store.ts";
import { keptDays } from "#domain/retention.ts";
import { managedTaxonomy } from "#handlers/care-for-vocabulary.ts";
import { compareWithRebuild } from "#handlers/compare-rebuild.ts";
import { lastSweptAt } from "#handlers/let-go.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { telegramFindings } from "../channels/telegram/doctor.ts";
import { wechatyFinding } from "../channels/wechaty/doctor.ts";
import { wecomFindings } from "../channels/wecom/doctor.ts";
import { type Config, environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { masterKeysOf } from "../master-key.ts";
import { usageBefore } from "../second-thoughts.ts";
import { halfModel } from "./half-set.ts";
import { keysState } from "./keys.ts";

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
    findings.push(await store.read((tx) => clockFinding(tx, Date.now())));
    findings.push(await keysState(store, masterKeysOf(environment)));
    findings.push(await llmFinding(store, config, environment));
    findings.push(...(await wecomFindings({ environment, config: config.wecom, store, now: Date.now })));
    const hasRoot = Boolean(environment.TELEGRAM_API_ROOT);
    const { telegram, publicUrl } = config;
    findings.push(...(await telegramFindings({ config: telegram, publicUrl, store, hasRoot, now: Date.now() })));
    if (config.wechatyPuppet) findings.push(await wechatyFinding(store));
    if (options.deep) findings.push(...(await deepCheck(store)));
  } finally {
    await store.close();
  }
  for (const { ok, zh, en } of findings) process.stdout.write(`${ok ? "✓" : "✗"} ${zh} / ${en}\n`);
  return findings.every((finding) => finding.ok) ? 0 : 1;
}

const dayMs = 86_400_000;

/** Where a manager sees each of them, and tries it again or drops it. */
const settleHint = "(在 /dead-letters 页面处理)";

async function counts(tx: Tx): Promise<Finding[]> {
  const { sql } = tx.connection;
  const count = async (table: string) =>
    Number((await sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n ?? 0);
  const outbox = await tx.outbox.counts();
  const dead = await count("dead_event");
  const swept = await lastSweptAt(tx);
  const overdue = Object.values(await tx.retention.overdue(Date.now() - dayMs)).reduce((sum, n) => sum + n, 0);
  return [
    { ok: true, zh: `${await count("person")} 人,${await count("tag_event")} 条标签账目`, en: "people, ledger lines" },
    {
      ok: (outbox.dead ?? 0) === 0,
      zh: `待发 ${outbox.waiting ?? 0},已发 ${outbox.sent ?? 0},放弃 ${outbox.dead ?? 0}${(outbox.dead ?? 0) > 0 ? settleHint : ""}`,
      en: "outbox waiting, sent, given up",
    },
    {
      // What came in old by an import is let go of at the first sweep, once koloop runs.
      ok: overdue === 0 || swept === undefined,
      zh: `保存期:${Object.entries(keptDays)
        .map(([kept, days]) => `${kept} ${days} 天`)
        .join(",")};过期未清 ${overdue}${overdue > 0 && swept === undefined ? "(启动后第一次清理时清掉)" : ""}`,
      en: "kept for so many days; past that and still there (let go of by the first sweep after a start)",
    },
    { ok: dead === 0, zh: `搁置的事件 ${dead}${dead > 0 ? settleHint : ""}`, en: "events set aside" },
  ];
}

/** Clocks of two machines differ by some minutes at most. */
const clocksDifferMs = 10 * 60_000;

/** What koloop itself wrote down last cannot lie ahead: where it does, the clock was set back, and what is due would wait for it. */
export async function clockFinding(tx: Tx, now: number): Promise<Finding> {
  const row = await tx.connection.sql.get<{ at: number | null }>("SELECT max(at) AS at FROM audit");
  const ahead = Number(row?.at ?? 0) - now;
  if (ahead < clocksDifferMs)
    return { ok: true, zh: "时钟不早于最后的记录", en: "clock is not behind the last record" };
  const last = new Date(now + ahead).toISOString();
  return {
    ok: false,
    zh: `时钟比最后的记录(${last})早:先校准本机时间(NTP)再启动,否则到期的事要等到那时`,
    en: `the clock is behind the last record of ${last}: set it (NTP) before starting, or what is due waits until then`,
  };
}

/** Whether a language model helps, and what of today's budget is left. */
async function llmFinding(
  store: Store,
  { llm }: Config,
  environment: Record<string, string | undefined>,
): Promise<Finding> {
  const [half] = halfModel(environment);
  if (half) return half;
  if (!llm) return { ok: true, zh: "语言模型未启用(可选)", en: "no language model (optional)" };
  const kept = await usageBefore(store);
  const today = new Date().toISOString().slice(0, 10);
  const used = kept?.day === today ? kept : { tokens: 0, calls: 0, fellBack: 0 };
  const told = `${used.tokens}/${llm.dailyTokens} token, ${used.calls} calls, ${used.fellBack} fell back`;
  const fault = kept?.lastFault && used.fellBack > 0 ? ` (${kept.lastFault})` : "";
  return { ok: true, zh: `语言模型 ${llm.model},今天已用 ${told}${fault}`, en: "language model, used today" };
}

const namedAtMost = 5;

/** Rebuilds every person's tags and segments from the ledger and compares, and follows the audit's chain of hashes. */
async function deepCheck(store: Store): Promise<Finding[]> {
  return store.read(async (tx) => {
    const ctx = { taxonomy: await managedTaxonomy(tx, loadTaxonomy()), now: Date.now };
    const tags: string[] = [];
    const segments: string[] = [];
    const settling = new Set((await tx.profiles.allSettling()).map(({ segmentId }) => segmentId));
    const people = await tx.people.all();
    for (const person of people) {
      const differing = await compareWithRebuild(tx, ctx, person, settling);
      if (differing.tags) tags.push(person.id);
      if (differing.segments.length > 0) segments.push(`${person.id} (${differing.segments.join(", ")})`);
    }
    const broken = await brokenAuditLine(tx.connection.sql);
    const { sql } = tx.connection;
    const [pages] =
      sql.dialect === "sqlite" ? await sql.all<{ quick_check: string }>("PRAGMA quick_check(1)") : [undefined];
    return [
      rebuilt(people.length, tags, "人的标签", "people's tags"),
      rebuilt(people.length, segments, "人的分群", "people's segments"),
      {
        ok: broken === undefined,
        zh: broken === undefined ? "审计链完整" : `审计链在第 ${broken} 行断开`,
        en: "audit chain",
      },
      ...(pages
        ? [
            {
              ok: pages.quick_check === "ok",
              zh: pages.quick_check === "ok" ? "数据库文件完好" : "数据库文件损坏:koloop restore 备份 新文件",
              en: pages.quick_check === "ok" ? "database file" : `${pages.quick_check}: koloop restore BACKUP NEW.db`,
            },
          ]
        : []),
    ];
  });
}

function rebuilt(count: number, differing: readonly string[], zh: string, en: string): Finding {
  const who = differing.length > 0 ? `: ${differing.slice(0, namedAtMost).join(", ")}` : "";
  return {
    ok: differing.length === 0,
    zh: `从账本重算 ${count} ${zh},${differing.length} 人不一致${who}`,
    en: `${en} rebuilt from the ledger, differing`,
  };
}
