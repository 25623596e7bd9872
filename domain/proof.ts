import type { PostLink } from "./link.ts";
import { postedAt } from "./post-time.ts";
import type { Submission, Task } from "./task.ts";

/** What a reviewer should look at; none of these refuses a piece by itself. */
export type ProofNote =
  | { kind: "older-than-task"; at: number }
  | { kind: "not-mentioned"; words: string[] }
  | { kind: "short-link" }
  | { kind: "odd-address" }
  | { kind: "screenshot" };

/** What the link and the words around it show against the task's rules. */
export function proofNotes(post: PostLink, text: string, task: Task): ProofNote[] {
  const notes: ProofNote[] = [];
  const at = postedAt(post.platform, post.postId);
  if (task.proof.newerThanTask && at !== null && task.publishedAt !== null && at < task.publishedAt)
    notes.push({ kind: "older-than-task", at });
  const said = text.toLowerCase();
  const words = task.proof.mustMention.filter((word) => !said.includes(word.toLowerCase()));
  if (words.length > 0) notes.push({ kind: "not-mentioned", words });
  if (!post.resolved) notes.push({ kind: "short-link" });
  if (post.kind === "other") notes.push({ kind: "odd-address" });
  return notes;
}

/** How many approved pieces a trusted KOC has at least, and how many of the latest decide. */
const trustAfter = 5;
const trustOver = 10;

/**
 * Whether somebody's pieces need no eyes: five approved at least, none rejected and at most one sent back among their latest ten.
 * Only what a person has reviewed counts.
 */
export function isTrusted(own: readonly Submission[]): boolean {
  const reviewed = own.filter((s) => s.status !== "pending" && s.reviewedBy !== null);
  const latest = [...reviewed].sort((a, b) => (b.reviewedAt ?? 0) - (a.reviewedAt ?? 0)).slice(0, trustOver);
  const count = (status: Submission["status"]) => latest.filter((s) => s.status === status).length;
  return count("approved") >= trustAfter && count("rejected") === 0 && count("sent_back") <= 1;
}

/** Why a piece goes back to its author. */
export const sendBackReasons = ["incomplete", "off_topic", "dead_link", "quality", "other"] as const;
export type SendBackReason = (typeof sendBackReasons)[number];
