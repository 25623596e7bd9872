import { join } from "node:path";
import Database from "better-sqlite3";
import { Bot } from "grammy";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { type Figure, median, warming } from "./frame.ts";
import { addCustomers, addEmployees, messageOf, probe, silent } from "./scale-desk.ts";
import { openKoishi } from "./scale-koishi.ts";
import { inFlight } from "./scale-peers.ts";

const rounds = Number(process.env.KOLOOP_BENCH_ROUNDS ?? 5);
const messages = Number(process.env.KOLOOP_BENCH_MESSAGES ?? 1500);
/** koishi takes some 2 ms a message. */
const koishiMessages = Math.min(300, messages);
const words = 120;

/** A message in until what it brings about is stored: koloop with the packs that ship, and grammY as a bot with 120 words to hear would be written. */
export async function chatFigures(folder: string): Promise<Figure[]> {
  const url = `file:${join(folder, "chat.db")}`;
  const koloop = await createKoloop(readConfig({ DATABASE_URL: url, ...silent }), { web: false, channels: [probe] });
  await addEmployees(koloop);
  const grammy = grammyBot(join(folder, "grammy.db"));
  const koishi = await openKoishi(join(folder, "koishi.db"));
  if (!koishi) process.stderr.write("koishi is not installed here and is not measured (bench/README.md)\n");
  let next = 0;
  const own = async (count: number) => {
    await addCustomers(koloop, next, count);
    const begun = performance.now();
    const end = next + count;
    const lane = async () => {
      while (next < end) await koloop.inbox.accept(messageOf(next++));
    };
    await Promise.all(Array.from({ length: inFlight }, lane));
    return count / ((performance.now() - begun) / 1000);
  };
  const rates = { koloop: [] as number[], grammy: [] as number[], koishi: [] as number[] };
  for (let round = -warming; round < rounds; round++) {
    const theirs = await grammy.take(messages);
    const ours = await own(messages);
    const koishis = await koishi?.take(koishiMessages);
    if (round < 0) continue;
    rates.grammy.push(theirs);
    rates.koloop.push(ours);
    if (koishis !== undefined) rates.koishi.push(koishis);
  }
  await koloop.stop();
  await koishi?.close();
  grammy.close();
  const ratio = median(rates.koloop.map((rate, round) => rate / rates.grammy[round]!));
  const toKoishi = koishi ? median(rates.koloop.map((rate, round) => rate / rates.koishi[round]!)) : undefined;
  const how = `medians of ${rounds} x ${messages} messages of different customers after ${warming} rounds of all, ${inFlight} in flight, heard with the packs that ship, two questions on a card; grammY: 120 hears(), one row durable, reply stubbed`;
  const plain = { against: "", how, goal: "", holds: null };
  return [
    {
      ...plain,
      name: "message in, heard, stored, card in the outbox",
      value: median(rates.koloop),
      unit: "messages/s",
    },
    { ...plain, name: "grammY with 120 hears() and a durable insert", value: median(rates.grammy), unit: "messages/s" },
    {
      ...plain,
      ...{ name: "message in, against grammY", value: ratio, unit: "x", goal: ">= 1.5", holds: ratio >= 1.5 },
      against: "grammY 1.46, better-sqlite3 by hand, synchronous FULL",
    },
    ...(toKoishi === undefined
      ? []
      : [
          { ...plain, name: "koishi + sqlite, each message stored", value: median(rates.koishi), unit: "messages/s" },
          {
            ...plain,
            ...{ name: "message in, against koishi", value: toKoishi, unit: "x", goal: ">= 25", holds: toKoishi >= 25 },
            against: "koishi with its mock adapter and SQLite driver, 32 people at once",
          },
        ]),
  ];
}

function grammyBot(path: string): { take(count: number): Promise<number>; close(): void } {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE message (id INTEGER PRIMARY KEY, chat INTEGER, text TEXT, tag TEXT, at INTEGER)");
  const insert = db.prepare("INSERT INTO message (chat, text, tag, at) VALUES (?, ?, ?, ?)");
  const me = { id: 1, is_bot: true as const, first_name: "bot", username: "bot" };
  const rights = { can_join_groups: true, can_read_all_group_messages: true, supports_inline_queries: false };
  const more = { can_connect_to_business: false, has_main_web_app: false };
  const bot = new Bot("1:x", { botInfo: { ...me, ...rights, ...more } as never });
  bot.api.config.use(async () => ({ ok: true, result: { message_id: 1 } }) as never);
  for (let n = 0; n < words; n++)
    bot.hears(n === words - 1 ? /养了猫/ : new RegExp(`词${n}号`), async (ctx) => {
      insert.run(ctx.chat.id, ctx.message?.text ?? "", `tag${n}`, Date.now());
      await ctx.reply("收到");
    });
  let next = 0;
  const update = (n: number) => ({
    update_id: n,
    message: {
      ...{ message_id: n, date: 1, text: `我家养了猫,这个月又要出差 ${n} 次` },
      ...{ chat: { id: n, type: "private", first_name: "c" }, from: { id: n, is_bot: false, first_name: "c" } },
    },
  });
  return {
    async take(count) {
      const begun = performance.now();
      for (const end = next + count; next < end; next++) await bot.handleUpdate(update(next) as never);
      return count / ((performance.now() - begun) / 1000);
    },
    close: () => db.close(),
  };
}
