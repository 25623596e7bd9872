import { onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop, type Parts } from "#bot/main.ts";
import type { Person, Role } from "#domain/person.ts";
import { FakeChannel } from "../fakes/channel.ts";
import { freshDatabase } from "./database.ts";

/** A Friday, six in the evening in Shanghai. */
export const friday = Date.parse("2026-11-20T18:00:00+08:00");

/** The cast of every test: Ann looks after Wang and two KOCs, Mo is the manager, Ben is a KOE of other people. */
const cast: [string, string, Role[], string | null][] = [
  ["E1", "安娜", ["koe"], null],
  ["E2", "小本", ["koe"], null],
  ["M1", "莫经理", ["manager"], null],
  ["C1", "王女士", ["customer"], "E1"],
  ["K1", "李雷", ["koc", "customer"], "E1"],
  ["K2", "韩梅梅", ["koc"], "E1"],
];

export type TestKoloop = Koloop & {
  channel: FakeChannel;
  /** Moves the clock. */
  pass(ms: number): void;
};

/**
 * Ids in the order in which they are drawn, the same in every run: a task's id seeds what its plan draws, and two ids of one millisecond sort
 * otherwise than they came where chance makes their ends.
 */
let drawn = 0;
const newId = (): string => `0test${String(++drawn).padStart(11, "0")}`;

/** A running koloop over a fresh database with a messenger in memory, and a clock that only moves when told. */
export async function startKoloop(
  parts: Parts = {},
  databaseUrl = `file:${freshDatabase()}`,
  environment: Record<string, string> = {},
): Promise<TestKoloop> {
  let now = friday;
  const channel = new FakeChannel(() => now);
  const config = readConfig({ DATABASE_URL: databaseUrl, KOLOOP_LOG_LEVEL: "silent", ...environment });
  const koloop = await createKoloop(config, {
    web: false,
    now: () => now,
    chance: () => 0.5,
    newId,
    // A look at the clock that comes by itself comes in the middle of a life that takes longer under load.
    ticks: false,
    channels: [channel],
    ...parts,
  });
  await koloop.start();
  onTestFinished(() => koloop.stop());
  return Object.assign(Object.create(koloop) as Koloop, {
    channel,
    pass: (ms: number) => {
      now += ms;
    },
  });
}

/** Brings in the cast, each reachable in their own chat with koloop. */
export async function addCast({ store }: Koloop): Promise<void> {
  await store.transaction(async (tx) => {
    for (const [id, name, roles, ownerId] of cast) await addPerson(tx, { id, name, roles, ownerId });
  });
}

/** A koloop with its cast that hears nothing: for what people do by words and taps. */
export async function startWithCast(): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
  await addCast(koloop);
  return koloop;
}

/** Somebody writes to the bot, and all that follows has happened. */
export async function says(koloop: TestKoloop, who: string, text: string): Promise<void> {
  await koloop.channel.write(who, `bot:${who}`, text);
  await koloop.settle();
}

/** Somebody presses a button in their room with the bot, and all that follows has happened. */
export async function presses(koloop: TestKoloop, who: string, label: string): Promise<void> {
  await koloop.channel.press(who, `bot:${who}`, label);
  await koloop.settle();
}

export async function addPerson(
  tx: Parameters<Parameters<Koloop["store"]["transaction"]>[0]>[0],
  fields: Pick<Person, "id" | "name" | "roles" | "ownerId"> & Partial<Person>,
): Promise<void> {
  await tx.people.add({
    city: null,
    joinedAt: friday - 90 * 86_400_000,
    lang: "zh",
    timeZone: null,
    consent: "yes",
    homeChannel: null,
    pausedUntil: null,
    frequency: 1,
    mergedInto: null,
    createdAt: friday,
    updatedAt: friday,
    ...fields,
  });
  await tx.people.addIdentity({
    id: `i-${fields.id}`,
    personId: fields.id,
    channel: "web",
    externalId: fields.id,
    name: fields.name,
    room: `bot:${fields.id}`,
    reachable: "yes",
    lastSeenAt: null,
    linkedAt: friday,
  });
}

/** The loop up to the link handed in: a cue, its tag, a task for it, a yes. Somebody has to hear `new_parent` in the words. */
export async function playsToHandIn(koloop: TestKoloop): Promise<void> {
  await koloop.channel.write("K1", "direct:K1:E1", "宝宝刚满月");
  await koloop.settle();
  await koloop.channel.press("E1", "bot:E1", "确认 新手爸妈");
  await koloop.channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await koloop.channel.press("M1", "bot:M1", "发送给 1 人");
  await koloop.settle();
  koloop.pass(48 * 3_600_000);
  await koloop.settle();
  await koloop.channel.press("K1", "bot:K1", "接受 · 视频");
  await koloop.channel.write("K1", "bot:K1", "https://www.douyin.com/video/7301234567890123456");
  await koloop.settle();
}
