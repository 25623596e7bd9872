import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { exportPackage } from "#db/package-export.ts";
import { PackageError, readPackage } from "#db/package-format.ts";
import { importPackage } from "#db/package-import.ts";
import type { Store } from "#db/store.ts";
import { forgetPerson } from "#handlers/forget-person.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { freshStore } from "../setup/database.ts";
import { addPerson, friday, says, startWithCast, type TestKoloop } from "../setup/koloop.ts";

/** The cast, Lu who leads nobody yet, and a customer of Ben's. */
async function house(): Promise<TestKoloop> {
  const koloop = await startWithCast();
  await koloop.store.transaction(async (tx) => {
    await addPerson(tx, { id: "L1", name: "陆姐", roles: ["koe"], ownerId: null });
    await addPerson(tx, { id: "C9", name: "孙先生", roles: ["customer"], ownerId: "E2" });
  });
  return koloop;
}

async function hears(koloop: TestKoloop, who: string, words: string): Promise<string> {
  const said = koloop.channel.deliveries.length;
  await says(koloop, who, words);
  return JSON.stringify(koloop.channel.deliveries.slice(said).map(({ body }) => body));
}

describe("a team", () => {
  it("is made by a manager's words; who leads it sees its people, and nobody else's", async () => {
    const koloop = await house();
    const before = await hears(koloop, "L1", "/who 王女士");

    const joined = await hears(koloop, "M1", "安娜归一组");
    await hears(koloop, "M1", "陆姐负责一组");

    expect(before).toContain("没有找到这个人");
    expect(joined).toContain("一组 · 负责人 还没有 · 安娜");
    expect(await hears(koloop, "L1", "/who 王女士")).toContain("负责人 安娜");
    expect(await hears(koloop, "L1", "/who 孙先生")).toContain("没有找到这个人");
    expect(await hears(koloop, "E1", "/who 孙先生")).toContain("没有找到这个人");
    expect(await hears(koloop, "E2", "/who 王女士")).toContain("没有找到这个人");
    expect(await hears(koloop, "M1", "小组")).toContain("一组 · 负责人 陆姐 · 安娜");
  });

  it("is understood in English, and left again", async () => {
    const koloop = await house();
    await hears(koloop, "M1", "put 安娜 in team One");
    await hears(koloop, "M1", "陆姐 leads team One");
    const led = await hears(koloop, "L1", "/who 王女士");

    await hears(koloop, "M1", "安娜离开小组");

    expect(led).toContain("负责人 安娜");
    expect(await hears(koloop, "L1", "/who 王女士")).toContain("没有找到这个人");
  });

  it("limits answers: a lead asks about the team's people, members about their own", async () => {
    const koloop = await house();
    await hears(koloop, "M1", "安娜归一组");
    await hears(koloop, "M1", "陆姐负责一组");

    expect(await hears(koloop, "L1", "我们组有多少客户")).toMatch(/"title":"[23] 人/);
    expect(await hears(koloop, "L1", "安娜有多少客户")).not.toContain("别的同事");
    expect(await hears(koloop, "E2", "安娜有多少客户")).not.toMatch(/"title":"\d+ 人/);
    expect(await hears(koloop, "L1", "小本有多少客户")).not.toMatch(/"title":"\d+ 人/);
  });

  it.each(["E1", "K1"])("is not changed by %s", async (who) => {
    const koloop = await house();

    await hears(koloop, who, "安娜归一组");

    expect(await koloop.store.read((tx) => tx.teams.list())).toEqual([]);
  });
});

const taxonomy = loadTaxonomy();
const headers: Record<string, string> = {
  people: "id,name,roles,city,owner,joined_at,channel,consent",
  tags: "person,tag,source,confirmed_by,since,until,quote",
  tasks: "id,title,theme,brief,segments,forms,importance,quota,reward,published_at,deadline,status",
  assignments:
    "task,person,form,pushed_at,seen_at,accepted_at,declined_at,decline_reason,submitted_at,approved_at,rejected_at",
  submissions: "id,task,person,platform,url,form,submitted_at,status,raw_text",
  metrics: "submission,at,reads,likes,comments,shares,favourites,completion_rate",
  comments: "submission,at,author,text",
};
const people = `E1,安娜,koe,上海,,2025-01-01T09:00:00+08:00,,yes
L1,陆姐,koe,上海,,2025-01-01T09:00:00+08:00,,yes
P1,王女士,customer,上海,E1,2025-02-01T09:00:00+08:00,,yes
`;

function folder(teams?: string): string {
  const path = mkdtempSync(join(tmpdir(), "koloop-teams-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, header] of Object.entries(headers))
    writeFileSync(join(path, `${name}.csv`), `${header}\n${name === "people" ? people : ""}`);
  const tag = "P1,has_kids,koe,E1,2025-03-01T09:00:00+08:00,,两个娃\n";
  writeFileSync(join(path, "tags.csv"), `${headers.tags}\n${tag}`);
  writeFileSync(join(path, "segments.json"), "[]");
  if (teams !== undefined) writeFileSync(join(path, "teams.csv"), teams);
  return path;
}

async function bringIn(store: Store, path: string): Promise<string[]> {
  const data = await readPackage(path, () => {});
  return store.transaction((tx) => importPackage(tx, data, { taxonomy, now: friday, progress: () => {} }));
}

describe("a data package", () => {
  it("brings teams and takes them along again, and may have none", async () => {
    const store = await freshStore();
    const teams = "team,person,leads\n一组,E1,no\n一组,L1,yes\n";
    await bringIn(store, folder());
    await bringIn(store, folder(teams));
    const out = folder();

    await store.read((tx) => exportPackage(tx, out, { timeZone: "Asia/Shanghai", progress: () => {} }));

    expect(readFileSync(join(out, "teams.csv"), "utf8")).toBe(teams);
    expect([...(await store.read((tx) => tx.teams.ledBy("L1")))]).toEqual(["E1"]);
  });

  it("puts only employees into teams", async () => {
    const brought = bringIn(await freshStore(), folder("team,person,leads\n一组,P1,no\n"));

    await expect(brought).rejects.toThrow(PackageError);
    await expect(brought).rejects.toThrow("teams.csv row 2: P1 is not an employee");
  });

  it("does not bring back who asked to be forgotten, and says so by line", async () => {
    const store = await freshStore();
    await bringIn(store, folder());
    await store.transaction((tx) => forgetPerson(tx, { now: () => friday, newId: () => "ghost1" }, "P1"));

    const left = await bringIn(store, folder());

    expect(left).toEqual([expect.stringMatching(/^people\.csv 第 4 行 .*P1 要求过被忘记,没有导入/)]);
    expect(await store.read((tx) => tx.people.find("P1"))).toBeUndefined();
    expect(await store.read((tx) => tx.ledger.eventsOf("P1"))).toEqual([]);
  });
});

describe("an employee's card of a customer", () => {
  it.each([
    ["yes", [], "已同意记录"],
    ["unknown", [], "还没问过是否同意记录"],
    ["unknown", ["notice"], "已告知记录,还没答复"],
    ["no", [], "已撤回同意,不再记录"],
  ] as const)("says where consent stands: %s %j", async (consent, said, words) => {
    const koloop = await house();
    await koloop.store.transaction(async (tx) => {
      await tx.people.change("C1", { consent });
      for (const kind of said)
        await tx.consents.set({ id: "c", personId: "C1", byId: "C1", channel: "web", kind, status: "yes", at: friday });
    });

    expect(await hears(koloop, "E1", "/who 王女士")).toContain(words);
  });
});
