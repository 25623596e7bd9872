// Generates one Prisma client per provider from the shared models, offline: Prisma's engine download is pointed at any existing
// executable, since the generator that koloop uses needs no engine.
import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const cli = join(dirname(require.resolve("prisma/package.json")), "build", "index.js");
for (const provider of ["sqlite", "postgresql"]) {
  const folder = join("prisma", "build", provider);
  rmSync(folder, { recursive: true, force: true });
  rmSync(join("db", "generated", provider), { recursive: true, force: true });
  cpSync("prisma/models", folder, { recursive: true });
  copyFileSync(`prisma/provider/${provider}.prisma`, join(folder, "_provider.prisma"));
  const run = spawnSync(process.execPath, [cli, "generate", "--schema", folder], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      CHECKPOINT_DISABLE: "1",
    },
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
