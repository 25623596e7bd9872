import { describe, expect, it, vi } from "vitest";
import { createWecomApi } from "#bot/channels/wecom/api.ts";
import { createSyncKeeper } from "#bot/channels/wecom/keep-synced.ts";
import { differencesOf, knownBefore, readAll, writeAll } from "#bot/channels/wecom/sync.ts";
import { runWecomSync } from "#bot/commands/wecom-sync.ts";
import { wecomTable } from "#db/wecom.ts";
import { postCallback } from "../../../fakes/wecom/callbacks.ts";
import { corpId, secrets } from "../../../fakes/wecom/server.ts";
import { type House, openHouse, until } from "../../../flows/wecom-house.ts";

const api = ({ fake }: House) =>
  createWecomApi({ base: fake.apiBase, corpId, now: Date.now, log: { warn: () => {}, error: () => {} } });

const synced = ({ koloop }: House) => koloop.store.read((tx) => wecomTable(tx.connection).cursor("synced"));
const setSynced = ({ koloop }: House, at: number) =>
  koloop.store.transaction((tx) => wecomTable(tx.connection).setCursor("synced", String(at), at));

async function fullHouse(): Promise<House> {
  const house = await openHouse();
  // These tests compare by themselves.
  await setSynced(house, Date.now());
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
    // The command opens the database in this very process: a transaction that is open here could never end meanwhile.
    await house.koloop.clock.stop();
    await house.koloop.outbox.stop();
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

describe("customers and groups, kept by themselves", () => {
  it("are read in full at the first start, and compared a day later: the managers see what no event told", async () => {
    const house = await openHouse();
    const { fake, koloop } = house;
    fake.groups.set("wrG1", { name: "车友一群", owner: "ann", member_list: [{ userid: "ann" }, { userid: "wmKoc1" }] });
    await expect.poll(() => synced(house)).toBeDefined();
    const first = await knownBefore(koloop.store);
    const saidAtFirst = fake.texts.length;
    fake.customers.get("wmC1")!.name = "王太太";
    fake.customers.get("wmKoc1")!.name = "李大雷";
    await koloop.store.transaction((tx) => wecomTable(tx.connection).markContactStale("wmKoc1"));
    await setSynced(house, Date.now() - 25 * 3_600_000);
    const { store, ctx } = koloop;
    const keeper = createSyncKeeper({ store, ctx, api: api(house), secret: secrets.contact });
    keeper.start();
    await until("the differences", () => {
      koloop.outbox.nudge();
      return fake.texts.find(({ to }) => to === "mo");
    });
    await keeper.stop();

    expect(first.contacts.map(({ name }) => name).sort()).toEqual(["李雷", "王女士"]);
    expect(first.groups).toEqual([{ id: "wrG1", name: "车友一群" }]);
    expect(saidAtFirst).toBe(0);
    expect(fake.texts).toHaveLength(1);
    expect(fake.texts[0]?.text).toMatch(/1 处不同.*王女士 → 王太太/s);
    expect(fake.texts[0]?.text).not.toContain("大雷");
    expect((await knownBefore(store)).contacts.map(({ name }) => name).sort()).toEqual(["李大雷", "王太太"]);
  });

  it("follow the events of a group: its name, who comes and goes, its end", async () => {
    const house = await openHouse();
    const { store, address } = house.koloop;
    const group = { name: "车友一群", owner: "ann", member_list: [{ userid: "ann" }, { userid: "wmKoc1" }] };
    house.fake.groups.set("wrG9", group);
    const tell = (change: string, more = "") =>
      postCallback(
        address,
        `<xml><ToUserName>${corpId}</ToUserName><FromUserName>sys</FromUserName><CreateTime>${Date.now()}</CreateTime><MsgType>event</MsgType><Event>change_external_chat</Event><ChangeType>${change}</ChangeType><ChatId>wrG9</ChatId>${more}</xml>`,
      );
    const read = () =>
      store.read(async (tx) => {
        const known = await tx.conversations.find("wecom", "ag:wrG9");
        const members = known ? await tx.people.list(await tx.conversations.membersOf(known.id)) : [];
        return [known?.title, ...members.map(({ name }) => name).sort()];
      });
    const becomes = (expected: string[]) => expect.poll(read).toEqual(expected);

    expect((await tell("create")).status).toBe(200);
    await becomes(["车友一群", "安娜", "李雷"]);
    house.fake.groups.set("wrG9", { ...group, name: "车友总群", member_list: [{ userid: "ann" }] });
    await tell(
      "update",
      "<UpdateDetail>del_member</UpdateDetail><QuitScene>0</QuitScene><MemChangeCnt>1</MemChangeCnt>",
    );
    await becomes(["车友总群", "安娜"]);
    await tell("dismiss");
    await becomes(["车友总群"]);
  });
});
