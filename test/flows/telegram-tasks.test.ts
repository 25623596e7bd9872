import { describe, expect, it } from "vitest";
import type { FakeTelegram, Shown } from "../fakes/telegram.ts";
import { ids, openTelegram, type TelegramHouse, until } from "./telegram-house.ts";

const dayMs = 86_400_000;
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const silent = () => ({ cues: [], retractions: [] });

type TaskHouse = TelegramHouse & { pass(ms: number): void };

async function openWithClock(): Promise<TaskHouse> {
  let ahead = 0;
  const house = await openTelegram({}, { now: () => Date.now() + ahead, extract: silent });
  return Object.assign(house, {
    pass: (ms: number) => {
      ahead += ms;
    },
  });
}

/** The day so many days from now, as people write it. */
function day(from: number): string {
  const at = new Date(Date.now() + from * dayMs);
  return `${at.getMonth() + 1}月${at.getDate()}日`;
}

const cardWith = (fake: FakeTelegram, chat: number, label: string) =>
  fake.in(chat).findLast((one) => one.buttons.some(({ text }) => text.includes(label)));

async function presses(fake: FakeTelegram, who: number, label: string): Promise<Shown> {
  const card = await until(`a card with ${label}`, () => cardWith(fake, who, label));
  fake.press(who, card, label);
  return card;
}

const shows = (fake: FakeTelegram, chat: number, words: string) =>
  until(words, () => fake.in(chat).find(({ text }) => text.includes(words)));

/** The manager has sent a task, and its offers are out. */
async function offered(house: TaskHouse, order: string): Promise<void> {
  const { fake, koloop } = house;
  fake.says(ids.M1, order);
  await presses(fake, ids.M1, "发送给");
  await until("planned offers", () =>
    koloop.store.read(async (tx) => (await tx.tasks.assignmentsFor("K1")).length > 0),
  );
  await koloop.settle();
  house.pass(2 * dayMs);
  await koloop.settle();
}

const piecesOf = ({ koloop }: TaskHouse) => koloop.store.read((tx) => tx.submissions.ofPerson("K1"));
const postOf = (n: number) =>
  `https://www.douyin.com/video/${(BigInt(Math.floor(Date.now() / 1000 + 2 * 86_400)) << 32n) + BigInt(n)}`;

describe("a task on Telegram", () => {
  it("goes from the offer over the yes and the link to the receipt and the verdict, on cards that change in place", async () => {
    const house = await openWithClock();
    const { fake } = house;
    await offered(house, `新任务:儿童安全座椅安装技巧,给所有人,视频,2篇,${day(12)}前,抖音`);

    const offer = await presses(fake, ids.K1, "接受");
    await until(
      "the yes on the card",
      () => offer.edits > 0 && !offer.buttons.some(({ text }) => text.includes("接受")),
    );
    fake.says(ids.K1, `拍好了 ${postOf(1)}`);
    const review = await until("the review", () => cardWith(fake, ids.M1, "通过"));
    const receipt = await shows(fake, ids.K1, "收到");
    await until("the offer's card to say so", () => offer.text.includes("已交稿") && offer.buttons.length === 0);
    fake.press(ids.M1, review, "通过");
    await until("the verdict", async () => (await piecesOf(house))[0]?.status === "approved");
    await until("the review to settle", () => review.edits > 0);
    await until("the offer's card to settle", () => offer.text.includes("已通过") && offer.buttons.length === 0);

    expect(await piecesOf(house)).toMatchObject([{ platform: "douyin", status: "approved" }]);
    expect(fake.in(ids.K1).filter(({ text }) => text.includes("儿童安全座椅")).length).toBeLessThanOrEqual(3);
    expect(receipt.messageId).not.toBe(offer.messageId);
  });

  it("takes a screenshot as a hand-in, sent as a picture or as a file, and only once", async () => {
    const house = await openWithClock();
    const { fake, koloop } = house;
    await offered(house, `新任务:门店打卡,给所有人,图文,2篇,${day(12)}前`);
    await presses(fake, ids.K1, "接受");
    fake.files.set("shot", png);

    const shot = fake.message(ids.K1, { document: { file_id: "shot", file_unique_id: "d1", mime_type: "image/png" } });
    fake.push({ message: shot });
    await until("the piece", async () => (await piecesOf(house)).length > 0);
    fake.push({ message: shot });
    const same = [{ file_id: "shot", file_unique_id: "p1", file_size: png.length }];
    fake.push({ message: fake.message(ids.K1, { photo: same }) });
    await shows(fake, ids.K1, "已经交过");

    const pieces = await piecesOf(house);
    const picture = await koloop.store.read((tx) => tx.settings.picture("shot-tg-d1"));
    expect(pieces).toMatchObject([{ url: "picture:shot-tg-d1", status: "pending" }]);
    expect(Buffer.from(picture!.bytes)).toEqual(png);
    expect(fake.in(ids.K1).find(({ text }) => text.includes("收到"))?.text).toContain("平台:其他");
  });

  it("takes a screenshot that answers an offer's card for that offer, where there are several", async () => {
    const house = await openWithClock();
    const { fake, koloop } = house;
    for (const title of ["门店打卡", "试驾体验"]) {
      await offered(house, `新任务:${title},给所有人,图文,2篇,${day(25)}前`);
      const card = await presses(fake, ids.K1, "接受");
      await until("the yes", () => card.edits > 0);
      house.pass(3 * dayMs);
    }
    fake.files.set("shot", png);
    const offer = fake.in(ids.K1).find(({ text }) => text.includes("试驾体验"))!;

    const photo = [{ file_id: "shot", file_unique_id: "p9", file_size: png.length }];
    const answered = { message_id: offer.messageId, from: { id: 4242, is_bot: true } };
    fake.push({ message: fake.message(ids.K1, { photo, reply_to_message: answered }) });
    const piece = await until("the piece", async () => (await piecesOf(house))[0]);

    const task = await koloop.store.read((tx) => tx.tasks.find(piece.taskId));
    expect(task?.title).toBe("试驾体验");
  });

  it("goes on with the words where Telegram no longer has the picture", async () => {
    const { fake, koloop } = await openWithClock();
    fake.fault = (method) =>
      method === "getFile"
        ? { status: 400, body: { ok: false, error_code: 400, description: "Bad Request: wrong file_id" } }
        : undefined;

    fake.push({
      message: fake.message(ids.K1, { photo: [{ file_id: "gone", file_unique_id: "g" }], caption: "我的任务" }),
    });
    fake.says(ids.M1, "帮助");
    await until("an answer", () => fake.in(ids.M1)[0]);

    const heard = await koloop.store.read((tx) =>
      tx.connection.sql.all<{ text: string }>("SELECT text FROM message ORDER BY id"),
    );
    expect(heard.map(({ text }) => text)).toContain("我的任务");
  });

  it("shows a chart as a picture with its words below", async () => {
    const house = await openWithClock();
    const { fake } = house;
    await offered(house, `新任务:门店打卡,给所有人,图文,2篇,${day(12)}前`);

    fake.says(ids.M1, "体检报告 门店打卡");
    const chart = await until("a picture", () => fake.in(ids.M1).find(({ isPhoto }) => isPhoto));

    const lines = chart.text.split("\n");
    expect(chart.text.length).toBeGreaterThan(0);
    expect(new Set(lines).size).toBe(lines.length);
    expect(chart.text.length).toBeLessThanOrEqual(1024);
  });
});

