import type { Connection } from "./backend.ts";
import { fromRow } from "./rows.ts";

export type WecomContact = { name: string; followers: string[]; at: number };
export type WecomCard = {
  taskId: string;
  room: string;
  cardKey: string;
  line: "aibot" | "app";
  code: string | null;
  at: number;
};
export type WecomMark = {
  suggestionId: string;
  userid: string;
  externalUserid: string;
  label: string;
  attempts: number;
};
export type KfSession = { lastAt: number; sent: number; state: number };

/** Where a suggestion was confirmed between two people of WeCom and has no job yet. */
export type UnmirroredTag = { suggestionId: string; tag: string; userid: string; externalUserid: string };

/** Stands for every employee in `wecom_silenced`; no userid of WeCom's has this sign. */
const allEmployees = "*";
/** The time of a row that says yes: it stands against a no to all. */
const agreedSince = 0;
const saySilence = `INSERT INTO wecom_silenced (userid, external_userid, at) VALUES (?, ?, ?)
  ON CONFLICT (userid, external_userid) DO UPDATE SET at = excluded.at`;

/** What the WeCom lines remember. `channel` names the identities that belong to them. */
export function wecomTable({ sql }: Connection, channel = "wecom") {
  return {
    async cursor(key: string): Promise<string | undefined> {
      return (await sql.get<{ value: string }>("SELECT value FROM wecom_cursor WHERE key = ?", key))?.value;
    },

    async setCursor(key: string, value: string, at: number): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_cursor (key, value, at) VALUES (?, ?, ?)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at`,
        key,
        value,
        at,
      );
    },

    async contact(externalUserid: string): Promise<WecomContact | undefined> {
      const row = await sql.get<{ name: string; followers: string; at: number }>(
        "SELECT name, followers, at FROM wecom_contact WHERE external_userid = ?",
        externalUserid,
      );
      return row && { ...row, followers: JSON.parse(row.followers) as string[] };
    },

    async saveContact(externalUserid: string, { name, followers, at }: WecomContact): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_contact (external_userid, name, followers, at) VALUES (?, ?, ?, ?)
         ON CONFLICT (external_userid) DO UPDATE SET name = excluded.name, followers = excluded.followers, at = excluded.at`,
        externalUserid,
        name,
        JSON.stringify(followers),
        at,
      );
    },

    /** Every customer that is remembered. */
    async allContacts(): Promise<{ id: string; name: string; followers: string[]; isStale: boolean }[]> {
      const rows = await sql.all<{ id: string; name: string; followers: string; at: number }>(
        "SELECT external_userid AS id, name, followers, at FROM wecom_contact ORDER BY external_userid",
      );
      return rows.map(({ at, ...row }) => ({
        ...row,
        followers: JSON.parse(row.followers) as string[],
        isStale: Number(at) === 0,
      }));
    },

    /** The customer groups that koloop has a conversation for, by their id in WeCom. */
    async groupTitles(): Promise<{ id: string; name: string }[]> {
      const rows = await sql.all<{ room: string; title: string | null }>(
        "SELECT room, title FROM conversation WHERE channel = ? AND room LIKE 'ag:%' ORDER BY room",
        channel,
      );
      return rows.map(({ room, title }) => ({ id: room.slice(3), name: title ?? "" }));
    },

    async renameGroup(id: string, name: string): Promise<void> {
      await sql.run("UPDATE conversation SET title = ? WHERE channel = ? AND room = ?", name, channel, `ag:${id}`);
    },

    /** Something has changed there: what is remembered is asked about again. */
    async markContactStale(externalUserid: string): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_contact (external_userid, name, followers, at) VALUES (?, '', '[]', 0)
         ON CONFLICT (external_userid) DO UPDATE SET at = 0`,
        externalUserid,
      );
    },

    async forgetContact(externalUserid: string): Promise<void> {
      await sql.run("DELETE FROM wecom_contact WHERE external_userid = ?", externalUserid);
    },

    /** What the customer said of this employee counts before what they said of all. */
    async isSilenced(userid: string, externalUserid: string): Promise<boolean> {
      const rows = await sql.all<{ userid: string; at: number }>(
        "SELECT userid, at FROM wecom_silenced WHERE external_userid = ? AND userid IN (?, ?)",
        externalUserid,
        userid,
        allEmployees,
      );
      const said = rows.find((row) => row.userid === userid) ?? rows[0];
      return said !== undefined && Number(said.at) !== agreedSince;
    },

    /** From now on the customer is not heard with this employee; null: with nobody. */
    async silence(userid: string | null, externalUserid: string, at: number): Promise<void> {
      if (userid === null) await sql.run("DELETE FROM wecom_silenced WHERE external_userid = ?", externalUserid);
      await sql.run(saySilence, userid ?? allEmployees, externalUserid, Math.max(at, 1));
    },

    /** The customer agrees to this employee; null: to all. */
    async unsilence(userid: string | null, externalUserid: string): Promise<void> {
      if (userid === null) await sql.run("DELETE FROM wecom_silenced WHERE external_userid = ?", externalUserid);
      else await sql.run(saySilence, userid, externalUserid, agreedSince);
    },

    async card(taskId: string): Promise<WecomCard | undefined> {
      const row = await sql.get<object>("SELECT * FROM wecom_card WHERE task_id = ?", taskId);
      return row && fromRow<WecomCard>(row);
    },

    async saveCard(card: WecomCard): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_card (task_id, room, card_key, line, code, at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (task_id) DO UPDATE SET line = excluded.line, code = excluded.code, at = excluded.at`,
        card.taskId,
        card.room,
        card.cardKey,
        card.line,
        card.code,
        card.at,
      );
    },

    async forgetCard(taskId: string): Promise<void> {
      await sql.run("DELETE FROM wecom_card WHERE task_id = ?", taskId);
    },

    /** The send answer's code is spent. */
    async useCode(taskId: string): Promise<void> {
      await sql.run("UPDATE wecom_card SET code = NULL WHERE task_id = ?", taskId);
    },

    /** Whom the bot's callbacks mean by an id; undefined: nobody has found out. */
    async botUser(raw: string): Promise<string | undefined> {
      return (await sql.get<{ userid: string }>("SELECT userid FROM wecom_bot_user WHERE raw = ?", raw))?.userid;
    },

    async saveBotUser(raw: string, userid: string, at: number): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_bot_user (raw, userid, at) VALUES (?, ?, ?)
         ON CONFLICT (raw) DO UPDATE SET userid = excluded.userid, at = excluded.at`,
        raw,
        userid,
        at,
      );
    },

    /** They wrote to the bot alone: from now on it may write to them, under this id. */
    async noteWrote(raw: string, userid: string, at: number): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_bot_user (raw, userid, at, wrote_at) VALUES (?, ?, ?, ?)
         ON CONFLICT (raw) DO UPDATE SET userid = excluded.userid, wrote_at = excluded.wrote_at`,
        raw,
        userid,
        at,
        at,
      );
    },

    /** The id under which an employee has last written to the bot; undefined: they never have. */
    async botChatOf(userid: string): Promise<string | undefined> {
      const row = await sql.get<{ raw: string }>(
        "SELECT raw FROM wecom_bot_user WHERE userid = ? AND wrote_at IS NOT NULL ORDER BY wrote_at DESC LIMIT 1",
        userid,
      );
      return row?.raw;
    },

    async countBotChats(): Promise<number> {
      const row = await sql.get<{ n: number }>(
        "SELECT count(DISTINCT userid) AS n FROM wecom_bot_user WHERE wrote_at IS NOT NULL",
      );
      return Number(row?.n ?? 0);
    },

    /** When the app sent cards to a room, since a time. */
    async appCardsSince(room: string, since: number): Promise<number[]> {
      const rows = await sql.all<{ at: number }>(
        "SELECT at FROM wecom_card WHERE room = ? AND line = 'app' AND at > ? ORDER BY at",
        room,
        since,
      );
      return rows.map((row) => Number(row.at));
    },

    /** Confirmed questions between an employee and a customer of WeCom that nobody has written down to be mirrored. */
    async unmirroredTags(createdSince: number, lifeMs: number): Promise<UnmirroredTag[]> {
      const rows = await sql.all<object>(
        `SELECT s.id AS suggestion_id, s.tag, e.external_id AS userid, c.external_id AS external_userid
         FROM suggestion s
         JOIN identity e ON e.person_id = s.asked_of AND e.channel = ?
         JOIN identity c ON c.person_id = s.person_id AND c.channel = ?
         LEFT JOIN wecom_mark m ON m.suggestion_id = s.id
         WHERE s.status = 'confirmed' AND s.expires_at >= ? AND s.kind = 'hold' AND m.suggestion_id IS NULL
         ORDER BY s.answered_at, s.id LIMIT 200`,
        channel,
        channel,
        createdSince + lifeMs,
      );
      return rows.map((row) => fromRow<UnmirroredTag>(row));
    },

    /** Tags that employees set themselves (`/tag`) on customers of WeCom, and that nobody has written down to be mirrored. */
    async unmirroredHandTags(since: number): Promise<UnmirroredTag[]> {
      const rows = await sql.all<object>(
        `SELECT 'hand:' || v.id AS suggestion_id, v.tag, e.external_id AS userid, c.external_id AS external_userid
         FROM tag_event v
         JOIN identity e ON e.person_id = v.settled_by AND e.channel = ?
         JOIN identity c ON c.person_id = v.person_id AND c.channel = ?
         LEFT JOIN wecom_mark m ON m.suggestion_id = 'hand:' || v.id
         WHERE v.at >= ? AND v.kind = 'held' AND v.source = 'koe' AND v.suggestion_id IS NULL AND v.cause IS NULL
           AND m.suggestion_id IS NULL
         ORDER BY v.seq LIMIT 200`,
        channel,
        channel,
        since,
      );
      return rows.map((row) => fromRow<UnmirroredTag>(row));
    },

    /** The labels that koloop has written, or is about to write, to a pair. */
    async markedLabels(userid: string, externalUserid: string): Promise<string[]> {
      const rows = await sql.all<{ label: string }>(
        "SELECT label FROM wecom_mark WHERE userid = ? AND external_userid = ? AND status <> 'dead'",
        userid,
        externalUserid,
      );
      return rows.map((row) => row.label);
    },

    /** The corp tags that a pair had when it was last looked at, by name. */
    async pairTags(userid: string, externalUserid: string): Promise<Set<string>> {
      const rows = await sql.all<{ name: string }>(
        "SELECT name FROM wecom_pair_tag WHERE userid = ? AND external_userid = ?",
        userid,
        externalUserid,
      );
      return new Set(rows.map((row) => row.name));
    },

    async setPairTags(userid: string, externalUserid: string, names: ReadonlySet<string>, at: number): Promise<void> {
      await sql.run("DELETE FROM wecom_pair_tag WHERE userid = ? AND external_userid = ?", userid, externalUserid);
      for (const name of names)
        await sql.run(
          "INSERT INTO wecom_pair_tag (userid, external_userid, name, at) VALUES (?, ?, ?, ?)",
          userid,
          externalUserid,
          name,
          at,
        );
    },

    async addMark(mark: Omit<WecomMark, "attempts">, at: number): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_mark (suggestion_id, userid, external_userid, label, status, attempts, run_at, at)
         VALUES (?, ?, ?, ?, 'waiting', 0, ?, ?) ON CONFLICT (suggestion_id) DO NOTHING`,
        mark.suggestionId,
        mark.userid,
        mark.externalUserid,
        mark.label,
        at,
        at,
      );
    },

    async dueMarks(now: number): Promise<WecomMark[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM wecom_mark WHERE status = 'waiting' AND run_at <= ? ORDER BY at, suggestion_id LIMIT 50",
        now,
      );
      return rows.map((row) => fromRow<WecomMark>(row));
    },

    async settleMark(suggestionId: string, status: "done" | "dead", error: string | null): Promise<void> {
      await sql.run("UPDATE wecom_mark SET status = ?, error = ? WHERE suggestion_id = ?", status, error, suggestionId);
    },

    async putOffMark(suggestionId: string, runAt: number, error: string): Promise<void> {
      await sql.run(
        "UPDATE wecom_mark SET attempts = attempts + 1, run_at = ?, error = ? WHERE suggestion_id = ?",
        runAt,
        error,
        suggestionId,
      );
    },

    async markCounts(): Promise<Record<string, number>> {
      const rows = await sql.all<{ status: string; n: number }>(
        "SELECT status, count(*) AS n FROM wecom_mark GROUP BY status",
      );
      return Object.fromEntries(rows.map((row) => [row.status, Number(row.n)]));
    },

    async kfSession(externalUserid: string): Promise<KfSession | undefined> {
      const row = await sql.get<object>(
        "SELECT last_at, sent, state FROM wecom_kf_session WHERE external_userid = ?",
        externalUserid,
      );
      return row && fromRow<KfSession>(row);
    },

    /** The customer wrote: a new allowance of messages, and what waited for it is due. An older message opens nothing. */
    async openKfWindow(externalUserid: string, lastAt: number, room: string, now: number): Promise<void> {
      await sql.run(
        `INSERT INTO wecom_kf_session (external_userid, last_at, sent, state) VALUES (?, ?, 0, 0)
         ON CONFLICT (external_userid) DO UPDATE SET last_at = excluded.last_at, sent = 0
         WHERE excluded.last_at >= wecom_kf_session.last_at`,
        externalUserid,
        lastAt,
      );
      await sql.run(
        "UPDATE outbox SET run_at = ?, attempts = 0 WHERE channel = ? AND room = ? AND status = 'waiting' AND locked_at IS NULL",
        now,
        channel,
        room,
      );
    },

    async countKfSent(externalUserid: string): Promise<void> {
      await sql.run("UPDATE wecom_kf_session SET sent = sent + 1 WHERE external_userid = ?", externalUserid);
    },

    /** Nothing more may be said until the customer writes again. */
    async closeKfWindow(externalUserid: string): Promise<void> {
      await sql.run("UPDATE wecom_kf_session SET sent = 5 WHERE external_userid = ?", externalUserid);
    },

    async setKfState(externalUserid: string, state: number): Promise<void> {
      await sql.run("UPDATE wecom_kf_session SET state = ? WHERE external_userid = ?", state, externalUserid);
    },
  };
}
