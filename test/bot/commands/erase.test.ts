import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { runErase } from "#bot/commands/erase.ts";
import { runExport } from "#bot/commands/export.ts";
import { freshDatabase } from "../../setup/database.ts";
import { addCast, addPerson, startKoloop } from "../../setup/koloop.ts";

const id = "CUST8841207";
const name = "欧阳小满";
const cli = fileURLToPath(new URL("../../../dist/bot/cli.js", import.meta.url));
/** Each takes a start of the program; more of them in a long run. */
const kills = Math.min(20, Number(process.env.KOLOOP_KILLS ?? 3));

async function brand(): Promise<{ path: string; folder: string; printed: () => string }> {
  const path = freshDatabase();
  const folder = mkdtempSync(join(tmpdir(), "koloop-erase-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  vi.stubEnv("DATABASE_URL", `file:${path}`);
  const out = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    out.mockRestore();
    err.mockRestore();
  });
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) }, `file:${path}`);
  await addCast(koloop);
  await koloop.store.transaction((tx) => addPerson(tx, { id, name, roles: ["koc"], ownerId: "E1" }));
  await koloop.channel.write("E1", "bot:E1", `/tag ${name} 商旅人士`);
  await koloop.channel.write(id, `bot:${id}`, "你好");
  await koloop.settle();
  return { path, folder, printed: () => out.mock.calls.map(([text]) => String(text)).join("") };
}

describe("koloop erase", () => {
  it("forgets somebody in the tables, in the file and in the exports, and says that nothing is left", async () => {
    const { path, folder, printed } = await brand();
    expect(await runExport(folder, {})).toBe(0);
    expect(readFileSync(join(folder, "people.csv"), "utf8")).toContain(name);

    expect(await runErase(id)).toBe(0);

    expect(printed()).toContain("traces left: 0 in tables, 0 in the file");
    expect(readFileSync(path).includes(name)).toBe(false);
    for (const file of ["people", "tags"]) expect(readFileSync(join(folder, `${file}.csv`), "utf8")).not.toContain(id);
    expect(readFileSync(join(folder, "people.csv"), "utf8")).toContain("王女士");
  });

  it.each([["nobody"], ["E1"]])("does nothing for somebody unknown, or for staff: %s", async (who) => {
    await brand();

    expect(await runErase(who)).toBe(1);
  });
});

describe("koloop export --person", () => {
  it("gives every row that names them, and no secret", async () => {
    const { printed } = await brand();

    expect(await runExport(undefined, { person: id })).toBe(0);

    const held = JSON.parse(printed()) as Record<string, object[]>;
    expect(Object.keys(held).sort()).toEqual(
      expect.arrayContaining(["identity", "message", "person", "tag_event", "tag_hold"]),
    );
    expect(held).not.toHaveProperty("web_session");
  });

  it("goes on where it was killed, and leaves nothing in the end", async () => {
    const { path } = await brand();
    const db = new Database(path);
    onTestFinished(() => void db.close());
    const add = db.prepare(
      "INSERT INTO seen_event (channel, event_id, at) VALUES ('web', 'event-' || ? || CASE WHEN ? % 4000 = 0 THEN '|' || ? || '|' ELSE '' END, 0)",
    );
    db.transaction(() => {
      for (let n = 0; n < 40_000; n++) add.run(n, n, id);
    })();
    const howFar = () => {
      const row = db.prepare("SELECT value FROM setting WHERE key LIKE 'erasing:%'").get() as
        | { value: string }
        | undefined;
      const { table, after } = row ? JSON.parse(row.value) : { table: "", after: [] };
      return `${table} ${after}`;
    };
    const erase = () =>
      fork(cli, ["erase", id], { env: { ...process.env, DATABASE_URL: `file:${path}` }, stdio: "pipe" });

    let killed = 0;
    for (let before = howFar(); killed < kills; before = howFar()) {
      const child = erase();
      const ended = once(child, "exit");
      while (child.exitCode === null && howFar() === before) await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill("SIGKILL");
      await ended;
      killed++;
      const left = db.prepare("SELECT count(*) AS n FROM person WHERE id = ?").get(id);
      expect(left).toEqual({ n: 0 });
    }
    const last = erase();
    let told = "";
    last.stdout?.on("data", (piece) => {
      told += piece;
    });
    const [code] = await once(last, "exit");

    expect(told).toContain("traces left: 0 in tables, 0 in the file");
    expect(code).toBe(0);
    expect(readFileSync(path).includes(name)).toBe(false);
  });
});
