import { writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readXlsx, writeXlsx } from "hucre/xlsx";
import { describe, expect, it } from "vitest";
import { createFolderWatch } from "#bot/intake/folder.ts";
import { readTableBytes, readTableFile, TableError } from "#bot/intake/table-file.ts";
import { takeFile } from "#bot/intake/take-file.ts";
import type { Koloop } from "#bot/main.ts";
import { addCast, friday, startKoloop } from "../../setup/koloop.ts";
import { addPosts, snapshots } from "../../setup/posts.ts";

const readComment = () => ({ sentiment: "neutral" as const, score: 0.5, aspects: [], keywords: [] });

async function house(): Promise<{
  koloop: Koloop;
  take: (rows: AsyncIterable<{ line: number; cells: string[] }>) => ReturnType<typeof takeFile>;
}> {
  const koloop = await startKoloop();
  await addCast(koloop);
  await addPosts(koloop, 3);
  let n = 0;
  const deps = {
    store: koloop.store,
    now: () => friday,
    newId: () => `n${++n}`,
    timeZone: "Asia/Shanghai",
    readComment,
  };
  return { koloop, take: (rows) => takeFile(deps, rows, { source: "import", byId: null, at: friday }) };
}

const bytes = (text: string, encoding: BufferEncoding = "utf8"): Uint8Array => Buffer.from(text, encoding);
const csv = "作品编号,数据时间,阅读量,点赞\nS1,2026-11-19 12:00,1.2万,356\nS2,2026-11-19 12:00,,12\n";
/** `作品编号,阅读量,点赞` and two rows as GBK has them. */
const gbk = Buffer.concat([
  Buffer.from("d7f7c6b7b1e0bac52cd4c4b6c1c1bf2cb5e3d4de0a", "hex"),
  bytes("S1,12000,356\nS2,900,12\n"),
]);

