import { z } from "zod";
import type { Approval, ApprovalKind } from "#domain/approval.ts";
import type { Connection } from "./backend.ts";

const kinds = ["send", "wave", "export", "review", "sign-in"] as const satisfies readonly ApprovalKind[];
const statuses = ["waiting", "given", "used", "refused", "expired"] as const satisfies readonly Approval["status"][];
const rowSchema = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  subject: z.string(),
  detail: z.string(),
  asked_by: z.string(),
  asked_at: z.coerce.number(),
  expires_at: z.coerce.number(),
  status: z.enum(statuses),
  answered_by: z.string().nullable(),
  answered_at: z.coerce.number().nullable(),
});
const detailSchema = z.object({
  what: z.string(),
  people: z.number(),
  outcome: z.enum(["approved", "rejected"]).optional(),
});

function approvalOf(row: object): Approval {
  const read = rowSchema.parse(row);
  const { outcome, ...detail } = detailSchema.parse(JSON.parse(read.detail));
  return {
    id: read.id,
    kind: read.kind,
    subject: read.subject,
    detail: { ...detail, ...(outcome && { outcome }) },
    askedBy: read.asked_by,
    askedAt: read.asked_at,
    expiresAt: read.expires_at,
    status: read.status,
    answeredBy: read.answered_by,
    answeredAt: read.answered_at,
  };
}

/** What waits for a second person's yes. */
export function approvalsTable({ sql }: Connection) {
  return {
    async find(id: string): Promise<Approval | undefined> {
      const row = await sql.get<object>("SELECT * FROM approval WHERE id = ?", id);
      return row && approvalOf(row);
    },

    /** The newest request about this that is not past. */
    async current(kind: ApprovalKind, subject: string, now: number): Promise<Approval | undefined> {
      const row = await sql.get<object>(
        `SELECT * FROM approval WHERE kind = ? AND subject = ? AND status IN ('waiting', 'given') AND expires_at > ?
         ORDER BY asked_at DESC LIMIT 1`,
        kind,
        subject,
        now,
      );
      return row && approvalOf(row);
    },

    async waiting(now: number): Promise<Approval[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM approval WHERE status = 'waiting' AND expires_at > ? ORDER BY asked_at",
        now,
      );
      return rows.map(approvalOf);
    },

    /** Requests that nobody has answered in time, and answers that were never used. */
    async past(now: number): Promise<Approval[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM approval WHERE status IN ('waiting', 'given') AND expires_at <= ?",
        now,
      );
      return rows.map(approvalOf);
    },

    async add(approval: Approval): Promise<void> {
      await sql.insert("approval", {
        id: approval.id,
        kind: approval.kind,
        subject: approval.subject,
        detail: JSON.stringify(approval.detail),
        asked_by: approval.askedBy,
        asked_at: approval.askedAt,
        expires_at: approval.expiresAt,
        status: approval.status,
        answered_by: approval.answeredBy,
        answered_at: approval.answeredAt,
      });
    },

    /** Moves a request on; false where it does not stand at `from` any more: of two at once one succeeds. */
    async settle(approval: Approval, from: Approval["status"]): Promise<boolean> {
      const { status, answeredBy, answeredAt, expiresAt, id } = approval;
      const changed = await sql.run(
        "UPDATE approval SET status = ?, answered_by = ?, answered_at = ?, expires_at = ? WHERE id = ? AND status = ?",
        status,
        answeredBy,
        answeredAt,
        expiresAt,
        id,
        from,
      );
      return changed === 1;
    },
  };
}
