// Runs what can be run of the deployment on a machine without a Docker daemon: node scripts/check-deploy.mjs
//   1. the build step of the Dockerfile, word for word, in a clone of the last commit, and the command of its image until it is ready;
//   2. compose.yaml by `docker compose config`, and the systemd unit by `systemd-analyze verify`, where those are installed.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "koloop-deploy-"));
const port = 20_000 + Math.floor(Math.random() * 20_000);
const readyWithinMs = 60_000;
let failed = false;

function tell(what, isFine, why = "") {
  failed ||= !isFine;
  console.log(`${isFine ? "✓" : "✗"} ${what}${why && `: ${why}`}`);
}

/** `probe`: the arguments by which the command says that it can do this at all. */
function verify(what, command, probe, args, env = {}) {
  if (spawnSync(command, probe).status !== 0)
    return console.log(`· ${what}: not checked, ${command} ${probe[0]} is not here`);
  const run = spawnSync(command, args, { cwd: root, encoding: "utf8", env: { ...process.env, ...env } });
  tell(what, run.status === 0, run.status === 0 ? "" : `${run.stderr || run.stdout}`.trim().slice(0, 2000));
}

async function image() {
  const text = readFileSync(join(root, "Dockerfile"), "utf8");
  const build = /^RUN (npm ci .*)$/m.exec(text)?.[1];
  const command = /^CMD (\[.*\])$/m.exec(text)?.[1];
  if (!build || !command) return tell("the Dockerfile's build step and command", false, "not found");
  const clone = join(folder, "koloop");
  execFileSync("git", ["clone", "-q", root, clone]);
  const built = spawnSync("sh", ["-c", build], { cwd: clone, encoding: "utf8" });
  tell(`RUN ${build}`, built.status === 0, built.status === 0 ? "" : built.stderr.slice(-2000));
  if (built.status !== 0) return;
  const [program, ...args] = JSON.parse(command);
  const env = {
    ...process.env,
    NODE_ENV: "production",
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: "file:./data/koloop.db",
  };
  const koloop = spawn(program, args, { cwd: clone, env, stdio: ["ignore", "ignore", "inherit"] });
  const ended = new Promise((resolve) => koloop.once("exit", (code, signal) => resolve(code ?? signal)));
  const isReady = await answers(`http://127.0.0.1:${port}/ready`);
  tell(`CMD ${command} answers /ready`, isReady);
  koloop.kill("SIGTERM");
  const code = await Promise.race([ended, sleep(readyWithinMs, "nothing")]);
  tell("SIGTERM ends it by itself", code === 0, code === 0 ? "" : String(code));
  koloop.kill("SIGKILL");
}

async function answers(url) {
  for (const end = Date.now() + readyWithinMs; Date.now() < end; await sleep(200)) {
    const isOk = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isOk) return true;
  }
  return false;
}

try {
  verify("compose.yaml", "docker", ["compose", "version"], ["compose", "--profile", "*", "config", "--quiet"], {
    POSTGRES_PASSWORD: "checked",
  });
  // A template is verified as one of its instances.
  const unit = join(folder, "koloop@http.service");
  copyFileSync(join(root, "deploy/koloop@.service"), unit);
  verify("deploy/koloop@.service", "systemd-analyze", ["--version"], ["verify", unit]);
  await image();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed ? 1 : 0);
