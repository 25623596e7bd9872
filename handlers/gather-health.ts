import type { CommentRow, ScopeRange } from "#db/report-facts.ts";
import type { Tx } from "#db/store.ts";
import { cleanComments } from "#domain/cleaning.ts";
import type { HealthFacts, HealthScope, ReadComment } from "#domain/health-facts.ts";
import { type HealthReport, healthReport } from "#domain/health-report.ts";
import { fromZoned, offsetMs } from "#domain/zone.ts";

/** Reads one comment: mood, aspects, topics. */
export type ReadText = (text: string) => Omit<ReadComment, "submissionId" | "at" | "author" | "text">;
export type HealthSetup = { now: number; timeZone: string; readComment: ReadText };

/** Gathers all that a health report needs of its scope, its comparable tasks and what was said below the posts. */
export async function gatherHealth(tx: Tx, scope: HealthScope, setup: HealthSetup): Promise<HealthFacts> {
  const { now, timeZone } = setup;
  const facts = tx.reportFacts;
  const range = scope.kind === "month" ? monthRange(scope.id, timeZone) : undefined;
  const offset = offsetMs(now, timeZone);
  const pushes = await facts.pushes(scope, range, offset);
  const taskIds = [...new Set(pushes.map((push) => push.taskId))];
  const isWithin = scope.kind === "koc" || scope.kind === "segment";
  const terms = await facts.terms(taskIds);
  const peerTerms = isWithin ? terms : await facts.peerTasks(scope, range, now);
  const peerIds = peerTerms.map((task) => task.taskId);
  const peers = await facts.peerCells(scope, peerIds);
  const themes = [...new Set(terms.map((task) => task.theme))];
  const ofTheme = new Set(peerTerms.filter((task) => themes.includes(task.theme)).map((task) => task.taskId));
  const night = await facts.peersAtNight(peerIds, offset);
  const task = scope.kind === "task" ? await tx.tasks.find(scope.id) : undefined;
  const posts = await facts.posts(scope, range);
  const segments = await tx.segments.active();
  return {
    scope,
    now,
    status: task?.status ?? null,
    quota: task?.quota ?? null,
    themes,
    forms: task?.forms.map(({ form }) => form) ?? [...new Set(pushes.map((push) => push.form))],
    pushes,
    peers,
    peersBySegment: scope.kind === "segment" ? new Map() : await facts.peerCellsBySegment(scope, peerIds),
    peersOfTheme: scope.kind === "task" ? peers.filter((cell) => ofTheme.has(cell.task)) : [],
    peersAtNight: { entered: [night.pushed, 0, 0, 0], passed: [night.seen, 0, 0, 0] },
    peerDeclines: await facts.declines(peerIds),
    terms,
    peerTerms: isWithin ? [] : peerTerms,
    posts,
    peerPosts: await tx.postFigures.peerPosts(peerIds),
    handIns: await facts.handIns(scope, range),
    comments: readAll(await facts.comments(scope, range), posts, setup.readComment),
    segmentNames: new Map(segments.map((segment) => [segment.id, segment.name])),
  };
}

/** Gathers and judges. */
export async function reportHealth(tx: Tx, scope: HealthScope, setup: HealthSetup): Promise<HealthReport> {
  return healthReport(await gatherHealth(tx, scope, setup));
}

function readAll(said: CommentRow[], posts: HealthFacts["posts"], read: ReadText): HealthFacts["comments"] {
  const authors = new Map(posts.map((post) => [post.id, post.personName]));
  const { kept, copied, doubles, own } = cleanComments(said, (id) => authors.get(id));
  return { read: kept.map((comment) => heard(comment, read)), copied: copied.length, doubles, own };
}

/** What was heard in a comment when it came in; one that has waited since is read now. */
function heard(
  { submissionId, at, author, text, sentiment, score, aspects, keywords }: CommentRow,
  read: ReadText,
): ReadComment {
  const said = { submissionId, at, author, text };
  if (sentiment === null) return { ...said, ...read(text) };
  return { ...said, sentiment, score: score ?? 0, aspects: listOf(aspects), keywords: listOf(keywords) };
}

// Most comments name no aspect: 50,000 of them need no parser for that.
const listOf = <T>(json: string | null): T[] => (json === null || json === "[]" ? [] : (JSON.parse(json) as T[]));

/** The ends of `2026-11` by the wall clock of a zone. */
function monthRange(month: string, timeZone: string): ScopeRange {
  const [year = 1970, number = 1] = month.split("-").map(Number);
  const start = (y: number, m: number) => fromZoned({ year: y, month: m, day: 1, hour: 0, minute: 0 }, timeZone);
  return { from: start(year, number), until: number === 12 ? start(year + 1, 1) : start(year, number + 1) };
}
