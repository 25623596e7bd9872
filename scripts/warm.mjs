// Starts koloop from its bundle over an empty database, and keeps what V8 has compiled on the way: the next start finds it. Called by bundle.mjs in a
// process of its own; nobody is written to, since there is nobody, and no address is real.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { bundleEntry } from "./bundle.mjs";
import { runBundle } from "./run-bundle.mjs";

const folder = mkdtempSync(join(tmpdir(), "koloop-warm-"));
const seed = join(folder, "seed.json");
writeFileSync(seed, JSON.stringify({ employees: [{ userid: "e1", name: "员工", role: "employee" }] }));
const port = await freePort();
for (const name of Object.keys(process.env)) {
  if (/^(KOLOOP|OTEL|WECOM|TELEGRAM|WECHATY|LLM|DATABASE_URL)/.test(name)) delete process.env[name];
}
Object.assign(process.env, {
  PORT: String(port),
  DATABASE_URL: `file:${join(folder, "warm.db")}`,
  KOLOOP_SEED: seed,
  KOLOOP_LOG_LEVEL: "silent",
  WECOM_CORP_ID: "ww0123456789abcdef",
  WECOM_CALLBACK_TOKEN: "warm",
  WECOM_CALLBACK_AES_KEY: "w".repeat(43),
});
process.chdir(folder);
process.argv = [process.argv[0], process.argv[1], "start"];
process.stdout.write = () => true;
process.stderr.write = () => true;
// What has run once and not again, as the top of every file, would be let go of by the engine before it is written down.
setFlagsFromString("--no-flush-bytecode");
const run = runBundle(bundleEntry());
try {
  await answered(`http://127.0.0.1:${port}/ready`);
  await fetch(`http://127.0.0.1:${port}/wecom/callback?msg_signature=${"0".repeat(40)}`, {
    method: "POST",
    body: "<xml/>",
  });
  // The engine takes compiled code only under the flags that it was made under.
  setFlagsFromString("--flush-bytecode");
  run.keepCompiled();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);

async function answered(address) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(20)) {
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error("koloop did not start from its bundle");
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
