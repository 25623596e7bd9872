import { describe, expect, it, vi } from "vitest";
import { createWecomApi } from "#bot/channels/wecom/api.ts";
import { differencesOf, knownBefore, readAll, writeAll } from "#bot/channels/wecom/sync.ts";
import { runWecomSync } from "#bot/commands/wecom-sync.ts";
import { corpId, secrets } from "../../../fakes/wecom/server.ts";
import { type House, openHouse } from "../../../flows/wecom-house.ts";

const api = ({ fake }: House) =>
  createWecomApi({ base: fake.apiBase, corpId, now: Date.now, log: { warn: () => {}, error: () => {} } });

async function fullHouse(): Promise<House> {
  const house = await openHouse();
  const { customers, groups } = house.fake;
  for (let n = 0; n < 5; n++)
    customers.set(`wmS${n}`, {
      name: `客户${n}`,
      follow: new Map([
        ["ann", new Set()],
        ["ben", new Set()],
      ]),
    });
  groups.set("wrG1", { name: "车友一群", owner: "ann" });
  return house;
}

describe("the sync of customers and groups", () => {
  it("reads all pages, joins the followers, and finds nothing to change the second time", async () => {
    const house = await fullHouse();
    const { store, ctx } = house.koloop;
    const read = await readAll(api(house), secrets.contact);
    const first = differencesOf(read, await knownBefore(store));

    await writeAll(store, read, [], { at: ctx.now(), newId: ctx.newId });

    expect(read.contacts.find(({ id }) => id === "wmS4")).toEqual({
      id: "wmS4",
      name: "客户4",
      followers: ["ann", "ben"],
    });
    expect(first.filter(({ kind }) => kind === "new-contact")).toHaveLength(7);
    expect(first.filter(({ kind }) => kind === "new-group")).toEqual([
      { kind: "new-group", id: "wrG1", name: "车友一群" },
    ]);
    expect(differencesOf(await readAll(api(house), secrets.contact), await knownBefore(store))).toEqual([]);
  });

  it("shows names, followers and groups that have changed, and who is gone", async () => {
    const house = await fullHouse();
    const { store, ctx } = house.koloop;
    await writeAll(store, await readAll(api(house), secrets.contact), [], { at: ctx.now(), newId: ctx.newId });
    house.fake.customers.get("wmS0")!.name = "客户零";
    house.fake.customers.get("wmS1")!.follow.delete("ben");
    house.fake.customers.delete("wmS2");
    house.fake.groups.set("wrG1", { name: "车友总群", owner: "ann" });

    expect(differencesOf(await readAll(api(house), secrets.contact), await knownBefore(store))).toEqual([
      { kind: "renamed", id: "wmS0", name: "客户零", before: "客户0" },
      { kind: "followers", id: "wmS1", name: "客户1", added: [], left: ["ben"] },
      { kind: "gone-contact", id: "wmS2", name: "客户2" },
      { kind: "renamed-group", id: "wrG1", name: "车友总群", before: "车友一群" },
    ]);
  });

  it("writes nothing when it is only to show", async () => {
    const house = await fullHouse();
    const said: string[] = [];
    const hear = (text: unknown) => said.push(String(text)) > 0;
    const out = vi.spyOn(process.stdout, "write").mockImplementation(hear);
    const err = vi.spyOn(process.stderr, "write").mockImplementation(hear);
    for (const [name, value] of Object.entries(house.environment)) vi.stubEnv(name, value);

    const code = await runWecomSync({ dryRun: true }).finally(() => {
      out.mockRestore();
      err.mockRestore();
      vi.unstubAllEnvs();
    });

    expect(code).toBe(0);
    expect(said.join("")).toContain("+ 客户群 / group 车友一群 wrG1");
    expect((await knownBefore(house.koloop.store)).contacts).toEqual([]);
  });
});
