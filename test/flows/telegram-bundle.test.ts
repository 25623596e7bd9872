import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { FakeTelegram, telegramToken } from "../fakes/telegram.ts";
import { freshDatabase } from "../setup/database.ts";
import { until } from "./telegram-house.ts";

const root = join(import.meta.dirname, "..", "..");
const bundle = join(root, "dist", "bundle", "koloop.cjs");

// What an install starts is the bundle, where names may be others than in the sources: grammY's fetch looks at the name of a class.
it.skipIf(!existsSync(bundle))("the koloop that an install starts reaches Telegram", async () => {
  const fake = new FakeTelegram();
  await fake.start();
  const database = freshDatabase();
  const seed = `${database}.seed.json`;
  writeFileSync(seed, JSON.stringify({ employees: [{ userid: "m", name: "王经理", role: "manager" }] }));
  const environment = {
    DATABASE_URL: `file:${database}`,
    KOLOOP_SEED: seed,
    KOLOOP_LOG_LEVEL: "silent",
    PORT: "0",
    TELEGRAM_BOT_TOKEN: telegramToken,
    TELEGRAM_API_ROOT: fake.base,
  };
  const koloop = spawn(process.execPath, [bundle, "start"], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: "ignore",
  });
  onTestFinished(() => {
    koloop.kill("SIGKILL");
    fake.stop();
  });

  fake.says(9, "/start");
  const answer = await until("an answer", () => fake.in(9)[0]);

  expect(answer.text).not.toBe("");
});
