import { join } from "node:path";
import { root } from "#db/migrations.ts";
import { type Config, environmentWithFile, readConfig } from "../config.ts";
import { openDemoRooms } from "../demo.ts";
import { createKoloop, type Koloop } from "../main.ts";
import { importFolder } from "./import.ts";

/** Where the demo keeps its data, apart from a brand's own. */
const demoDatabase = "file:./data/demo.db";

/**
 * `koloop start` and `koloop demo`: runs until it is told to stop. With an empty database, `start` brings in the demo brand, so that
 * a newcomer sees something living; a brand's first `import` into an empty database keeps it away.
 */
export async function runStart(options: { demo: "when-empty" | "always" }): Promise<0 | 1> {
  const environment = environmentWithFile();
  const config = readConfig(options.demo === "always" ? { DATABASE_URL: demoDatabase, ...environment } : environment);
  const koloop = await createKoloop(config, { demo: isLoopback(config.host) });
  if (
    await koloop.store.read(
      async (tx) =>
        (await tx.people.listByRole("koe")).length === 0 && (await tx.people.listByRole("customer")).length === 0,
    )
  ) {
    process.stderr.write("第一次启动:正在放入演示品牌「启程汽车」… / first start: bringing in the demo brand …\n");
    await importFolder(koloop.store, join(root, "demo", "brand"));
  }
  try {
    await koloop.start();
  } catch (fault) {
    await koloop.stop().catch(() => {});
    throw explained(fault, config);
  }
  if (koloop.web && isLoopback(config.host)) await openDemoRooms(koloop.store, koloop.web);
  await greet(koloop);
  await untilToldToStop();
  process.stderr.write("正在停止… / stopping …\n");
  await koloop.stop();
  return 0;
}

async function greet(koloop: Koloop): Promise<void> {
  process.stdout.write(`${koloop.address}\n`);
  process.stderr.write(
    "在浏览器里打开上面的地址。按 Ctrl+C 停止。 / Open the address above in a browser. Ctrl+C stops koloop.\n",
  );
}

function untilToldToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
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
