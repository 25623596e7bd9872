import { describe, expect, it } from "vitest";
import { DeliveryError } from "#bot/channels/channel.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { addCast, friday, startKoloop } from "../setup/koloop.ts";

async function twoChannels() {
  const other = new FakeChannel(() => friday, "other");
  const web = new FakeChannel(() => friday);
  const koloop = await startKoloop({ channels: [web, other] });
  await addCast(koloop);
  return { koloop, web, other };
}
type Both = Awaited<ReturnType<typeof twoChannels>>;

async function codeFor({ koloop, web }: Both, id: string): Promise<string> {
  await web.write(id, `bot:${id}`, "/link");
  await koloop.settle();
  return /码:([A-Z0-9]{8})/.exec(web.wordsIn(`bot:${id}`).at(-1) ?? "")?.[1] ?? "";
}

async function say({ koloop, other }: Both, from: string, text: string): Promise<string> {
  await other.write(from, `bot:${from}`, text);
  await koloop.settle();
  return other.wordsIn(`bot:${from}`).at(-1) ?? "";
}

describe("one person on several channels", () => {
  it("is one by a code that is sent on one and typed on the other, once", async () => {
    const house = await twoChannels();

    const code = await codeFor(house, "E1");
    const answer = await say(house, "anna-there", `/link ${code.toLowerCase()}`);
    const again = await say(house, "somebody-else", `/link ${code}`);
    const owner = await house.koloop.store.read((tx) => tx.people.identity("other", "anna-there"));

    expect(answer).toContain("连上了");
    expect(owner?.personId).toBe("E1");
    expect(again).toContain("不对,或已过期");
  });

  it("stops taking codes from who guesses, even a right one", async () => {
    const house = await twoChannels();
    const code = await codeFor(house, "K1");
    let answer = "";

    for (let i = 0; i < 6; i++) answer = await say(house, "guesser", "/link AAAABBBB");
    const right = await say(house, "guesser", `/link ${code}`);

    expect([answer, right]).toEqual([expect.stringContaining("太多"), expect.stringContaining("太多")]);
  });

  it("never hands a member of staff over to an account that gave out the code", async () => {
    const house = await twoChannels();
    const { koloop, web, other } = house;

    await other.write("stranger", "bot:stranger", "/link");
    await koloop.settle();
    const code = /码:([A-Z0-9]{8})/.exec(other.wordsIn("bot:stranger").join("\n"))?.[1];
    await web.write("E1", "bot:E1", `/link ${code}`);
    await koloop.settle();
    const identity = await koloop.store.read((tx) => tx.people.identity("other", "stranger"));

    expect(web.wordsIn("bot:E1")).toEqual([expect.stringContaining("反过来")]);
    expect(identity?.personId).not.toBe("E1");
  });

  it("chooses where cards arrive; while that channel is down they go the other way", async () => {
    const house = await twoChannels();
    const { koloop, web, other } = house;
    await say(house, "anna-there", `/link ${await codeFor(house, "E1")}`);
    await web.write("E1", "bot:E1", "/here");
    await koloop.settle();
    const ask = async (text: string) => {
      await koloop.store.transaction(async (tx) => {
        const { showStaff } = await import("#handlers/say.ts");
        const person = await tx.people.find("E1");
        await showStaff(tx, koloop.ctx, person!, { v: 1, key: text, title: text, blocks: [], buttons: [] });
      });
      await koloop.outbox.drain();
    };

    await ask("one");
    web.fault = () => new DeliveryError("gone", "blocked");
    await ask("two");
    web.fault = undefined;
    await web.write("E1", "bot:E1", "帮助");
    await koloop.settle();
    Object.assign(web, { isUp: () => false });
    await ask("three");

    const titles = (channel: FakeChannel, room: string) => channel.cardsIn(room).map(({ title }) => title);
    expect(titles(web, "bot:E1")).toContain("one");
    expect(titles(other, "bot:anna-there")).toEqual(["three", "two"]);
  });

  it("asks who follows an invitation before they are in, and gives them to who invited", async () => {
    const house = await twoChannels();
    const { koloop, web, other } = house;
    Object.assign(other, { startLink: (payload: string) => `https://chat.example/?start=${payload}` });

    await web.write("E1", "bot:E1", "/invite");
    await koloop.settle();
    const payload = /start=(\S+)/.exec(web.wordsIn("bot:E1")[0] ?? "")?.[1];
    await other.write("newcomer", "bot:newcomer", `/start ${payload}`);
    await koloop.settle();
    const person = () =>
      koloop.store.read(async (tx) => tx.people.find((await tx.people.identity("other", "newcomer"))?.personId ?? ""));
    const before = await person();
    await other.press("newcomer", "bot:newcomer", "同意");
    await koloop.settle();

    expect([before?.roles, before?.consent]).toEqual([["customer"], "unknown"]);
    expect(await person()).toMatchObject({ roles: ["customer", "koc"], consent: "yes", ownerId: "E1" });
  });
});
