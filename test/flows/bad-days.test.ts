import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "#bot/database.ts";
import { damagedCommits } from "#db/check-wal.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addCast, friday, startKoloop, startWithCast, type TestKoloop } from "../setup/koloop.ts";

/** `KOLOOP_STORM=10000` for a long run. */
const storm = Number(process.env.KOLOOP_STORM ?? 3000);
const count = async (koloop: Pick<TestKoloop, "store">, table: string) =>
  Number(
    (await koloop.store.read(({ connection: { sql } }) => sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)))
      ?.n,
  );
const petCue = (turns: readonly { text: string }[]) => {
  const turn = turns.length - 1;
  const quote = turns[turn]?.text ?? "";
  return { cues: [{ tag: "pet_family", quote, turn, score: 0.9, evidence: [] }], retractions: [] };
};
const pages = (koloop: TestKoloop, most: number) =>
  koloop.store.transaction(async ({ connection: { sql } }) => {
    const [{ page_count: used } = { page_count: 0 }] = await sql.all<{ page_count: number }>("PRAGMA page_count");
    await sql.all(`PRAGMA max_page_count = ${used + most}`);
  });

describe("a full disk", () => {
  it("refuses what it cannot keep, blames no event for it, and takes the same events when there is room", async () => {
    const koloop = await startWithCast();
    await pages(koloop, 2);
    const write = (n: number) => koloop.channel.write("C1", "direct:C1:E1", "很长的话".repeat(2000), `long-${n}`);
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, (_, n) => write(n)));
    const refused = outcomes.flatMap(({ status }, n) => (status === "rejected" ? [n] : []));

    expect(refused.length).toBeGreaterThan(0);
    expect(await count(koloop, "message")).toBe(12 - refused.length);
    expect(await count(koloop, "dead_event")).toBe(0);
    await pages(koloop, 10_000);
    for (const n of refused) await write(n);
    expect(await count(koloop, "message")).toBe(12);
  });

  const mayMount = spawnSync("unshare", ["-Urm", "true"]).status === 0;
  it.skipIf(!mayMount)("leaves no half backup", async () => {
    const store = await freshStore();
    await store.transaction((tx) => tx.settings.set("ballast", "x".repeat(2_000_000), friday));
    const path = store.backend.path as string;
    const small = join(path, "..", "small");
    const script = [
      `mkdir -p ${small} && mount -t tmpfs -o size=512k none ${small} && cd ${small}`,
      `DATABASE_URL=file:${path} "$0" ${join(process.cwd(), "dist/bot/cli.js")} backup ${small}/b.klb 2>&1; echo "exit $?"; ls -A ${small}`,
    ].join("\n");
    const told = execFileSync("unshare", ["-Urm", "sh", "-c", script, process.execPath], { encoding: "utf8" });

    expect(told).toMatch(/full|no space/i);
    expect(told).toMatch(/exit 1\n$/);
  });
});

describe("a damaged file", () => {
  /** A database whose last commits still lie in its log, copied as a kill leaves it. */
  async function leftByKill(): Promise<string> {
    const store = await freshStore();
    for (let n = 0; n < 5; n++) await store.transaction((tx) => tx.settings.set(`k${n}`, "v".repeat(3000), friday));
    const copy = freshDatabase();
    for (const end of ["", "-wal"]) copyFileSync(`${store.backend.path}${end}`, `${copy}${end}`);
    return copy;
  }
  const scribble = (path: string, at: number, bytes = 64) =>
    writeSync(openSync(path, "r+"), Buffer.alloc(bytes, 0xa5), 0, bytes, at);

  it("is told at the start, with what to do", async () => {
    const path = freshDatabase();
    scribble(path, 0, 4096);

    await expect(openDatabase(`file:${path}`)).rejects.toThrow(/koloop restore/);
  });

  it("whose log has lost commits is told at the start, and left as it is", async () => {
    const path = await leftByKill();
    expect(damagedCommits(path)).toBe(0);
    scribble(`${path}-wal`, 32 + 24 + 100);
    const size = statSync(`${path}-wal`).size;

    await expect(openDatabase(`file:${path}`)).rejects.toThrow(/-wal is damaged.*koloop restore/);
    expect(statSync(`${path}-wal`).size).toBe(size);
  });

  it.each([
    ["a header", 0],
    ["a frame's own sum", 32 + 16],
  ])("whose log has lost %s is told as well", async (_, at) => {
    const path = await leftByKill();
    scribble(`${path}-wal`, at, 8);

    expect(damagedCommits(path)).toBeGreaterThan(1);
  });

  it("whose log only ends torn, as a loss of power leaves it, opens with all that was committed before", async () => {
    const path = await leftByKill();
    scribble(`${path}-wal`, statSync(`${path}-wal`).size - 2000, 1000);

    const { store } = await openDatabase(`file:${path}`);
    const kept = await store.read((tx) => tx.settings.get("k3"));
    await store.close();
    expect(kept).toBe("v".repeat(3000));
  });
});

