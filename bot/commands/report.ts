import { healthMarkdown } from "#cards/health-markdown.ts";
import { healthReportCard } from "#cards/health-report.ts";
import type { HealthView } from "#cards/health-sections.ts";
import type { HealthScope } from "#domain/health-facts.ts";
import { findScope } from "#handlers/find-scope.ts";
import { reportHealth } from "#handlers/gather-health.ts";
import { createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";

export type ReportOptions = { of: string; format: string; lang?: string; now?: string };

const kinds = ["task", "theme", "segment", "koc", "month"];
const formats: Record<string, (view: HealthView) => Promise<string>> = {
  markdown: async (view) => healthMarkdown(view),
  html: async (view) => (await import("../report-page.ts")).reportPage(view),
  json: async ({ report }) => `${JSON.stringify(report)}\n`,
  card: async (view) => `${JSON.stringify(healthReportCard(view))}\n`,
};

/** `koloop report NAME --of KIND --format FORMAT`: a health report on standard output. 2 for wrong options, 1 where nothing has that name. */
export async function runReport(name: string, options: ReportOptions): Promise<0 | 1 | 2> {
  const config = readConfig(environmentWithFile());
  const format = formats[options.format];
  const now = options.now === undefined ? Date.now() : Date.parse(options.now);
  const lang = options.lang ?? config.lang;
  if (!format || !kinds.includes(options.of) || Number.isNaN(now) || (lang !== "zh" && lang !== "en")) {
    process.stderr.write(
      `用法 / usage: koloop report NAME --of ${kinds.join("|")} --format ${Object.keys(formats).join("|")} [--lang zh|en] [--now 2026-11-20T18:00:00+08:00]\n`,
    );
    return 2;
  }
  const { store } = await openDatabase(config.databaseUrl);
  try {
    const { timeZone } = config;
    const report = await store.read(async (tx) => {
      const scope = await findScope(tx, options.of as HealthScope["kind"], name);
      const readComment = createCommentReader(loadCommentModel());
      return scope && reportHealth(tx, scope, { now, timeZone, readComment });
    });
    if (!report) {
      process.stderr.write(`没有找到 / there is no such ${options.of}: ${name}\n`);
      return 1;
    }
    process.stdout.write(await format({ report, lang, timeZone }));
    return 0;
  } finally {
    await store.close();
  }
}
