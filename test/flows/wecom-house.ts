import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop } from "#bot/main.ts";
import type { Turn } from "#domain/cue.ts";
import { postCallback } from "../fakes/wecom/callbacks.ts";
import type { SentCard } from "../fakes/wecom/card-check.ts";
import {
  aesKey,
  agentId,
  botLogin,
  callbackToken,
  corpId,
  FakeWecom,
  openKfid,
  secrets,
} from "../fakes/wecom/server.ts";

export const seed = {
  employees: [
    { userid: "ann", name: "安娜", role: "employee" },
    { userid: "ben", name: "小本", role: "employee" },
    { userid: "mo", name: "莫经理", role: "manager" },
  ],
  kocs: [{ external_userid: "wmKoc1", name: "李雷", follower: "ann" }],
  tasks: [
    { id: "t-1", title: "晒出你的新车", brief: "拍三张照片", platforms: ["小红书"], for: ["wmKoc1"], offer_by: "kf" },
  ],
};

/** Hears a cat or a dog, so that these tests are about WeCom and not about Chinese. */
const hearPets = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  const text = turns[turn]?.text ?? "";
  const quote = /[^,。!?]*[猫狗][^,。!?]*/.exec(text)?.[0];
  return {
    cues: quote ? [{ tag: "pet_family", quote, turn, score: 0.9, evidence: [] }] : [],
    retractions: [],
  };
};

export type House = {
  fake: FakeWecom;
  koloop: Koloop;
  /** One line of the archive. */
  archive(line: Record<string, unknown>): void;
  says(id: string, from: string, to: string, content: string, more?: Record<string, unknown>): void;
  tap(card: SentCard, key: string, from?: string, createTime?: number): Promise<Response>;
  environment: Record<string, string>;
};

type Finish = (work: () => void | Promise<void>) => void;
/** `platforms`: where the seeded task may be published. Tests that run side by side bring their own `onTestFinished`. */
export type Wish = {
  bot?: boolean;
  platforms?: readonly string[];
  /** KOCs of whom no task speaks. */
  kocs?: readonly string[];
  /** Another seed than the usual one. */
  cast?: Record<string, unknown>;
  onTestFinished?: Finish;
};

export type Stage = {
  fake: FakeWecom;
  folder: string;
  /** The settings of the lines that are switched on, and what all of them share. */
  settings: Record<string, string>;
  /** Bytes of the archive's file. */
  feed(raw: string | Uint8Array): void;
  /** One line of the archive. */
  archive(line: Record<string, unknown>): void;
  says(id: string, from: string, to: string, content: string, more?: Record<string, unknown>): void;
};

/** A fake WeCom with two customers, an empty archive, a seed on file, and the settings that lead to them; gone after the test. */
export async function openStage(
  lines: readonly Line[],
  cast: Record<string, unknown>,
  finished: Finish = onTestFinished,
): Promise<Stage> {
  const fake = new FakeWecom();
  await fake.start();
  finished(() => fake.stop());
  const folder = mkdtempSync(join(tmpdir(), "koloop-wecom-"));
  finished(() => rmSync(folder, { recursive: true, force: true }));
  const feed = join(folder, "archive.ndjson");
  const seedFile = join(folder, "seed.json");
  writeFileSync(feed, "");
  writeFileSync(seedFile, JSON.stringify(cast));
  fake.customers.set("wmC1", { name: "王女士", follow: new Map([["ann", new Set()]]) });
  fake.customers.set("wmKoc1", { name: "李雷", follow: new Map([["ann", new Set()]]) });
  const archive = (line: Record<string, unknown>) => appendFileSync(feed, `${JSON.stringify(line)}\n`);
  return {
    fake,
    folder,
    settings: settingsOf(fake, { feed, seedFile, lines }),
    feed: (raw) => appendFileSync(feed, raw),
    archive,
    says: (msgid, from, to, content, more = {}) => archive({ ...spoken(msgid, from, to, content), ...more }),
  };
}

/** A text line of the archive. */
export const spoken = (msgid: string, from: string, to: string, content: string) => ({
  msgid,
  action: "send",
  from,
  tolist: [to],
  roomid: "",
  msgtime: Date.now(),
  msgtype: "text",
  text: { content },
});