describe("a storm", () => {
  it(`of ${storm} messages from one person keeps nobody waiting, loses none and keeps their order`, async () => {
    const koloop = await startWithCast();
    const said = Array.from({ length: storm }, (_, n) => koloop.channel.write("C1", "direct:C1:E1", String(n)));
    let through = 0;
    for (const each of said) void each.then(() => through++);
    await koloop.channel.write("K1", "direct:K1:E1", "你好");
    const before = through;
    await Promise.all(said);

    expect(before).toBeLessThan(1000);
    expect(await count(koloop, "message")).toBe(storm + 1);
    const rows = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ text: string }>("SELECT text FROM message WHERE from_id = 'C1' ORDER BY rowid"),
    );
    expect(rows.every(({ text }, n) => text === String(n))).toBe(true);
  });

  it("of 1,000 taps on one button has one effect", async () => {
    const koloop = await startKoloop({ extract: petCue });
    await addCast(koloop);
    await koloop.channel.write("C1", "direct:C1:E1", "我家养了三只猫");
    await koloop.settle();

    await Promise.all(Array.from({ length: 1000 }, () => koloop.channel.press("E1", "bot:E1", "确认")));

    expect(await count(koloop, "tag_event WHERE kind = 'held'")).toBe(1);
    expect(await count(koloop, "suggestion WHERE status = 'confirmed'")).toBe(1);
    expect(await count(koloop, "dead_event")).toBe(0);
  });
});

describe("a platform that lies", () => {
  const event = (koloop: TestKoloop, fields: object) =>
    koloop.inbox.accept({
      ...{ type: "message", eventId: "e", from: "C1", address: { channel: "web", room: "direct:C1:E1" } },
      ...{ roomKind: "direct", at: friday, text: "早", addressed: false },
      ...fields,
    });

  it("and tells one event twice with other words is believed the first time", async () => {
    const koloop = await startWithCast();
    await event(koloop, { text: "第一次" });
    await event(koloop, { text: "第二次" });

    const kept = await koloop.store.read((tx) => tx.connection.sql.all("SELECT text FROM message"));
    expect(kept).toEqual([{ text: "第一次" }]);
  });

  it.each([
    ["a time to come", Date.parse("3000-01-01")],
    ["no time", Number.NaN],
    ["a time before time", -1],
  ])("and tells %s is not believed: it happened now", async (_, at) => {
    const koloop = await startWithCast();
    await event(koloop, { at });

    const kept = await koloop.store.read((tx) => tx.connection.sql.all("SELECT at FROM message"));
    expect(kept).toEqual([{ at: friday }]);
  });
});

describe("a clock that is set", () => {
  it("back by a day holds up nothing that was promised while it was ahead", async () => {
    const koloop = await startKoloop({ extract: petCue });
    await addCast(koloop);
    koloop.channel.fault = () => new Error("out of reach");
    koloop.pass(86_400_000);
    await koloop.channel.write("C1", "direct:C1:E1", "我家养了三只猫");
    await koloop.settle();
    koloop.channel.fault = undefined;
    koloop.pass(-86_400_000 + 60_000);
    await koloop.settle();
    koloop.pass(60_000);
    await koloop.settle();

    expect(koloop.channel.cardsIn("bot:E1").length).toBeGreaterThan(0);
  });
});
