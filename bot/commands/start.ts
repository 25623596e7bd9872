import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { root } from "#db/migrations.ts";
import type { Store } from "#db/store.ts";
import { readPacksAfterStart, tidyAfterStart } from "../after-start.ts";
import { type Config, environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { openDemoRooms } from "../demo.ts";
import { createKoloop, type Koloop } from "../main.ts";
import { dutiesOf, readRole } from "../roles.ts";
import { halfSet } from "./half-set.ts";

/** Where the demo keeps its data, apart from a brand's own. */
const demoDatabase = "file:./data/demo.db";
/** The setting that marks a database as a demonstration: only there may the cast be played without a link. */
const demoSetting = "demo";

/**
 * `koloop start` and `koloop demo`: runs until it is told to stop. With an empty database, `start` brings in the demo brand, so that
 * a newcomer sees something living; a brand's first `import` into an empty database keeps it away.
 */
export async function runStart(options: { demo: "when-empty" | "always"; only?: string }): Promise<0 | 1> {
  const environment = environmentWithFile();
  const config = readConfig(options.demo === "always" ? { DATABASE_URL: demoDatabase, ...environment } : environment);
  const role = readRole(options.only, config.databaseUrl);
  const { http } = dutiesOf(role);
  for (const { zh, en } of halfSet(environment)) process.stderr.write(`✗ ${zh} / ${en}\n`);
  if (http) await tryPort(config);
  const database = await openDatabase(config.databaseUrl);
  const isDemo = role === "all" && (await bringInDemo(database.store, config)) && isLoopback(config.host);
  // A newcomer may try it at night: in the demo nothing waits for the morning, unless the setting says so.
  const quietHours = isDemo && environment.KOLOOP_QUIET_HOURS === undefined ? false : config.quietHours;
  const koloop = await createKoloop({ ...config, quietHours }, { demo: isDemo, role, database });
  try {
    await koloop.start();
  } catch (fault) {
    await koloop.stop().catch(() => {});
    throw explained(fault, config);
  }
  readPacksAfterStart(koloop.ctx);
  tidyAfterStart();
  if (koloop.web && isDemo) await openDemoRooms(koloop.store, koloop.web);
  if (http) await greet(koloop, isDemo);
  else process.stderr.write(`koloop: ${role}\n`);
  await untilToldToStop();
  process.stderr.write("正在停止… / stopping …\n");
  await koloop.stop();
  return 0;
}

/** Puts the demo brand into an empty database; true where the database is a demonstration. */
async function bringInDemo(store: Store, config: Config): Promise<boolean> {
  if (config.seedPath) return false;
  const known = await store.read(async (tx) => ({
    people: await tx.people.knowsAnybody(),
    demo: await tx.settings.get(demoSetting),
  }));
  if (known.people) return known.demo !== undefined;
  process.stderr.write("第一次启动:正在放入演示品牌「启程汽车」… / first start: bringing in the demo brand …\n");
  const { importFolder } = await import("./import.ts");
  await importFolder(store, join(root, "demo", "brand"));
  await store.transaction((tx) => tx.settings.set(demoSetting, "yes", Date.now()));
  return true;
}

/** Prints the address; for a brand's own data also a link that signs a manager in, once. */
async function greet(koloop: Koloop, isDemo: boolean): Promise<void> {
  process.stdout.write(`${koloop.address}\n`);
  if (isDemo) {
    process.stderr.write(
      "在浏览器里打开上面的地址。按 Ctrl+C 停止。 / Open the address above in a browser. Ctrl+C stops koloop.\n",
    );
    return;
  }
  const [manager] = await koloop.store.read((tx) => tx.people.listByRole("manager"));
  if (manager && koloop.web) {
    process.stderr.write(`${manager.name} 的一次性登录链接 / a link that signs ${manager.name} in once:\n`);
    process.stdout.write(`${await koloop.web.signInLink(manager.id)}\n`);
  } else {
    process.stderr.write(
      "还没有经理。请先 koloop import 一个数据包。 / There is no manager yet: koloop import a data package first.\n",
    );
  }
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

/** Finds a port that is taken before the demo brand is brought in, not after. */
async function tryPort(config: Config): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(config.port, config.host);
    await once(probe, "listening");
  } catch (fault) {
    throw explained(fault, config);
  } finally {
    probe.close();
  }
}

function explained(fault: unknown, config: Config): unknown {
  const code = (fault as { code?: string }).code;
  if (code === "EADDRINUSE") {
    return new Error(
      `端口 ${config.port} 已被占用 / port ${config.port} is in use. Stop the other program, or set PORT to another number.`,
      {
        cause: fault,
      },
    );
  }
  if (code === "EACCES") {
    return new Error(
      `端口 ${config.port} 不允许使用 / port ${config.port} is not allowed. Set PORT to a number above 1023.`,
      { cause: fault },
    );
  }
  return fault;
}

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || host.startsWith("127.");
