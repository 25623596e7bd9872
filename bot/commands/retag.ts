import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import type { Store, Tx } from "#db/store.ts";
import { labelOf, type TagKey } from "#domain/taxonomy.ts";
import type { Context } from "#handlers/context.ts";
import { askAgain, hearAgain } from "#handlers/hear-again.ts";
import { createSieve, phraseMark, stampOf } from "#nlp/changed-phrases.ts";
import { packPhrases } from "#nlp/knowledge.ts";
import type { Phrase } from "#nlp/pack.ts";
import { environmentWithFile, readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { createKoloop } from "../main.ts";
import { progressLine } from "./progress.ts";

export type RetagOptions = { ask?: boolean; since?: string; all?: boolean };

/** So many messages are read at a time. */
const page = 2000;
/** Where it stands is noted with whatever is asked, and otherwise now and then: a commit costs more than reading a page. */
const noteEveryMs = 1000;
const marksKey = "retag:marks";
const placeKey = "retag:place";
const marksSchema = z.array(z.string());
const placeSchema = z.object({
  /** What it looked for, and how: another edit begins anew. */
  stamp: z.string(),
  after: z.string(),
  read: z.number(),
  concerned: z.number(),
  heard: z.record(z.string(), z.number()),
});
type Place = z.infer<typeof placeSchema>;

/**
 * `koloop retag`: after a pack was edited, finds the stored messages in which a new or changed way of saying stands, hears those anew in their
 * talk, and counts what is heard by tag; with `--ask` whoever looks after the person is asked. What was interrupted goes on where it stopped.
 * 2: a date that is none.
 */
export async function runRetag(options: RetagOptions): Promise<0 | 2> {
  const since = options.since === undefined ? 0 : Date.parse(options.since);
  if (Number.isNaN(since)) {
    process.stderr.write(`不是日期 / not a date: ${options.since}\n`);
    return 2;
  }
  const config = readConfig(environmentWithFile());
  const database = await openDatabase(config.databaseUrl);
  // Reading the packs anew takes seconds: not where there is nothing to hear.
  if ((await database.store.read((tx) => tx.conversations.messagesSince(since))) === 0) {
    await database.store.close();
    process.stdout.write("没有可重听的消息 / no message is stored that could be heard again\n");
    return 0;
  }
  const koloop = await createKoloop(config, { web: false, database });
  try {
    const place = await retag({ store: koloop.store, ctx: koloop.ctx, phrases: packPhrases() }, { ...options, since });
    if (!place) {
      process.stdout.write("词包没有改动 / no way of saying has changed since the last time\n");
      return 0;
    }
    process.stdout.write(
      `读 ${place.read} 条,含改动说法 ${place.concerned} 条 / read, and with a changed way of saying in them\n`,
    );
    for (const [tag, n] of Object.entries(place.heard).sort((a, b) => b[1] - a[1]))
      process.stdout.write(`  ${labelOf(koloop.ctx.taxonomy, tag, "zh")} (${tag}): ${n}\n`);
    return 0;
  } finally {
    await koloop.stop();
  }
}

type House = { store: Store; ctx: Context; phrases: readonly Phrase[] };
type How = { ask?: boolean; all?: boolean; since: number };

/** The work itself: what became of it, or undefined where nothing has changed since it was last done to the end. */
export async function retag(
  { store, ctx, phrases }: House,
  { ask = false, all = false, since }: How,
): Promise<Place | undefined> {
  const marks = phrases.map(phraseMark);
  const before = await store.read((tx) => tx.settings.get(marksKey));
  const known = new Set(before === undefined || all ? [] : marksSchema.parse(JSON.parse(before)));
  const sieve = createSieve(phrases.filter((_, k) => !known.has(marks[k]!)));
  if (sieve.phrases === 0) return undefined;
  const stamp = `${stampOf(marks)} ${known.size} ${since} ${ask ? "ask" : "count"}`;
  const place = await placeOf(store, stamp);
  const total = await store.read((tx) => tx.conversations.messagesSince(since));
  const line = progressLine("retag");
  let noted = Number.NEGATIVE_INFINITY;
  for (;;) {
    const words = await store.read((tx) => tx.conversations.wordsAfter(place.after, since, page));
    const last = words.at(-1);
    if (!last) break;
    const concerned = words.filter(({ text }) => sieve.mayConcern(text)).map(({ id }) => id);
    const next = { ...place, after: last.id, read: place.read + words.length };
    next.concerned += concerned.length;
    const save = (tx: Tx, heard: Place["heard"]) =>
      tx.settings.set(placeKey, JSON.stringify({ ...next, heard }), ctx.now());
    const isAsked = ask && concerned.length > 0;
    // What is asked and how far it has come are committed together; what is only counted need not hold up anybody who writes.
    const asked = async (tx: Tx) => {
      const heard = await hearPage(tx, ctx, concerned, sieve.tags, ask);
      const sum = added(place.heard, heard);
      if (isAsked) await save(tx, sum);
      return sum;
    };
    const heard = isAsked ? await store.transaction(asked) : await store.read(asked);
    if (!isAsked && performance.now() - noted > noteEveryMs) {
      await store.transaction((tx) => save(tx, heard));
      noted = performance.now();
    }
    Object.assign(place, next, { heard });
    line.show(place.read, total);
    await setImmediate();
  }
  line.end();
  await store.transaction(async (tx) => {
    await tx.settings.set(marksKey, JSON.stringify(marks), ctx.now());
    await tx.settings.set(placeKey, "", ctx.now());
  });
  return place;
}

/** Hears these messages in their talk; how often each tag was heard. */
async function hearPage(
  tx: Tx,
  ctx: Context,
  ids: readonly string[],
  tags: ReadonlySet<TagKey>,
  ask: boolean,
): Promise<Place["heard"]> {
  const counts: Place["heard"] = {};
  for (const id of ids) {
    const message = await tx.conversations.messageById(id);
    const again = message && (await hearAgain(tx, ctx, message, tags));
    if (!message || !again) continue;
    for (const { tag } of again.heard.cues) counts[tag] = (counts[tag] ?? 0) + 1;
    if (ask) await askAgain(tx, ctx, message, again);
  }
  return counts;
}

function added(ones: Place["heard"], others: Place["heard"]): Place["heard"] {
  const sum = { ...ones };
  for (const [tag, n] of Object.entries(others)) sum[tag] = (sum[tag] ?? 0) + n;
  return sum;
}

/** Where a run that looked for the same was interrupted, or the beginning. */
async function placeOf(store: Store, stamp: string): Promise<Place> {
  const kept = await store.read((tx) => tx.settings.get(placeKey));
  const place = kept ? placeSchema.safeParse(JSON.parse(kept)).data : undefined;
  return place?.stamp === stamp ? place : { stamp, after: "", read: 0, concerned: 0, heard: {} };
}
