import { join } from "node:path";
import Database from "better-sqlite3";
import { retag } from "#bot/commands/retag.ts";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { phraseMark } from "#nlp/changed-phrases.ts";
import { packPhrases } from "#nlp/knowledge.ts";
import { type Figure, median } from "./frame.ts";
import { silent } from "./scale-desk.ts";

const stored = Number(process.env.KOLOOP_BENCH_STORED ?? 1_000_000);
const rounds = Math.min(3, Number(process.env.KOLOOP_BENCH_ROUNDS ?? 3));
/** So many ways of saying count as edited; one message in two hundred holds one of them. */
const edited = 40;
const talk = [
  "今天天气不错呀",
  "我们下周去看看那款车",
  "孩子刚上小学,每天接送",
  "好的,谢谢你",
  "最近工作有点忙,周末再说吧",
  "这个颜色还有货吗",
  "价格能不能再便宜一点",
];

/** Hearing stored messages anew after an edit, against reading their words alone, page by page over the same connection. */
export async function retagFigures(folder: string): Promise<Figure[]> {
  const path = join(folder, "retag.db");
  const koloop = await createKoloop(readConfig({ DATABASE_URL: `file:${path}`, ...silent }), { web: false });
  const phrases = packPhrases();
  const changed = phrases
    .filter(({ manner, pattern }) => manner === "says" && /^[一-鿿]{4,8}$/.test(pattern))
    .slice(-edited);
  fill(
    path,
    changed.map(({ pattern }) => pattern),
  );
  const kept = new Set(changed);
  const before = JSON.stringify(phrases.filter((phrase) => !kept.has(phrase)).map(phraseMark));
  const ratios: number[] = [];
  const rates: number[] = [];
  let concerned = 0;
  for (let round = -1; round < rounds; round++) {
    const readBegun = performance.now();
    for (let after = ""; ; ) {
      const page = await koloop.store.read((tx) => tx.conversations.wordsAfter(after, 0, 2000));
      if (page.length === 0) break;
      after = page.at(-1)!.id;
    }
    const readMs = performance.now() - readBegun;
    await koloop.store.transaction((tx) => tx.settings.set("retag:marks", before, 1));
    const begun = performance.now();
    const done = await retag({ store: koloop.store, ctx: koloop.ctx, phrases }, { since: 0 });
    const ms = performance.now() - begun;
    concerned = done?.concerned ?? 0;
    if (round < 0) continue;
    ratios.push(readMs / ms);
    rates.push(stored / (ms / 1000));
  }
  await koloop.stop();
  const ratio = median(ratios);
  const how = `medians of ${rounds} over ${stored} stored messages, ${changed.length} of ${phrases.length} ways of saying edited, ${concerned} messages hold one and are heard in their talk`;
  return [
    {
      name: "re-tag after a pack edit",
      value: median(rates),
      unit: "messages/s",
      goal: "",
      holds: null,
      against: "",
      how,
    },
    {
      ...{
        name: "re-tag, share of reading the words alone",
        value: ratio,
        unit: "x",
        goal: ">= 0.3",
        holds: ratio >= 0.3,
      },
      ...{ against: "the same pages, read and not looked at", how },
    },
  ];
}

function fill(path: string, changed: readonly string[]): void {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = OFF");
  const person = db.prepare(
    "INSERT INTO person (id, name, roles, joined_at, lang, consent, frequency, created_at, updated_at) VALUES (?, ?, 'customer', 1, 'zh', 'yes', 1, 1, 1)",
  );
  const message = db.prepare(
    "INSERT INTO message (id, conversation_id, channel, event_id, from_id, at, text) VALUES (?, ?, 'probe', ?, ?, ?, ?)",
  );
  db.transaction(() => {
    for (let n = 0; n < 10_000; n++) person.run(`C${n}`, `客${n}`);
    for (let n = 0; n < stored; n++) {
      const said =
        n % 200 === 7 && changed.length > 0
          ? `我${changed[n % changed.length]}了呢`
          : `${talk[n % talk.length]}${n % 97}`;
      message.run(String(n).padStart(16, "0"), `v${n % 10_000}`, `e${n}`, `C${n % 10_000}`, n * 1000, said);
    }
  })();
  db.close();
}
