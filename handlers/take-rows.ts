import type { ReadComment } from "#db/intake.ts";
import type { Tx } from "#db/store.ts";
import type { Comment, MetricSnapshot } from "#db/submissions.ts";
import type { FigureSource } from "#domain/cleaning.ts";
import { findLinks } from "#domain/link.ts";
import { metrics } from "#domain/metric-words.ts";
import type { CommentLine, FigureRow, RowFault } from "#domain/table-rows.ts";
import type { ReadText } from "./gather-health.ts";

export type TakeSetup = { now: number; newId: () => string; source: FigureSource; byId: string | null };
/** How many rows were new or corrected, how many said what was known, which posts they are of, and what was not taken. */
export type Taken = { changed: number; same: number; posts: Set<string>; faults: RowFault[] };

/** The hand-in that each line's post is, by the words that name it: an id, an address, or a share text with one. */
export async function postsNamed(tx: Tx, names: Iterable<string>): Promise<Map<string, string>> {
  const asked = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const link = /[./]/.test(name) ? findLinks(name)[0] : undefined;
    asked.set(name, [name, ...(link ? [link.canonical, link.url] : [])]);
  }
  const known = await tx.intake.findPosts([...new Set([...asked.values()].flat())]);
  const found = new Map<string, string>();
  for (const [name, ways] of asked) {
    const id = ways.map((way) => known.get(way)).find((one) => one !== undefined);
    if (id !== undefined) found.set(name, id);
  }
  return found;
}

/**
 * Keeps snapshots, each once by its post, time and source, however often it comes. Lines of an unknown post, and a second line of the same
 * post and time that says otherwise, are faults. The curves are cleaned by the caller (`cleanPosts`) when all is in.
 */
export async function takeFigures(tx: Tx, rows: readonly FigureRow[], setup: TakeSetup): Promise<Taken> {
  const ids = await postsNamed(
    tx,
    rows.map((row) => row.post),
  );
  const taken: Taken = { changed: 0, same: 0, posts: new Set(), faults: [] };
  const snapshots = new Map<string, MetricSnapshot>();
  for (const { line, post, at, figures, gone } of rows) {
    const submissionId = ids.get(post);
    if (submissionId === undefined) {
      taken.faults.push({ line, why: "unknown-post", text: post.slice(0, 80) });
      continue;
    }
    taken.posts.add(submissionId);
    if (gone) await tx.intake.markGone(submissionId, at);
    if (metrics.every((metric) => figures[metric] === null)) continue;
    const key = `${submissionId}\n${at}`;
    const known = snapshots.get(key);
    const differs = known && metrics.find((m) => known[m] !== null && figures[m] !== null && known[m] !== figures[m]);
    if (known && differs) {
      taken.faults.push({
        line,
        why: "contradiction",
        text: `${post.slice(0, 60)} ${known[differs]} / ${figures[differs]}`,
      });
      continue;
    }
    const merged = known ?? {
      id: setup.newId(),
      submissionId,
      at,
      source: setup.source,
      byId: setup.byId,
      ...figures,
      recordedAt: setup.now,
    };
    for (const metric of metrics) merged[metric] ??= figures[metric];
    snapshots.set(key, merged);
  }
  taken.changed = await tx.intake.addSnapshots([...snapshots.values()]);
  taken.same = rows.length - taken.faults.length - taken.changed;
  return taken;
}

/** Keeps comments, each once, read for mood, aspects and topics as they come in. */
export async function takeComments(
  tx: Tx,
  rows: readonly CommentLine[],
  setup: TakeSetup & { readComment: ReadText },
): Promise<Taken> {
  const ids = await postsNamed(
    tx,
    rows.map((row) => row.post),
  );
  const taken: Taken = { changed: 0, same: 0, posts: new Set(), faults: [] };
  const comments = new Map<string, Comment & Omit<ReadComment, "id">>();
  for (const { line, post, at, author, text } of rows) {
    const submissionId = ids.get(post);
    if (submissionId === undefined) {
      taken.faults.push({ line, why: "unknown-post", text: post.slice(0, 80) });
      continue;
    }
    taken.posts.add(submissionId);
    const { sentiment, score, aspects, keywords } = setup.readComment(text);
    comments.set([submissionId, at, author, text].join("\n"), {
      id: setup.newId(),
      submissionId,
      at,
      author,
      text,
      sentiment,
      score,
      aspects: JSON.stringify(aspects),
      keywords: JSON.stringify(keywords),
      recordedAt: setup.now,
    });
  }
  taken.changed = await tx.intake.addComments([...comments.values()]);
  taken.same = rows.length - taken.faults.length - taken.changed;
  return taken;
}

/** Reads some of the comments that came in without a mood (a data package, an older version); the number that were read. */
export async function readWaitingComments(tx: Tx, read: ReadText, atMost: number): Promise<number> {
  const waiting = await tx.intake.unreadComments(atMost);
  for (const { id, text } of waiting) {
    const { sentiment, score, aspects, keywords } = read(text);
    await tx.intake.saveRead({
      id,
      sentiment,
      score,
      aspects: JSON.stringify(aspects),
      keywords: JSON.stringify(keywords),
    });
  }
  return waiting.length;
}