describe("a table of figures", () => {
  it.each<[string, Uint8Array]>([
    ["UTF-8", bytes(csv)],
    ["UTF-8 with a mark", bytes(`\uFEFF${csv}`)],
    ["UTF-16 as Excel writes it", bytes(`\uFEFF${csv.replaceAll(",", "\t")}`, "utf16le")],
    ["UTF-16 without a mark", bytes(csv, "utf16le")],
    ["GBK", gbk],
    ["semicolons", bytes(csv.replaceAll(",", ";"))],
  ])("is taken in %s; missing stays missing", async (_, file) => {
    const { koloop, take } = await house();

    expect(await take(readTableBytes(file))).toMatchObject({ changed: 2, faultCount: 0, posts: 2 });
    const kept = await snapshots(koloop);
    expect(kept.S1).toMatchObject([{ reads: 12_000, likes: 356, comments: null, source: "import" }]);
    expect(kept.S2?.[0]?.likes).toBe(12);
  });

  it("taken twice is taken once, and the good lines of a bad one are taken, with the others named", async () => {
    const { koloop, take } = await house();
    const bad =
      "作品编号,数据时间,阅读量\nS1,2026-11-19,100\nS9,2026-11-19,5\nS2,2026-11-19,-3\nS3,2027-11-19,7\nS1,2026-11-19,200\n";

    const first = await take(readTableBytes(bytes(bad)));
    const second = await take(readTableBytes(bytes(bad)));

    expect(first).toMatchObject({ changed: 1, faultCount: 4 });
    expect("faults" in first && first.faults.map(({ line, why }) => [line, why])).toEqual([
      [3, "unknown-post"],
      [4, "negative"],
      [5, "future"],
      [6, "contradiction"],
    ]);
    expect(second).toMatchObject({ changed: 0, same: 1 });
    expect((await snapshots(koloop)).S1).toHaveLength(1);
  });

  it("is read from the address of a post, in whatever share text it stands", async () => {
    const { koloop, take } = await house();

    await take(
      readTableBytes(
        bytes('链接,播放\n"看看这个 https://www.xiaohongshu.com/explore/6543210fed0000000000000b?xsec_token=1",77\n'),
      ),
    );

    expect((await snapshots(koloop)).S2).toMatchObject([{ reads: 77 }]);
  });

  it("of XLSX counts formulas by their results and merged cells in each of their rows", async () => {
    const { koloop, take } = await house();
    const file = await writeXlsx({
      sheets: [
        {
          name: "数据",
          rows: [
            ["十一月数据", null, null],
            ["作品编号", "日期", "阅读"],
            ["S1", new Date(Date.UTC(2026, 10, 18)), 12],
            [null, new Date(Date.UTC(2026, 10, 19)), 30],
            ["S2", "2026-11-19", 0],
          ],
          merges: [
            { startRow: 0, startCol: 0, endRow: 0, endCol: 2 },
            { startRow: 2, startCol: 0, endRow: 3, endCol: 0 },
          ],
          cells: new Map([["4,2", { formula: "SUM(C3:C4)", formulaResult: 42, value: 42 }]]),
        },
      ],
    });
    expect((await readXlsx(file)).sheets[0]?.merges).toHaveLength(2);

    expect(await take(readTableBytes(file))).toMatchObject({ changed: 3, faultCount: 0 });
    const kept = await snapshots(koloop);
    expect(kept.S1?.map(({ reads }) => reads)).toEqual([12, 30]);
    expect(kept.S2?.map(({ reads }) => reads)).toEqual([42]);
  });

  it.each<[string, Uint8Array, string]>([
    ["a picture", Buffer.from("89504e470d0a1a0a0000000d49484452ff00fe01", "hex"), "encoding"],
    ["an old .xls", Buffer.from("d0cf11e0a1b11ae1", "hex"), "old-excel"],
    ["a damaged XLSX", bytes("PK\u0003\u0004 and nothing more"), "too-large"],
  ])("%s is refused with its reason", async (_, file, why) => {
    const { take } = await house();

    await expect(take(readTableBytes(file))).rejects.toSatisfy(
      (fault) => fault instanceof TableError && fault.why === why,
    );
  });

  it("without a header that is understood is refused with the names it has", async () => {
    const { take } = await house();

    expect(await take(readTableBytes(bytes("")))).toMatchObject({ refused: "empty" });
    expect(await take(readTableBytes(bytes("名称,预算\na,1\n")))).toMatchObject({
      refused: "no-header",
      about: "名称, 预算",
    });
  });

  it("contradicting what a better source said of the same hour is kept raw and left out of the cleaned figures", async () => {
    const { koloop, take } = await house();
    const at = Date.parse("2026-11-19T12:00:00+08:00");
    await koloop.store.transaction((tx) =>
      tx.intake.addSnapshots([
        {
          id: "x",
          submissionId: "S1",
          at,
          source: "koc",
          byId: null,
          reads: 90_000,
          likes: 10,
          comments: null,
          shares: null,
          favourites: null,
          completionRate: null,
          recordedAt: friday,
        },
      ]),
    );

    await take(readTableBytes(bytes("作品,时间,阅读\nS1,2026-11-19 12:30,1000\n")));

    const [told, imported] = (await snapshots(koloop)).S1!;
    expect([told?.reads, JSON.parse(told?.cleaned ?? "{}").reads, imported?.cleaned]).toEqual([90_000, null, null]);
    expect(told?.flags).toContain("contradiction");
  });

  it("of a post that has vanished, all zeros, does not wipe out what was known", async () => {
    const { koloop, take } = await house();

    await take(
      readTableBytes(bytes("作品,时间,阅读,点赞\nS1,2026-11-17,5000,100\nS1,2026-11-18,6000,120\nS1,2026-11-19,0,0\n")),
    );

    const last = (await snapshots(koloop)).S1!.at(-1)!;
    expect([last.reads, JSON.parse(last.cleaned ?? "{}").reads]).toEqual([0, null]);
    expect(last.flags).toContain("decreasing");
  });

  it("of 30,000 rows is streamed", async () => {
    const { take } = await house();
    const path = join(await mkdtemp(join(tmpdir(), "koloop-table-")), "many.csv");
    const start = Date.parse("2026-01-01T00:00:00Z") / 1000;
    const lines = Array.from({ length: 30_000 }, (_, i) => `S${(i % 3) + 1},${start + i * 60},${i}`);
    writeFileSync(path, `作品,时间,阅读\n${lines.join("\n")}\n`);
    let most = 0;
    const watched = async function* () {
      for await (const row of readTableFile(path)) {
        if (row.line % 5000 === 0) most = Math.max(most, process.memoryUsage().heapUsed);
        yield row;
      }
    };
    const before = process.memoryUsage().heapUsed;

    expect(await take(watched())).toMatchObject({ changed: 30_000, faultCount: 0 });
    expect(most - before).toBeLessThan(200_000_000);
  });
});

describe("the watched folder", () => {
  it("takes each file once and moves it to done or failed, with the reason", async () => {
    const { koloop } = await house();
    const folder = await mkdtemp(join(tmpdir(), "koloop-folder-"));
    const watch = createFolderWatch(folder, koloop);
    await writeFile(join(folder, "good.csv"), csv);
    await writeFile(join(folder, "gone.ndjson"), '{"post":"S3","at":"2026-11-19T12:00:00+08:00","reads":5}\n');
    await writeFile(join(folder, "bad.csv"), "名称,预算\na,1\n");
    await writeFile(join(folder, "notes.md"), "not ours");

    await watch.look();
    expect(await readdir(folder)).toContain("good.csv"); // it may still be growing
    await watch.look();

    expect((await readdir(folder)).sort()).toEqual(["done", "failed", "notes.md"]);
    expect((await readdir(join(folder, "done"))).sort()).toEqual(["gone.ndjson", "good.csv"]);
    expect(await readFile(join(folder, "failed", "bad.csv.reason.txt"), "utf8")).toContain("预算");
    const kept = await snapshots(koloop);
    expect([kept.S1?.[0]?.source, kept.S3?.[0]?.reads]).toEqual(["folder", 5]);
  });
});