/** koloop with all lines set, in front of a fake WeCom, with a seed and an empty archive. */
export async function openHouse(wish: Wish = {}): Promise<House> {
  const { bot = false, platforms = ["小红书"], kocs = [], onTestFinished: finished = onTestFinished } = wish;
  const lines: Line[] = bot ? ["app", "kf", "contact", "archive", "bot"] : ["app", "kf", "contact", "archive"];
  const others = kocs.map((id) => ({ external_userid: id, name: `达人${id}`, follower: "ann" }));
  const cast = wish.cast ?? {
    ...seed,
    kocs: [...seed.kocs, ...others],
    tasks: seed.tasks.map((task) => ({ ...task, platforms })),
  };
  const { fake, folder, settings, archive, says } = await openStage(lines, cast, finished);
  const database = join(folder, "koloop.db");
  copyFileSync(inject("emptyDatabase"), database);
  const environment = {
    PORT: "0",
    DATABASE_URL: `file:${database}`,
    KOLOOP_LOG_LEVEL: "silent",
    ...settings,
  };
  const koloop = await createKoloop(readConfig(environment), { extract: hearPets });
  await koloop.start();
  finished(() => koloop.stop());
  return {
    ...{ fake, koloop, environment, archive, says },
    tap: (card, key, from, createTime) => postCallback(koloop.address, fake.tapXml(card, key, from, createTime)),
  };
}

export type Line = "app" | "kf" | "contact" | "archive" | "bot";

/** The settings of the lines that are switched on, and what all of them share. */
export function settingsOf(
  fake: FakeWecom,
  { feed, seedFile, lines }: { feed: string; seedFile: string; lines: readonly Line[] },
): Record<string, string> {
  const needsCorp = lines.some((line) => line === "app" || line === "kf" || line === "contact");
  const of: Record<Line, Record<string, string>> = {
    app: { WECOM_APP_SECRET: secrets.app, WECOM_AGENT_ID: String(agentId) },
    kf: { WECOM_KF_SECRET: secrets.kf, WECOM_KF_OPEN_KFID: openKfid },
    contact: { WECOM_CONTACT_SECRET: secrets.contact },
    archive: { WECOM_ARCHIVE_FEED: feed },
    bot: {
      WECOM_AIBOT_ID: botLogin.id,
      WECOM_AIBOT_SECRET: botLogin.secret,
      WECOM_AIBOT_WS_URL: `ws://127.0.0.1:${fake.port}/`,
    },
  };
  return {
    KOLOOP_QUIET_HOURS: "off",
    KOLOOP_SEED: seedFile,
    WECOM_API_BASE: fake.apiBase,
    ...(needsCorp && {
      WECOM_CORP_ID: corpId,
      WECOM_CALLBACK_TOKEN: callbackToken,
      WECOM_CALLBACK_AES_KEY: aesKey,
    }),
    ...Object.assign({}, ...lines.map((line) => of[line])),
  };
}

/** Waits until something holds; says what it waited for where it never does. */
export async function until<T>(what: string, find: () => T | undefined | false, ms = 60_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = find();
    if (found) return found;
    if (Date.now() > end) throw new Error(`this never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export const quietFor = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The key of the button whose text contains a word. */
export function keyOf({ card }: Pick<SentCard, "card">, word: string): string {
  const buttons = card.button_list as { text: string; key: string }[];
  const found = buttons.find((button) => button.text.includes(word));
  if (!found) throw new Error(`no button ${word}: ${JSON.stringify(buttons)}`);
  return found.key;
}

export const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .filter((pair) => pair?.split("=")[1])
    .join("; ");

/** Signs in to the sidebar as WeCom's redirect would, and returns the session's cookie; empty where that was refused. */
export async function signIn({ koloop, fake }: House, userid: string): Promise<string> {
  const begun = await fetch(`${koloop.address}/wecom/sidebar`, { redirect: "manual" });
  const state = new URL(begun.headers.get("location") ?? "").searchParams.get("state");
  fake.loginCodes.set("c1", userid);
  const done = await fetch(`${koloop.address}/wecom/sidebar/login?code=c1&state=${state}`, {
    redirect: "manual",
    headers: { cookie: cookiesOf(begun) },
  });
  return cookiesOf(done);
}
