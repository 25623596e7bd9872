import { close, fdatasync, open } from "node:fs";
import { promisify } from "node:util";

const [opened, synced, closed] = [promisify(open), promisify(fdatasync), promisify(close)];

/** Brings what was committed to the disk. */
export type Flush = {
  /** Something was committed that somebody will be told of. Where it would only be done again, it may wait for the next flush. */
  committed(mayWait: boolean): void;
  /** Resolves once all that was committed before this call, and may not wait, outlasts a power cut. Rejects for good after one failure. */
  flushed(): Promise<void>;
  /** Throws once a flush has failed: nothing more is to be begun. */
  check(): void;
  close(): Promise<void>;
};

/** What may wait is brought to the disk after so long, if nothing else was. */
const waitsAtMostMs = 50;

/**
 * SQLite's `synchronous = FULL` stops the event loop at every commit until the disk has its log; `NORMAL` leaves the log to whoever wants it
 * kept, and orders only its checkpoints (https://www.sqlite.org/pragma.html#pragma_synchronous). So koloop commits in `NORMAL` and
 * brings the log to the disk itself, beside its other work, before it tells anybody that something was committed: as lasting, and commits
 * that come while the disk is busy share the next flush.
 */
export function createFlush(logPath: string): Flush {
  let file: Promise<number> | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  let broken: { cause: unknown } | undefined;
  /** Commits that may not wait, and how many of them are on the disk. */
  let needed = 0;
  let done = 0;
  let underWay = 0;
  let later: NodeJS.Timeout | undefined;

  function check(): void {
    // Once the disk has failed to keep a page the kernel takes it for kept: only a new start knows again what is there.
    if (broken) throw failed("The disk did not keep what was committed; koloop has to be started anew.", broken);
  }

  async function flush(): Promise<void> {
    check();
    const upTo = needed;
    underWay = upTo;
    clearTimeout(later);
    later = undefined;
    try {
      file ??= opened(logPath, "r+");
      await synced(await file);
      done = upTo;
    } catch (cause) {
      broken = { cause };
      throw failed("The disk did not keep what was committed.", { cause });
    }
  }

  async function flushed(): Promise<void> {
    if (done < needed) await flushAll();
  }

  function flushAll(): Promise<void> {
    if (!running) {
      running = flush().finally(() => {
        running = undefined;
      });
      return running;
    }
    // The one that runs may have begun before the commit.
    if (underWay === needed) return running;
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return flushAll();
      });
    return next;
  }

  return {
    committed(mayWait) {
      if (mayWait) later ??= setTimeout(() => void flushAll().catch(() => {}), waitsAtMostMs).unref();
      else needed++;
    },
    flushed,
    check,
    async close() {
      clearTimeout(later);
      await (next ?? running)?.catch(() => {});
      const ours = broken ? undefined : file;
      file = undefined;
      if (ours) await closed(await ours);
    },
  };
}

/** A fault of the disk, whatever the system calls it: no event is to blame. */
const failed = (message: string, options: { cause: unknown }): Error =>
  Object.assign(new Error(message, options), { code: "EIO" });
