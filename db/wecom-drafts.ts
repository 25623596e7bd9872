import type { Connection } from "./backend.ts";
import { fromRow } from "./rows.ts";

/**
 * A task for a customer to whom kf may not speak, for an employee to send by hand. `drafting`: WeCom is being asked, and a crash leaves
 * it unknown whether it was. `drafted`: it lies before the employee. `dead`: nobody will send it any more.
 */
export type WecomDraft = {
  assignmentId: string;
  userid: string;
  externalUserid: string;
  msgid: string | null;
  status: "waiting" | "drafting" | "drafted" | "sent" | "dead";
};

export function wecomDrafts({ sql }: Connection) {
  return {
    /** One draft for each assignment, ever. */
    async add({ assignmentId, userid, externalUserid }: Omit<WecomDraft, "msgid" | "status">, at: number) {
      await sql.run(
        `INSERT INTO wecom_draft (assignment_id, userid, external_userid, status, run_at, at)
         VALUES (?, ?, ?, 'waiting', ?, ?) ON CONFLICT (assignment_id) DO NOTHING`,
        assignmentId,
        userid,
        externalUserid,
        at,
        at,
      );
    },

    async has(assignmentId: string): Promise<boolean> {
      return (
        (await sql.get<object>("SELECT 1 AS n FROM wecom_draft WHERE assignment_id = ?", assignmentId)) !== undefined
      );
    },

    async due(now: number): Promise<WecomDraft[]> {
      const rows = await sql.all<object>(
        `SELECT assignment_id, userid, external_userid, msgid, status FROM wecom_draft
         WHERE status IN ('waiting', 'drafted') AND run_at <= ? ORDER BY run_at, assignment_id LIMIT 50`,
        now,
      );
      return rows.map((row) => fromRow<WecomDraft>(row));
    },

    async settle(
      assignmentId: string,
      status: WecomDraft["status"],
      more: { msgid?: string; runAt?: number; error?: string } = {},
    ) {
      await sql.run(
        `UPDATE wecom_draft SET status = ?, msgid = COALESCE(?, msgid), run_at = COALESCE(?, run_at), error = ?
         WHERE assignment_id = ?`,
        status,
        more.msgid ?? null,
        more.runAt ?? null,
        more.error ?? null,
        assignmentId,
      );
    },

    /** After a start: whether WeCom took these, nobody knows, so they are not asked for again. */
    async giveUpUnsure(): Promise<void> {
      await sql.run(
        "UPDATE wecom_draft SET status = 'dead', error = 'not known whether WeCom took it' WHERE status = 'drafting'",
      );
    },
  };
}
