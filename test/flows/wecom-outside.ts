import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import type { SentCard } from "../fakes/wecom/card-check.ts";
import type { FakeWecom } from "../fakes/wecom/server.ts";
import { freePort } from "../setup/free-port.ts";
import { type Line, openStage, seed } from "./wecom-house.ts";

const root = join(import.meta.dirname, "..", "..");
const startWithinMs = 120_000;

/** koloop as somebody else runs it: its own process, an empty data folder, and nothing but the environment. */
export type Outside = {
  fake: FakeWecom;
  address: string;
  /** Everything the process has printed, over all its lives. */
  readonly output: string;
  start(): Promise<void>;
  /** kill -9, at once. */
  kill(): Promise<void>;
  pid(): number;
  feed(raw: string | Uint8Array): void;
  archive(line: Record<string, unknown>): void;
  says(id: string, from: string, to: string, content: string, more?: Record<string, unknown>): void;
  tap(card: SentCard, key: string, from?: string): Promise<Response>;
};

export const allLines: readonly Line[] = ["app", "kf", "contact", "archive", "bot"];

export async function openOutside(
  lines: readonly Line[] = allLines,
  cast: Record<string, unknown> = seed,
): Promise<Outside> {
  const { fake, folder, settings, feed, archive, says } = await openStage(lines, cast);
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const env = {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    PORT: String(port),
    DATABASE_URL: `file:${join(folder, "koloop.db")}`,
    ...settings,
  };
  let child: ChildProcess | undefined;
  let output = "";
  const ended = (process: ChildProcess) =>
    process.exitCode !== null || process.signalCode !== null
      ? Promise.resolve()
      : new Promise<void>((resolve) => process.once("exit", () => resolve()));
  const kill = async (): Promise<void> => {
    const dying = child;
    child = undefined;
    dying?.kill("SIGKILL");
    if (dying) await ended(dying);
  };
  onTestFinished(kill);
  const address = `http://127.0.0.1:${port}`;
  const house: Outside = {
    fake,
    address,
    get output() {
      return output;
    },
    pid: () => child?.pid ?? 0,
    kill,
    async start() {
      const started = spawn(process.execPath, [join(root, "scripts", "koloop.mjs"), "start"], { env, cwd: folder });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream?.on("data", (data) => {
          output += String(data);
        });
      const end = Date.now() + startWithinMs;
      while (!(await answers(`${address}/health`))) {
        if (Date.now() > end || started.exitCode !== null) throw new Error(`koloop did not start: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    ...{ feed, archive, says },
    tap: (card, key, from) => postCallback(address, fake.tapXml(card, key, from)),
  };
  await house.start();
  return house;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
