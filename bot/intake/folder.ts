import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { refusedTableText, type TakenView, takenText } from "#cards/intake-words.ts";
import { makeFolder } from "#db/folder.ts";
import type { Store } from "#db/store.ts";
import { cleanPosts } from "#handlers/clean-figures.ts";
import type { Context } from "#handlers/context.ts";
import { takeComments, takeFigures } from "#handlers/take-rows.ts";
import { readCommentLines, readFigureLines } from "./ndjson.ts";
import { readTableFile, TableError } from "./table-file.ts";
import { takeFile } from "./take-file.ts";

const lookMs = 5000;
const kinds = new Set([".csv", ".tsv", ".txt", ".xlsx", ".ndjson", ".jsonl"]);

export type FolderWatch = { start(): void; look(): Promise<void>; stop(): Promise<void> };

/**
 * Takes each file that is put into a folder, once: it moves to `done/`, or to `failed/` beside a file that says why. A file that still grows
 * is left until it stands still between two looks.
 */
export function createFolderWatch(folder: string, deps: { store: Store; ctx: Context }): FolderWatch {
  const { ctx } = deps;
  const sizes = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;
  let stopped = false;

  async function lookOnce(): Promise<void> {
    makeFolder(folder);
    for (const name of (await readdir(folder)).sort()) {
      if (stopped) return;
      if (!kinds.has(extname(name).toLowerCase()) || name.startsWith(".") || name.startsWith("~")) continue;
      const path = join(folder, name);
      const about = await stat(path).catch(() => undefined);
      if (!about?.isFile()) continue;
      const mark = `${about.size}:${about.mtimeMs}`;
      if (sizes.get(name) !== mark) {
        sizes.set(name, mark);
        continue;
      }
      sizes.delete(name);
      await takeOne(path);
    }
  }

  async function takeOne(path: string): Promise<void> {
    const outcome = await takeFromFolder(path, deps).catch((fault: unknown) => {
      ctx.log.error({ err: fault, file: basename(path) }, "a file of figures could not be taken");
      return { ok: false, words: "出了内部错误,见日志 / an internal fault, see the log\n" };
    });
    const to = join(folder, outcome.ok ? "done" : "failed");
    await mkdir(to, { recursive: true });
    const name = await freeName(to, basename(path));
    await rename(path, join(to, name));
    if (!outcome.ok) await writeFile(join(to, `${name}.reason.txt`), outcome.words);
    ctx.log.info({ file: name, ok: outcome.ok }, "a file of figures was taken");
  }

  const look = () => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    look,
    start() {
      stopped = false;
      timer = setInterval(
        () => look().catch((err) => ctx.log.error({ err }, "the folder of figures could not be read")),
        lookMs,
      );
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await looking;
    },
  };
}

/** A name that is not taken yet: files of every day may have the same one. */
async function freeName(folder: string, name: string): Promise<string> {
  const known = new Set(await readdir(folder));
  const end = extname(name);
  for (let i = 1; ; i++) {
    const free = i === 1 ? name : `${basename(name, end)}-${i}${end}`;
    if (!known.has(free)) return free;
  }
}

type Outcome = { ok: boolean; words: string };

async function takeFromFolder(path: string, { store, ctx }: { store: Store; ctx: Context }): Promise<Outcome> {
  const { lang } = ctx;
  if (/\.(?:ndjson|jsonl)$/i.test(path)) return takeLines(await readFile(path, "utf8"), { store, ctx });
  const { mtimeMs } = await stat(path);
  const deps = { store, now: ctx.now, newId: ctx.newId, timeZone: ctx.timeZone, readComment: ctx.readComment };
  const at = Math.min(Math.round(mtimeMs), ctx.now());
  const taken = await takeFile(deps, readTableFile(path), { source: "folder", byId: null, at }).catch(
    (fault: unknown) => {
      if (fault instanceof TableError) return { refused: fault.why, about: fault.message };
      throw fault;
    },
  );
  if ("refused" in taken) return { ok: false, words: `${refusedTableText(taken.refused, taken.about, lang)}\n` };
  return outcomeOf(taken, lang);
}

const outcomeOf = (taken: TakenView, lang: Context["lang"]): Outcome => ({
  // Good lines are taken; the file goes where somebody looks at the others.
  ok: taken.faultCount === 0,
  words: `${takenText(taken, lang)}\n`,
});

async function takeLines(body: string, { store, ctx }: { store: Store; ctx: Context }): Promise<Outcome> {
  const now = ctx.now();
  const setup = { now, newId: ctx.newId, source: "folder" as const, byId: null };
  const asOf = { at: now, now, timeZone: ctx.timeZone };
  const first = body.replace(/^\uFEFF/, "").split("\n", 1)[0] ?? "";
  const isComments = /"text"\s*:/.test(first);
  return store.transaction(async (tx) => {
    const { rows, faults } = isComments ? readCommentLines(body, asOf) : readFigureLines(body, asOf);
    const taken = isComments
      ? await takeComments(tx, rows as Parameters<typeof takeComments>[1], { ...setup, readComment: ctx.readComment })
      : await takeFigures(tx, rows as Parameters<typeof takeFigures>[1], setup);
    await cleanPosts(tx, isComments ? [] : taken.posts, now);
    const all = [...faults, ...taken.faults];
    const count = rows.length + faults.length;
    const view = {
      kind: isComments ? "comments" : "figures",
      rows: count,
      changed: taken.changed,
      same: taken.same,
    } as const;
    return outcomeOf({ ...view, posts: taken.posts.size, faults: all.slice(0, 20), faultCount: all.length }, ctx.lang);
  });
}
