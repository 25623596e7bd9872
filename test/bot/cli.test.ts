import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

function fileIn(at: string): string {
  const path = join(at, "a-file");
  writeFileSync(path, "");
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
  it("ends in silence when whoever reads its lines has had enough", async () => {
    const turns =
      `${JSON.stringify({ id: "c1", turns: [{ who: "customer", text: "我经常出差,一周飞三趟" }] })}\n`.repeat(3000);
    const env = { PATH: process.env.PATH, KOLOOP_LOG_LEVEL: "error" };
    const child = spawn(process.execPath, [launcher, "cues"], { env, cwd: folder() });
    let err = "";
    child.stderr.on("data", (data) => (err += data));
    child.stdout.once("data", () => child.stdout.destroy());
    child.stdin.on("error", () => {});
    child.stdin.end(turns);

    const code = await new Promise((resolve) => child.once("close", resolve));

    expect([code, err]).toEqual([0, ""]);
  });

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

  it.each<[string, (at: string) => [string[], Record<string, string>?], string]>([
    [
      "a backup that is not there",
      (at) => [["restore", join(at, "none"), join(at, "new.db")]],
      "没有这个文件 / there is",
    ],
    ["a folder given for a file", (at) => [["metrics", "import", at]], "这是文件夹,要一个文件 / this is a folder"],
    ["a folder to write to that is not there", (at) => [["backup", join(at, "none", "b")]], "没有这个文件夹,请先建好"],
    ["a file where a folder is wanted", (at) => [["export", fileIn(at)]], "已存在,换个名字 / exists already"],
    ...(existsSync("/proc/self")
      ? [
          [
            "a place where no folder can be made",
            () => [["export", "/proc/none/deeper"]],
            "这里建不了文件夹,换个位置 / no folder can be made here, name another place: /proc/none",
          ] as [string, () => [string[]], string],
          [
            "a database where no folder can be made",
            () => [["doctor"], { DATABASE_URL: "file:/proc/none/k.db" }],
            "数据库写不了,给文件夹写权限",
          ] as [string, () => [string[], Record<string, string>], string],
        ]
      : []),
    [
      "a database that is a folder",
      (at) => [["doctor"], { DATABASE_URL: `file:${at}` }],
      "数据库打不开:DATABASE_URL 要指向",
    ],
    [
      "an address of another machine",
      () => [["start"], { HOST: "203.0.113.9" }],
      "HOST 不是本机的地址 / HOST is no address",
    ],
    ["a log that is not there", (at) => [["policy", "--replay", join(at, "none")]], "没有这个文件 / there is"],
  ])("says what to do, in one line, about %s", async (_, given, words) => {
    const { code, err } = await koloop(...given(folder()));

    expect([code, err.trim().split("\n").length, err]).toEqual([1, 1, expect.stringContaining(words)]);
  });

  it.each([
    ["no role", ["start", "--only", "nothing"]],
    ["no PostgreSQL", ["migrate", "--to", "mysql://127.0.0.1/x"]],
  ])("ends with 2 where a word is %s", async (_, args) => {
    expect((await koloop(args)).code).toBe(2);
  });

  it("names a question that cannot be read, and answers the others", async () => {
    const at = folder();
    const [database, questions] = [`file:${join(at, "k.db")}`, join(at, "q.jsonl")];
    writeFileSync(questions, '{ broken\n{"id":"a"}\n{"id":"b","question":"一共多少人"}\n');
    await koloop(["import", join(import.meta.dirname, "..", "..", "demo", "brand")], { DATABASE_URL: database });

    const { code, out, err } = await koloop(["ask", "--file", questions], { DATABASE_URL: database });

    expect(code).toBe(1);
    expect(err).toMatch(/line 1: 不是 JSON \/ not JSON.*\nline 2: question: /);
    expect(JSON.parse(out)).toMatchObject({ id: "b", type: "number" });
  });

  it("tells at a start what is set by half, and so does nothing", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void other.close());
    await new Promise((ready) => other.once("listening", ready));
    const { port } = other.address() as { port: number };

    const { err } = await koloop(["start"], { PORT: String(port), KOLOOP_LLM_MODEL: "m", WECOM_AIBOT_ID: "b" });

    expect(err).toContain("语言模型缺 KOLOOP_LLM_BASE_URL");
    expect(err).toContain("智能机器人:还缺 WECOM_AIBOT_SECRET");
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
