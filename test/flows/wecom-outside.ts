import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { SentCard } from "../fakes/wecom/card-check.ts";
import { FakeWecom, postCallback } from "../fakes/wecom/server.ts";
import { type Line, seed, settingsOf } from "./wecom-house.ts";

const root = join(import.meta.dirname, "..", "..");
const startWithinMs = 60_000;

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
  const fake = new FakeWecom();
  await fake.start();
  onTestFinished(() => fake.stop());
  const folder = mkdtempSync(join(tmpdir(), "koloop-outside-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const feed = join(folder, "archive.ndjson");
  const seedFile = join(folder, "seed.json");
  writeFileSync(feed, "");
  writeFileSync(seedFile, JSON.stringify(cast));
  fake.customers.set("wmC1", { name: "王女士", follow: new Map([["ann", new Set()]]) });
  fake.customers.set("wmKoc1", { name: "李雷", follow: new Map([["ann", new Set()]]) });
  const port = await freePort();
  const { PATH, HOME } = process.env;
  const env = {
    ...(PATH !== undefined && { PATH }),
    ...(HOME !== undefined && { HOME }),
    PORT: String(port),
    DATABASE_URL: `file:${join(folder, "koloop.db")}`,
    ...settingsOf(fake, { feed, seedFile, lines }),
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
  const archive = (line: Record<string, unknown>) => appendFileSync(feed, `${JSON.stringify(line)}\n`);
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
    feed: (raw) => appendFileSync(feed, raw),
    archive,
    says: (msgid, from, to, content, more = {}) => archive({ ...spoken(msgid, from, to, content), ...more }),
    tap: (card, key, from) => postCallback(address, fake.tapXml(card, key, from)),
  };
  await house.start();
  return house;
}

/** A text line of the archive. */
export const spoken = (msgid: string, from: string, to: string, content: string) => ({
  msgid,
  action: "send",
  from,
  tolist: [to],
  roomid: "",
  msgtime: Date.now(),
  msgtype: "text",
  text: { content },
});

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
