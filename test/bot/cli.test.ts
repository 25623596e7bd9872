import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";

const launcher = join(import.meta.dirname, "..", "..", "scripts", "koloop.mjs");
type Run = { code: number | null; out: string; err: string };

beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "koloop-cli-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function koloop(args: string[], environment: Record<string, string> = {}, input = ""): Promise<Run> {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: `file:${join(folder(), "koloop.db")}`,
    KOLOOP_LOG_LEVEL: "error",
    ...environment,
  };
  const child = spawn(process.execPath, [launcher, ...args], { env, cwd: folder() });
  const run: Run = { code: null, out: "", err: "" };
  child.stdout.on("data", (data) => (run.out += data));
  child.stderr.on("data", (data) => (run.err += data));
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ ...run, code })));
}

describe("koloop on the command line", () => {
  it("shows real help and every command", async () => {
    const { code, out } = await koloop(["--help"]);

    expect(code).toBe(0);
    for (const name of [
      "start",
      "demo",
      "import",
      "export",
      "doctor",
      "migrate",
      "cues",
      "comments",
      "policy",
      "report",
      "bench",
    ]) {
      expect(out).toContain(name);
    }
  });

  it.each<[string, string[]]>([
    ["an unknown command", ["fly"]],
    ["a missing argument", ["import"]],
    ["an unknown option", ["doctor", "--deeper"]],
    ["no command at all", []],
    ["an unknown bench", ["bench", "nothing"]],
  ])("ends with 2 for %s", async (_, args) => {
    expect((await koloop(args)).code).toBe(2);
  });

  it("lists every fault of the settings at once", async () => {
    const { code, err } = await koloop(["doctor"], {
      PORT: "lots",
      KOLOOP_TIME_ZONE: "Mars/Olympus",
      DATABASE_URL: "mysql://x",
    });

    expect(code).toBe(1);
    expect(err).toContain("PORT: is not a number");
    expect(err).toContain("KOLOOP_TIME_ZONE: is not a time zone name");
    expect(err).toContain("DATABASE_URL: must begin with file: or postgresql://");
  });

  it("says what to do about a folder that is no package", async () => {
    const { code, err } = await koloop(["import", folder()]);

    expect(code).toBe(1);
    expect(err).toContain("is not a data package");
  });

  it("says what to do about a database that cannot be opened", async () => {
    const path = join(folder(), "koloop.db");
    writeFileSync(path, "not a database at all, but long enough to look at".repeat(50));

    const { code, err } = await koloop(["migrate"], { DATABASE_URL: `file:${path}` });

    expect([code, err]).toEqual([1, expect.stringContaining("is not a SQLite database")]);
  });

  it("says what to do about a port in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((ready) => other.once("listening", ready));
    const { port } = other.address() as { port: number };

    const { code, err } = await koloop(["start"], { PORT: String(port) });

    expect([code, err]).toEqual([1, expect.stringContaining(`port ${port} is in use`)]);
  });

  it("checks a fresh database and finds nothing wrong", async () => {
    const { code, out } = await koloop(["doctor", "--deep"]);

    expect(code).toBe(0);
    expect(out).toContain("审计链完整");
  });

  it("hears cues from standard input, names a broken line and goes on", async () => {
    const lines = [
      JSON.stringify({ id: "a", lang: "zh", turns: [{ who: "customer", text: "宝宝刚满月,半夜还要起来冲奶" }] }),
      "{ broken",
      JSON.stringify({
        id: "b",
        lang: "zh",
        turns: [
          { who: "koe", text: "您是经常出差吧" },
          { who: "customer", text: "对" },
        ],
      }),
    ];

    const { code, out, err } = await koloop(["cues"], {}, lines.join("\n"));

    const heard = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { id: string; tags: { tag: string }[] });
    expect(code).toBe(1);
    expect(err).toContain("line 2");
    expect(heard.map((h) => h.id)).toEqual(["a", "b"]);
    expect(heard[0]?.tags.map((t) => t.tag)).toContain("new_parent");
    expect(heard[1]?.tags.map((t) => t.tag)).toContain("business_traveler");
  });

  it("says that there is no such file", async () => {
    const missing = join(folder(), "none.jsonl");
    mkdirSync(join(folder(), "x"));

    expect(await koloop(["cues", missing])).toMatchObject({
      code: 1,
      err: expect.stringContaining("there is no such file"),
    });
  });
});
