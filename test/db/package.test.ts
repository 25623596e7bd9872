import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { exportPackage } from "#db/package-export.ts";
import { PackageError, readPackage } from "#db/package-format.ts";
import { importPackage } from "#db/package-import.ts";
import type { Store } from "#db/store.ts";
import { withChanges } from "#domain/vocabulary-care.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { freshStore } from "../setup/database.ts";

const brand = join(import.meta.dirname, "..", "..", "demo", "brand");
const now = Date.parse("2026-11-20T18:00:00+08:00");
const taxonomy = loadTaxonomy();

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "koloop-package-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A small package that is right, in a folder of its own; `broken` replaces files. */
function small(broken: Record<string, string | Buffer> = {}): string {
  const path = folder();
  const files: Record<string, string | Buffer> = {
    "people.csv": `id,name,roles,city,owner,joined_at,channel,consent
E1,安娜,koe,上海,,2025-01-01T09:00:00+08:00,wecom,yes
P1,"王,女士",koc;customer,上海,E1,2025-02-01T09:00:00+08:00,wechat,yes
`,
    "tags.csv": `person,tag,source,confirmed_by,since,until,quote
P1,has_kids,koe,E1,2025-03-01T09:00:00+08:00,,"两个娃
天天吵"
P1,single,import,,2025-02-01T09:00:00+08:00,2025-02-10T09:00:00+08:00,
`,
    "segments.json": `[{"key":"family","name":"家庭用车","all":[],"any":["has_kids"],"none":["single"],"city":[]}]`,
    "tasks.csv": `id,title,theme,brief,segments,forms,importance,quota,reward,published_at,deadline,status
T1,提车第一周,提车日记,写写头一周,family,video;photo_text,3,4,200,2025-04-01T10:00:00+08:00,2025-04-20T23:59:00+08:00,closed
`,
    "assignments.csv": `task,person,form,pushed_at,seen_at,accepted_at,declined_at,decline_reason,submitted_at,approved_at,rejected_at
T1,P1,video,2025-04-01T10:05:00+08:00,2025-04-01T11:00:00+08:00,,2025-04-01T11:01:00+08:00,no_time,,,
`,
    "submissions.csv": "id,task,person,platform,url,form,submitted_at,status,raw_text\n",
    "metrics.csv": "submission,at,reads,likes,comments,shares,favourites,completion_rate\n",
    "comments.csv": "submission,at,author,text\n",
    ...broken,
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
}

async function bringIn(store: Store, path: string, vocabulary = taxonomy): Promise<void> {
  const data = await readPackage(path, () => {});
  await store.transaction((tx) => importPackage(tx, data, { taxonomy: vocabulary, now, progress: () => {} }));
}

const write = (store: Store, path: string) =>
  store.read((tx) => exportPackage(tx, path, { timeZone: "Asia/Shanghai", progress: () => {} }));
const rowsOf = (path: string) => readFileSync(path, "utf8").trim().split("\n").sort();

/** Every table's rows, without what may differ: when koloop learned it. */
async function everything(store: Store): Promise<Record<string, unknown[]>> {
  const tables = [
    "person",
    "tag_hold",
    "segment_stay",
    "task",
    "assignment",
    "submission",
    "metric_snapshot",
    "comment",
    "step_fact",
  ];
  return store.read(async ({ connection: { sql } }) => {
    const all: Record<string, unknown[]> = {};
    for (const table of tables) {
      const rows = await sql.all<Record<string, unknown>>(`SELECT * FROM ${table}`);
      all[table] = rows.map(({ seq: _, updated_at: __, created_at: ___, ...row }) => JSON.stringify(row)).sort();
    }
    return all;
  });
}

async function faultsOf(broken: Record<string, string | Buffer>): Promise<string[]> {
  const store = await freshStore();
  try {
    await bringIn(store, small(broken));
  } catch (fault) {
    if (!(fault instanceof PackageError)) throw fault;
    const people = await store.read((tx) => tx.people.all());
    expect(people, "nothing may be imported").toEqual([]);
    return fault.faults;
  }
  return [];
}

describe("a data package", () => {
  it("comes back as it went in: export then import gives the same", async () => {
    const [first, second] = [await freshStore(), await freshStore()];
    const out = folder();

    await bringIn(first, brand);
    await write(first, out);
    await bringIn(second, out);

    const normal = (line: string) => line.replace(/(\.\d*?)0+$/, "$1");
    for (const name of ["people", "tags", "tasks", "assignments", "submissions", "metrics", "comments"]) {
      expect(rowsOf(join(out, `${name}.csv`)).map(normal), name).toEqual(
        rowsOf(join(brand, `${name}.csv`)).map(normal),
      );
    }
    expect(await everything(second)).toEqual(await everything(first));
  });

  it("imported twice changes nothing", async () => {
    const store = await freshStore();
    await bringIn(store, brand);
    const before = await everything(store);

    await bringIn(store, brand);

    expect(await everything(store)).toEqual(before);
  });

  it("takes a task's materials along, and a package that says nothing of them takes none away", async () => {
    const [first, second] = [await freshStore(), await freshStore()];
    const out = folder();
    const lines = "task,address\nT1,https://example.com/b.pdf\nT1,https://example.com/a.jpg\n";
    const materialsIn = async (store: Store) => (await store.read((tx) => tx.tasks.find("T1")))?.materials;

    await bringIn(first, small({ "materials.csv": lines }));
    await bringIn(first, small());
    await write(first, out);
    await bringIn(second, out);

    expect(readFileSync(join(out, "materials.csv"), "utf8")).toBe(lines);
    expect(await materialsIn(second)).toEqual(["https://example.com/b.pdf", "https://example.com/a.jpg"]);
    await bringIn(second, small({ "materials.csv": "task,address\n" }));
    expect(await materialsIn(second)).toEqual([]);
  });

  it("refuses materials that are no address, or of no task", async () => {
    expect(await faultsOf({ "materials.csv": "task,address\nT1,see below\n" })).toEqual([
      "materials.csv row 2: address is not a whole web address such as https://example.com/brief.pdf",
    ]);
    expect(await faultsOf({ "materials.csv": "task,address\nT9,https://example.com/b.pdf\n" })).toHaveLength(1);
  });

  it("gives the segments the sizes that the brand counts itself", async () => {
    const store = await freshStore();

    await bringIn(store, brand);

    const size = async (id: string) => (await store.read((tx) => tx.segments.membersOf(id))).length;
    expect([await size("tech_followers"), await size("family_car"), await size("mod_players")]).toEqual([259, 362, 33]);
  });

  it("brings in a tag that was merged since as the one that took its place, in rules too, and once", async () => {
    const store = await freshStore();
    const merged = withChanges(taxonomy, [{ id: "1", change: { kind: "merge", tag: "has_kids", into: "two_kids" } }]);

    await bringIn(store, small(), merged);
    await bringIn(store, small(), merged);

    const { tags, rule, lines } = await store.read(async (tx) => ({
      tags: (await tx.ledger.openHolds("P1")).map(({ tag }) => tag),
      rule: (await tx.segments.find("family"))?.rule,
      lines: (await tx.ledger.eventsOf("P1")).length,
    }));
    expect(tags).toEqual(["two_kids"]);
    expect(JSON.stringify(rule)).toContain('"two_kids"');
    expect(JSON.stringify(rule)).not.toContain('"has_kids"');
    expect(lines).toBe(3);
  });

  it("keeps quotes with line breaks, names with commas, and each stay's reason", async () => {
    const store = await freshStore();

    await bringIn(store, small());

    const { person, holds, stays } = await store.read(async (tx) => ({
      person: await tx.people.find("P1"),
      holds: await tx.ledger.holdsOf("P1"),
      stays: await tx.segments.staysOf("P1"),
    }));
    expect(person?.name).toBe("王,女士");
    expect(holds.map((h) => [h.tag, h.quote, h.until === null])).toEqual([
      ["single", null, false],
      ["has_kids", "两个娃\n天天吵", true],
    ]);
    expect(stays).toMatchObject([
      { segmentId: "family", leftAt: null, entryReason: [{ rule: { tag: "has_kids" }, holds: true }] },
    ]);
  });

  it.each<[string, Record<string, string | Buffer>, string]>([
    ["a wrong header", { "people.csv": "id,name\nE1,安娜\n" }, "people.csv row 1: the header must be id,name,roles"],
    [
      "a bad time",
      { "comments.csv": "submission,at,author,text\nS1,昨天,甲,好\n" },
      "comments.csv row 2: at is not a time",
    ],
    [
      "an unknown person",
      {
        "tags.csv":
          "person,tag,source,confirmed_by,since,until,quote\nP9,has_kids,import,,2025-03-01T09:00:00+08:00,,\n",
      },
      "tags.csv row 2: person names the person P9",
    ],
    [
      "an unknown tag",
      {
        "tags.csv": "person,tag,source,confirmed_by,since,until,quote\nP1,wings,import,,2025-03-01T09:00:00+08:00,,\n",
      },
      "tags.csv row 2: tag wings is not in the taxonomy",
    ],
    [
      "a row that is too short",
      { "metrics.csv": "submission,at,reads,likes,comments,shares,favourites,completion_rate\nS1,2025\n" },
      "metrics.csv row 2: has 2 fields, not 8",
    ],
    [
      "a negative figure",
      {
        "metrics.csv":
          "submission,at,reads,likes,comments,shares,favourites,completion_rate\nS1,2025-03-01T09:00:00+08:00,-5,,,,,\n",
      },
      "metrics.csv row 2: reads is not a whole number",
    ],
    ["bytes that are not UTF-8", { "comments.csv": Buffer.from([0x73, 0xff, 0xfe, 0xd6, 0xd0]) }, "is not UTF-8"],
    [
      "a quote that is never closed",
      { "comments.csv": `submission,at,author,text\nS1,2025-03-01T09:00:00+08:00,甲,"${"长".repeat(800_000)}` },
      "comments.csv row 2: ",
    ],
    [
      "a row that stands twice",
      {
        "people.csv":
          "id,name,roles,city,owner,joined_at,channel,consent\nP1,王,koc,,,2025-02-01T09:00:00+08:00,,yes\nP1,王,koc,,,2025-02-01T09:00:00+08:00,,yes\nE1,安,koe,,,2025-02-01T09:00:00+08:00,,yes\n",
      },
      "people.csv row 3: is there already in row 2",
    ],
    ["segments that are no JSON", { "segments.json": "[{" }, "segments.json: is not JSON"],
  ])("with %s is refused whole, with file and row", async (_, broken, words) => {
    expect((await faultsOf(broken)).join("\n")).toContain(words);
  });

  it("refuses a folder that is none, naming what is missing", async () => {
    await expect(readPackage(folder(), () => {})).rejects.toThrow("it has no people.csv");
  });

  it("names every fault at once, fifty at most", async () => {
    const bad = Array.from({ length: 80 }, (_, i) => `S${i},gestern,x,y`).join("\n");

    const faults = await faultsOf({ "comments.csv": `submission,at,author,text\n${bad}\n` });

    expect(faults).toHaveLength(51);
    expect(faults.at(-1)).toBe("… and 30 more");
  });
});
