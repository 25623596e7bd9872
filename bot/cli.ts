import { Command, CommanderError } from "commander";
import { ConfigError, UsageError } from "./config.ts";
import { wordsOfFault } from "./fault-words.ts";

// Exit codes. 0: done. 1: failed, and the words on stderr say what to do. 2: wrong arguments.

const program = new Command("koloop")
  .description(
    "把聊天里听到的,变成合适的任务和诚实的报告。\nHears what customers say, asks the employee once, and closes the loop.",
  )
  .showHelpAfterError("(koloop --help 查看用法 / shows how it is used)")
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) });

let exitCode = 0;
const run = (work: () => Promise<number>) => async (): Promise<void> => {
  exitCode = await work();
};

program
  .command("start")
  .option("--only <role>", "只做一件:http、worker、channel:telegram / one role of a cluster; needs PostgreSQL")
  .description("启动 koloop 和网页信使 / start koloop and the web messenger")
  .action((options: { only?: string }) =>
    run(async () => (await import("./commands/start.ts")).runStart({ demo: "when-empty", ...options }))(),
  );

program
  .command("demo")
  .description("用演示品牌启动,不动你的数据 / start with the demo brand, beside your own data")
  .action(run(async () => (await import("./commands/start.ts")).runStart({ demo: "always" })));

program
  .command("import")
  .argument("<dir>", "数据包文件夹 / the folder of a data package")
  .description("导入数据包,全部成功或全部不动 / import a data package, all or nothing")
  .action((dir: string) => run(async () => (await import("./commands/import.ts")).runImport(dir))());

program
  .command("export")
  .argument("[dir]", "写到哪个文件夹 / the folder to write to")
  .option("--person <id>", "只导出一个人的全部数据,JSON / all that is held of one person, as JSON")
  .description("导出为数据包 / export everything as a data package")
  .action((dir: string | undefined, options: { person?: string }) =>
    run(async () => (await import("./commands/export.ts")).runExport(dir, options))(),
  );

program
  .command("backup")
  .argument("<file>", "写到哪个文件 / the file to write")
  .description("在线备份,加密并校验 / back up while running: encrypted and checked")
  .action((file: string) => run(async () => (await import("./commands/backup.ts")).runBackup(file))());

program
  .command("restore")
  .argument("<file>", "备份 / the backup")
  .argument("<database>", "新的数据库文件 / the new database file")
  .description("从备份恢复到新文件 / restore a backup into a new file")
  .action((file: string, database: string) =>
    run(async () => (await import("./commands/backup.ts")).runRestore(file, database))(),
  );

program
  .command("erase")
  .argument("<person>", "编号 / the person's id")
  .description("彻底忘记一个人,并证明没有残留 / forget a person everywhere, and prove that nothing is left")
  .action((person: string) => run(async () => (await import("./commands/erase.ts")).runErase(person))());

const keys = program
  .command("keys")
  .description("内容加密的密钥:状态 / keys that what people say is sealed under: the state")
  .action(run(async () => (await import("./commands/keys.ts")).runKeys()));
keys
  .command("new")
  .description("打印一把新的主密钥 / print a new master key")
  .action(run(async () => (await import("./commands/keys.ts")).runNewKey()));
keys
  .command("seal")
  .description("加密以前写下的内容,可续 / seal what was written before; resumes")
  .action(run(async () => (await import("./commands/keys.ts")).runSeal()));
keys
  .command("rotate")
  .description(
    "换主密钥,旧的放 KOLOOP_MASTER_KEY_OLD,可续 / change the master key, the old one in KOLOOP_MASTER_KEY_OLD; resumes",
  )
  .action(run(async () => (await import("./commands/keys.ts")).runRotate()));

program
  .command("migrate")
  .option("--to <url>", "从 SQLite 复制到 postgresql://…,可续传 / copy from SQLite to postgresql://…; resumes")
  .description("把数据库升级到这个版本 / bring the database up to this version")
  .action((options: { to?: string }) => run(async () => (await import("./commands/migrate.ts")).runMigrate(options))());

program
  .command("doctor")
  .option("--deep", "重算账本并比对 / rebuild from the ledger and compare")
  .description("检查设置、数据库和通道 / check settings, database and channels")
  .action((options: { deep?: boolean }) =>
    run(async () => (await import("./commands/doctor.ts")).runDoctor(options))(),
  );

program
  .command("cues")
  .argument("[file]", "JSON 行;省略则读标准输入 / JSON lines; standard input where left out")
  .description("从对话里听出标签 / hear tags in conversations")
  .action((file?: string) =>
    run(async () => {
      const [{ runCues }, { inputOf }] = await Promise.all([
        import("./commands/cues.ts"),
        import("./commands/input.ts"),
      ]);
      return runCues(inputOf(file), process.stdout, process.stderr);
    })(),
  );

program
  .command("retag")
  .option("--ask", "为新听出的标签提问;省略则只数 / ask about what is newly heard; only counted where left out")
  .option("--since <date>", "只听这一天以后的话 / only what was said from this day on (ISO)")
  .option("--all", "不只听改动过的说法 / not only ways of saying that have changed")
  .description("词包改动后重听存下的话,可续 / hear stored messages anew after a pack was edited; resumes")
  .action((options: import("./commands/retag.ts").RetagOptions) =>
    run(async () => (await import("./commands/retag.ts")).runRetag(options))(),
  );