describe("deep links", () => {
  it("lead a member to the task, and tell a stranger kindly that they are not in yet", async () => {
    const house = await openWithClock();
    const { fake } = house;
    await offered(house, `新任务:冬季续航实测,给所有人,图文,2篇,${day(12)}前`);
    fake.says(ids.E1, "/invite 冬季续航实测");
    const link = (await shows(fake, ids.E1, "t.me/")).text;
    const payload = /t\.me\/koloop_test_bot\?start=(task_[\w-]{1,64})/.exec(link)?.[1];

    const before = fake.in(ids.K2).length;
    fake.says(ids.K2, `/start ${payload}`);
    fake.says(999, `/start ${payload}`);
    const card = await until("the task", () => fake.in(ids.K2)[before]);
    const answer = await until("an answer", () => fake.in(999)[0]);

    expect(payload!.length).toBeLessThanOrEqual(64);
    expect(card.buttons.length).toBeGreaterThan(0);
    expect(answer.buttons).toEqual([]);
  });

  it("bring in who follows an invitation once they agree, looked after by who invited them", async () => {
    const { fake, koloop } = await openWithClock();
    fake.says(ids.E1, "/invite");
    const payload = /start=(invite_[\w-]+)/.exec((await shows(fake, ids.E1, "t.me/")).text)?.[1];

    fake.says(777, `/start ${payload}`);
    await presses(fake, 777, "同意");
    const person = await until("somebody new", () =>
      koloop.store.read(async (tx) => {
        const identity = await tx.people.identity("telegram", "777");
        const found = identity && (await tx.people.find(identity.personId));
        return found?.roles.includes("koc") && found;
      }),
    );

    expect(person).toMatchObject({ consent: "yes", ownerId: "E1" });
  });
});

describe("the menu of commands", () => {
  it("is there in both languages for everybody, and staff have theirs in their own language", async () => {
    const { fake, koloop } = await openWithClock();
    await koloop.store.transaction((tx) => tx.people.change("E2", { lang: "en", updatedAt: 1 }));
    const menus = () => fake.calls.filter(({ method }) => method === "setMyCommands").map(({ payload }) => payload);
    await until("menus for all", () => menus().length === 3);

    fake.says(ids.E1, "帮助");
    fake.says(ids.E2, "help");
    fake.says(ids.K1, "帮助");
    await until("menus for two", () => menus().length === 5);
    fake.says(ids.E1, "帮助");
    await until("an answer", () => fake.in(ids.E1).length === 2);

    const [forAll, chinese, english, ...own] = menus() as { language_code?: string; scope?: { chat_id: number } }[];
    expect([forAll?.language_code, chinese?.language_code, english?.language_code]).toEqual([undefined, "zh", "en"]);
    const menuOf = (chat: number) => JSON.stringify(own.find(({ scope }) => scope?.chat_id === chat));
    expect(menuOf(ids.E1)).toContain("待审核的作品");
    expect(menuOf(ids.E2)).toContain("Pieces to review");
    expect(own).toHaveLength(2);
  });
});
