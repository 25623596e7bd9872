import { randomBytes } from "node:crypto";
import { vi } from "vitest";
import { masterKeysOf } from "#bot/master-key.ts";
import type { MasterKeys } from "#db/data-keys.ts";
import { addCast, startKoloop, type TestKoloop } from "./koloop.ts";

/** A master key as the environment holds it. */
export const newKey = (): string => randomBytes(32).toString("base64");
/** The same keys, for opening a database by hand. */
export const mastersOf = (current: string, old?: string): MasterKeys =>
  masterKeysOf({ KOLOOP_MASTER_KEY: current, ...(old && { KOLOOP_MASTER_KEY_OLD: old }) })!;

/** What a customer says of newborn twins, and what is heard in it. */
export const twinsSaid = "我家双胞胎上个月刚满月";
export const quote = "双胞胎上个月刚满月";
export const note = "这阵子在备考公务员实在抽不开身";
const typed = "请转告我妈妈的那辆旧途观要置换";
/** What customers said, in words that stand nowhere else. */
export const said = [quote, "双胞胎", note, typed];

/** Hears newborn twins, and nothing else. */
export const hearTwins = (turns: readonly { text: string }[]) => {
  const turn = turns.length - 1;
  const heard = turns[turn]!.text.includes("满月");
  return { cues: heard ? [{ tag: "new_parent", quote, turn, score: 0.9, evidence: [] }] : [], retractions: [] };
};

/** The master keys that koloop is started with. */
export const given = (current: string | undefined, old?: string): void => {
  vi.stubEnv("KOLOOP_MASTER_KEY", current ?? "");
  vi.stubEnv("KOLOOP_MASTER_KEY_OLD", old ?? "");
};

/** Heard, asked, confirmed; a task offered and refused in the person's own words. */
export async function lifeOf(databaseUrl: string): Promise<TestKoloop> {
  const koloop = await startKoloop({ extract: hearTwins }, databaseUrl);
  await addCast(koloop);
  const { channel } = koloop;
  await channel.write("K1", "direct:K1:E1", twinsSaid);
  await channel.write("C1", "direct:C1:E1", typed);
  await koloop.settle();
  await channel.press("E1", "bot:E1", "确认 新手爸妈");
  await channel.write("E1", "bot:E1", "/who 李雷");
  await channel.write("M1", "bot:M1", "新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,2篇,12月1日前");
  await koloop.settle();
  await channel.press("M1", "bot:M1", "发送给 1 人");
  await koloop.settle();
  koloop.pass(48 * 3_600_000);
  await koloop.settle();
  await channel.press("K1", "bot:K1", "这次不了");
  await koloop.settle();
  await channel.press("K1", "bot:K1", "其他");
  await channel.write("K1", "bot:K1", note);
  await koloop.settle();
  return koloop;
}

/** What is held of Lei, in words. */
export async function whatIsKept({ store }: Pick<TestKoloop, "store">) {
  return store.read(async (tx) => ({
    tags: (await tx.ledger.holdsOf("K1")).map((hold) => [hold.tag, hold.quote]),
    lines: (await tx.ledger.eventsOf("K1")).map((line) => line.quote),
    texts: await tx.conversations.textsOf("K1", 0, 10),
    notes: (await tx.tasks.assignmentsFor("K1")).map((assignment) => assignment.declineNote),
  }));
}
