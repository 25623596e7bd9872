import { onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop, type Koloop, type Parts } from "#bot/main.ts";
import type { Turn } from "#domain/cue.ts";
import { FakeTelegram, telegramToken } from "../fakes/telegram.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast } from "../setup/koloop.ts";

/** Who is who on Telegram. */
export const ids = { E1: 501, E2: 502, M1: 601, C1: 701, K1: 801, K2: 802 } as const;

const hearPets = (turns: readonly Turn[]) => {
  const turn = turns.length - 1;
  const quote = /[^,。!?]*[猫狗][^,。!?]*/.exec(turns[turn]?.text ?? "")?.[0];
  return {
    cues: quote ? [{ tag: "pet_family", quote, turn, score: 0.9, evidence: [] }] : [],
    retractions: [],
  };
};

export type TelegramHouse = { fake: FakeTelegram; koloop: Koloop; environment: Record<string, string> };

/** koloop with Telegram alone, before a fake Bot API; the cast of every test is known there under `ids`. */
export async function openTelegram(more: Record<string, string> = {}, parts: Parts = {}): Promise<TelegramHouse> {
  const fake = new FakeTelegram();
  await fake.start();
  onTestFinished(() => fake.stop());
  const environment = {
    DATABASE_URL: `file:${freshDatabase()}`,
    KOLOOP_LOG_LEVEL: "silent",
    KOLOOP_QUIET_HOURS: "off",
    PORT: "0",
    TELEGRAM_BOT_TOKEN: telegramToken,
    TELEGRAM_API_ROOT: fake.base,
    ...more,
  };
  const koloop = await startTelegram(environment, parts, true);
  return { fake, koloop, environment };
}

/** Starts koloop with these settings, once more or for the first time. */
export async function startTelegram(
  environment: Record<string, string>,
  parts: Parts = {},
  withCast = false,
): Promise<Koloop> {
  const pace = { firstWaitMs: 20, albumQuietMs: 1000, ...parts.pace };
  const koloop = await createKoloop(readConfig(environment), { web: false, extract: hearPets, ...parts, pace });
  if (withCast) {
    await addCast(koloop);
    await koloop.store.transaction(async (tx) => {
      for (const [personId, id] of Object.entries(ids))
        await tx.people.addIdentity({
          id: `t-${personId}`,
          personId,
          channel: "telegram",
          externalId: String(id),
          name: null,
          room: String(id),
          reachable: "yes",
          lastSeenAt: null,
          linkedAt: 0,
        });
    });
  }
  await koloop.start();
  onTestFinished(() => koloop.stop().catch(() => {}));
  return koloop;
}

/** Waits for something, a minute at most where nothing else is said. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  mostMs = 60_000,
): Promise<T> {
  for (const end = Date.now() + mostMs; Date.now() < end; ) {
    const found = await look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${what} did not happen`);
}