program
  .command("comments")
  .argument("[file]", "JSON 行;省略则读标准输入 / JSON lines; standard input where left out")
  .description("读评论:情感、关键词、方面 / read comments: sentiment, keywords, aspects")
  .action((file?: string) => run(async () => (await import("./commands/comments.ts")).runComments(file))());

const metrics = program
  .command("metrics")
  .description("作品数据:导入表格,管理接口令牌 / figures of posts: import a table, manage tokens");
metrics
  .command("import")
  .argument("<file>", "CSV 或 XLSX,数据或评论 / CSV or XLSX, of figures or comments")
  .description("导入表格,列先提议后记住 / import a table; columns are proposed and remembered")
  .option("--map <columns>", "post=链接,reads=观看人数,…;记住给下次 / remembered for the next time")
  .option("--at <time>", "没有时间列的表算哪个时刻 / when rows without a time count (ISO)")
  .action((file: string, options: import("./commands/metrics.ts").ImportOptions) =>
    run(async () => (await import("./commands/metrics.ts")).runMetricsImport(file, options))(),
  );
metrics
  .command("token")
  .argument("<action>", "add, list, revoke")
  .argument("[word]", "名字或编号 / a name, or an id")
  .description("HTTP 接口的令牌 / tokens of the HTTP endpoint")
  .action((action: string, word?: string) =>
    run(async () => (await import("./commands/metrics.ts")).runMetricsToken(action, word))(),
  );

program
  .command("ask")
  .argument("[question]", "问题 / the question")
  .option("--as <person>", "以谁的身份问,省略则是管理者 / who asks; a manager where left out")
  .option("--now <iso>", "以此刻为现在 / what counts as now")
  .option("--db <url>", "数据库 / the database")
  .option("--file <questions>", "JSON 行,每行一个问题 / JSON lines, a question each")
  .description("问数字,得到有定义、有出处的回答 / ask for figures, with definition and proof")
  .action((question: string | undefined, options: { as?: string; now?: string; db?: string; file?: string }) =>
    run(async () => (await import("./commands/ask.ts")).runAsk(question, options))(),
  );

program
  .command("report")
  .argument("<name>", "任务、主题、分群、KOC 的编号或名字,或月份 2026-11 / id or name, or a month")
  .option("--of <kind>", "task, theme, segment, koc, month", "task")
  .option("--format <format>", "card, markdown, html, json", "markdown")
  .option("--lang <lang>", "zh, en")
  .option("--now <time>", "以这个时刻为准 / as of this time (ISO)")
  .description("体检报告:漏斗、薄弱环节、内容、评论 / health report: funnel, weak step, content, comments")
  .action((name: string, options: import("./commands/report.ts").ReportOptions) =>
    run(async () => (await import("./commands/report.ts")).runReport(name, options))(),
  );

program
  .command("policy")
  .option("--replay <log>", "重放一份记录:权重是否一致,换一种选法会怎样 / replay a record: same weights, and what if")
  .option("--json", "输出 JSON / print JSON")
  .description("按模拟器协议回答匹配与学习 / answer the simulator's protocol with the real matching and learning")
  .action((options: { replay?: string; json?: boolean }) =>
    run(async () =>
      options.replay === undefined
        ? (await import("./commands/policy.ts")).runPolicyCommand()
        : (await import("./commands/policy-replay.ts")).runReplay(options.replay, options.json ?? false),
    )(),
  );

program
  .command("chat")
  .requiredOption("--as <person>", "以谁的身份 / as whom, by id")
  .description("在终端里和 koloop 聊天 / talk with koloop in a terminal")
  .action((options: { as: string }) => run(async () => (await import("./commands/chat.ts")).runChat(options.as))());

program
  .command("wecom")
  .description("企业微信 / WeCom")
  .command("sync")
  .option("--dry-run", "只看差异,不写 / show the differences and write nothing")
  .description("同步客户和客户群 / bring in customers and customer groups")
  .action((options: { dryRun?: boolean }) =>
    run(async () => (await import("./commands/wecom-sync.ts")).runWecomSync(options))(),
  );

program
  .command("bench")
  .argument("<name>", "loop, hearing, …")
  .option("--json", "机器可读 / for machines")
  .description("与同类和极限同场测量 / measure against peers and limits in the same run")
  .action((name: string, options: { json?: boolean }) =>
    run(async () => (await import("./commands/bench.ts")).runBench(name, options.json ?? false))(),
  );

async function main(): Promise<number> {
  try {
    if (process.argv.length <= 2) {
      program.outputHelp();
      return 2;
    }
    await program.parseAsync();
    return exitCode;
  } catch (fault) {
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${wordsOfFault(fault)}\n`);
    if (fault instanceof UsageError) return 2;
    if (!(fault instanceof ConfigError) && process.env.KOLOOP_LOG_LEVEL === "debug") console.error(fault);
    return 1;
  }
}

/** `koloop ask --file … | head`: who reads has had enough, and the rest is for nobody. What runs on and on runs on without a reader. */
process.stdout.on("error", (fault: NodeJS.ErrnoException) => {
  if (fault.code !== "EPIPE") throw fault;
  if (!["start", "demo"].includes(process.argv[2] ?? "")) process.exit(0);
});

// No `await` out here: what is compiled ahead (scripts/bundle.mjs) may not wait while it loads.
void main().then((code) => {
  process.exitCode = code;
});
