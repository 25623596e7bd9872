import { ok, type Result, refuse } from "./result.ts";

/** What may need a second yes: a task's first pushes, its next wave, a file with people in it, many reviews at once, another manager's link. */
export type ApprovalKind = "send" | "wave" | "export" | "review" | "sign-in";

/** Something large that one person wants to do and another one has to agree to. Times are epoch milliseconds. */
export type Approval = {
  id: string;
  kind: ApprovalKind;
  /** The task, the file, the list of pieces: at most one waits for each. */
  subject: string;
  /** What people read of it, and how many people it is about; `outcome`: what becomes of the pieces of a review. */
  detail: { what: string; people: number; outcome?: "approved" | "rejected" };
  askedBy: string;
  askedAt: number;
  expiresAt: number;
  status: "waiting" | "given" | "used" | "refused" | "expired";
  answeredBy: string | null;
  answeredAt: number | null;
};

export type ApprovalRule = {
  on: boolean;
  /** Up to so many people one yes is enough; files with people in them and links of managers always need two. */
  above: number;
  /** A brand with one manager: how long they wait before their own second tap counts. */
  aloneMs: number;
};

/** A yes that nobody gave for so long is asked for anew. */
export const approvalLastsMs = 24 * 3_600_000;

/** Whether this needs somebody else's yes. */
export const needsSecond = (rule: ApprovalRule, kind: ApprovalKind, people: number): boolean =>
  rule.on && (kind === "export" || kind === "sign-in" || people > rule.above);

export type ApprovalRefusal = "already-answered" | "expired" | "own-approval" | "too-soon";

/** The answer to a request: `others`, whether another manager than the asker could give it at all. */
type Answer = { by: string; yes: boolean; others: boolean };

/**
 * Settles a request. The first answer stands. Who asked may take it back but not agree to it; where nobody else could, their own second tap
 * counts after a while, so that it is never one slip of a thumb.
 */
export function answerApproval(
  approval: Approval,
  { by, yes, others }: Answer,
  rule: ApprovalRule,
  now: number,
): Result<Approval, ApprovalRefusal> {
  if (approval.status === "expired") return refuse("expired");
  if (approval.status !== "waiting") return refuse("already-answered");
  if (now >= approval.expiresAt) return refuse("expired");
  if (yes && by === approval.askedBy) {
    if (others) return refuse("own-approval");
    if (now < approval.askedAt + rule.aloneMs) return refuse("too-soon");
  }
  return ok({ ...approval, status: yes ? "given" : "refused", answeredBy: by, answeredAt: now });
}
