import { autoRetry } from "@grammyjs/auto-retry";
import { createBatchSink, createRunner, createSource, type RunnerHandle } from "@grammyjs/runner";
import { apiThrottler } from "@grammyjs/transformer-throttler";
import { Bot, GrammyError } from "grammy";
import type { Update } from "grammy/types";
import type { Log } from "#handlers/context.ts";
import { countParts, untilOpenAlbum } from "./album.ts";
import type { TelegramConfig } from "./config.ts";
import { wantedUpdates } from "./receive.ts";

/** A poll is held for so long; a call that takes longer than the client's limit is lost, and tried again. */
const pollSeconds = 25;
const callSeconds = 29;
/** A longer wait belongs in the outbox, which remembers it. */
const patientSeconds = 5;

/** grammY with its plugins: short waits after 429 by auto-retry, Telegram's pace per chat and in all by the throttler. */
export function createBot({ token, apiRoot }: TelegramConfig, timeoutSeconds = callSeconds): Bot {
  const bot = new Bot(token, { client: { apiRoot, timeoutSeconds } });
  const retry = autoRetry({
    maxRetryAttempts: 1,
    maxDelaySeconds: patientSeconds,
    rethrowInternalServerErrors: true,
    rethrowHttpErrors: true,
  });
  bot.api.config.use((prev, method, payload, signal) =>
    method === "getUpdates" ? prev(method, payload, signal) : retry(prev, method, payload, signal),
  );
  // 20 a minute in a group and one a second in a chat, with bursts; the halves keep a wait below the outbox's lease.
  bot.api.config.use(
    apiThrottler({
      group: { maxConcurrent: 1, reservoir: 10, reservoirRefreshAmount: 10, reservoirRefreshInterval: 30_000 },
      out: { maxConcurrent: 1, reservoir: 5, reservoirRefreshAmount: 5, reservoirRefreshInterval: 5000 },
    }),
  );
  return bot;
}

/** How polling goes, for those who ask. */
export type PollState = "starting" | "polling" | "webhook" | "conflict" | "refused" | "away" | "stopped";

type PollOptions = {
  bot: Bot;
  log: Log;
  /** Told whenever the state changes. */
  onState: (state: PollState) => void;
  /** The first wait after a fault; it doubles up to half a minute. */
  firstWaitMs: number;
  /** Between two polls that brought nothing. A server that holds its polls needs none. */
  restMs: number;
  /** So long an album is waited for that may go on. */
  albumQuietMs: number;
};

const updatesAtOnce = 100;
const slowestMs = 30_000;

/**
 * Long polling with grammY's runner. The offset moves past an update only when its handling has resolved, that is, when it is
 * committed: Telegram keeps what lies behind the offset and sends it again after a crash, and an event that was seen changes nothing.
 * The offset is kept nowhere else: Telegram may begin its numbers anew after a quiet week, and an old one would skip what is new.
 */
export function createPoll({ bot, log, onState, firstWaitMs, restMs, albumQuietMs }: PollOptions): {
  start(): void;
  stop(): Promise<void>;
} {
  let offset = 0;
  let failedFrom: number | undefined;
  let waitMs = firstWaitMs;
  let state: PollState = "starting";
  const enter = (next: PollState): void => {
    if (next === state) return;
    state = next;
    onState(next);
  };

  async function supply(_size: number, signal: AbortSignal): Promise<Update[]> {
    for (;;) {
      const again = failedFrom;
      if (again !== undefined) {
        offset = again;
        failedFrom = undefined;
        await pause(waitMs, signal);
        waitMs = Math.min(waitMs * 2, slowestMs);
      }
      try {
        if (!bot.isInited()) await prepare();
        const updates = await withWholeAlbums(await ask(pollSeconds, signal), signal);
        enter("polling");
        if (again === undefined) waitMs = firstWaitMs;
        const last = updates.at(-1);
        if (last) offset = last.update_id + 1;
        else if (restMs > 0) await pause(restMs, signal);
        return updates;
      } catch (fault) {
        if (signal.aborted) throw fault;
        await sitOut(fault, signal);
      }
    }
  }

  const ask = (timeout: number, signal: AbortSignal): Promise<Update[]> =>
    bot.api.getUpdates(
      { offset, limit: updatesAtOnce, timeout, allowed_updates: wantedUpdates },
      // grammY's types know another AbortSignal.
      signal as never,
    );

  /** Telegram answers a poll with the first picture of an album alone. Nothing is confirmed yet: asked again, it tells all of it. */
  async function withWholeAlbums(updates: Update[], signal: AbortSignal): Promise<Update[]> {
    let known = updates;
    while (countParts(known) > 0 && known.length < updatesAtOnce && !signal.aborted) {
      await pause(albumQuietMs, signal);
      const more = await ask(0, signal);
      const parts = countParts(known);
      known = more;
      if (countParts(more) <= parts) break;
    }
    return known.length < updatesAtOnce ? known : untilOpenAlbum(known);
  }

  /** Who the bot is; and polling is refused while a webhook is set. */
  async function prepare(): Promise<void> {
    await bot.api.deleteWebhook();
    await bot.init();
  }

  async function sitOut(fault: unknown, signal: AbortSignal): Promise<void> {
    const code = fault instanceof GrammyError ? fault.error_code : undefined;
    const asked = fault instanceof GrammyError ? (fault.parameters?.retry_after ?? 0) * 1000 : 0;
    if (code === 409) {
      enter("conflict");
      if (/webhook/i.test((fault as GrammyError).description)) await bot.api.deleteWebhook().catch(() => {});
    } else enter(code === 401 || code === 404 ? "refused" : "away");
    log.warn({ code }, "Telegram could not be asked for updates; it is asked again");
    await pause(Math.max(asked, waitMs), signal);
    waitMs = Math.min(waitMs * 2, slowestMs);
  }

  async function consume(update: Update): Promise<void> {
    try {
      await bot.handleUpdate(update);
    } catch (err) {
      failedFrom = Math.min(failedFrom ?? Number.POSITIVE_INFINITY, update.update_id);
      log.error({ err }, "an update could not be committed; it is asked for again");
    }
  }
  // One batch at a time: the next poll, which moves the offset, waits until all of it is committed.
  const sink = createBatchSink<Update>({ consume }, async (err) =>
    log.error({ err }, "an update could not be handled"),
  );
  let runner: RunnerHandle | undefined;
  return {
    start() {
      runner = createRunner<Update>(createSource<Update>({ supply: supply as never }), sink);
      runner.start();
    },
    async stop() {
      if (runner?.isRunning()) await runner.stop();
      enter("stopped");
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
