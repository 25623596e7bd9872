import { isSealed } from "./sealed-columns.ts";
import { marks, type Sql } from "./sql.ts";

export type WebPerson = { personId: string; name: string; roles: string[]; lang: "zh" | "en" };
export type WebSession = WebPerson & { id: string; expiresAt: number; lastSeenAt: number };

type PersonRow = { person_id: string; name: string; roles: string; lang: string };

function personOf(row: PersonRow): WebPerson {
  return {
    personId: row.person_id,
    name: row.name,
    roles: row.roles.split(" ").filter(Boolean),
    lang: row.lang === "en" ? "en" : "zh",
  };
}

export async function findWebPerson(sql: Sql, personId: string): Promise<WebPerson | undefined> {
  const row = await sql.get<PersonRow>("SELECT id AS person_id, name, roles, lang FROM person WHERE id = ?", personId);
  return row && personOf(row);
}

/** People whose name or id holds the words, by name; with `owners`, staff and the people whom one of those looks after. */
export async function searchWebPeople(
  sql: Sql,
  words: string,
  limit: number,
  owners?: readonly string[],
): Promise<WebPerson[]> {
  const within = owners
    ? `AND (owner_id IN (${marks(owners.length)}) OR roles LIKE '%koe%' OR roles LIKE '%manager%')`
    : "";
  const pattern = `%${words.toLowerCase().replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const rows = await sql.all<PersonRow>(
    `SELECT id AS person_id, name, roles, lang FROM person
     WHERE merged_into IS NULL AND (LOWER(name) LIKE ? ESCAPE '\\' OR LOWER(id) LIKE ? ESCAPE '\\') ${within}
     ORDER BY name LIMIT ?`,
    pattern,
    pattern,
    ...(owners ?? []),
    limit,
  );
  return rows.map(personOf);
}

/** The employee who looks after the person. */
export async function findWebOwner(sql: Sql, personId: string): Promise<string | undefined> {
  const row = await sql.get<{ owner_id: string | null }>("SELECT owner_id FROM person WHERE id = ?", personId);
  return row?.owner_id ?? undefined;
}

/** Makes the person known on the channel `web`, where their id is their person id. */
export async function saveWebIdentity(
  sql: Sql,
  identity: { id: string; personId: string; room: string; at: number },
): Promise<void> {
  await sql.run(
    `INSERT INTO identity (id, person_id, channel, external_id, room, reachable, last_seen_at, linked_at)
     VALUES (?, ?, 'web', ?, ?, 'yes', ?, ?) ON CONFLICT DO NOTHING`,
    identity.id,
    identity.personId,
    identity.personId,
    identity.room,
    identity.at,
    identity.at,
  );
}

/** Adds a session (`id` is the hash of its secret) and drops those that ended. */
export async function addWebSession(
  sql: Sql,
  session: { id: string; personId: string; at: number; expiresAt: number },
): Promise<void> {
  await sql.run("DELETE FROM web_session WHERE expires_at <= ?", session.at);
  await sql.insert("web_session", {
    id: session.id,
    person_id: session.personId,
    created_at: session.at,
    expires_at: session.expiresAt,
    last_seen_at: session.at,
  });
}

/** The session that still runs at `now`, with who it is. */
export async function findWebSession(sql: Sql, id: string, now: number): Promise<WebSession | undefined> {
  const row = await sql.get<PersonRow & { id: string; expires_at: number; last_seen_at: number }>(
    `SELECT s.id, s.person_id, s.expires_at, s.last_seen_at, p.name, p.roles, p.lang
     FROM web_session s JOIN person p ON p.id = s.person_id WHERE s.id = ? AND s.expires_at > ?`,
    id,
    now,
  );
  return row && { ...personOf(row), id: row.id, expiresAt: row.expires_at, lastSeenAt: row.last_seen_at };
}

export async function markWebSessionSeen(sql: Sql, id: string, now: number, expiresAt: number): Promise<void> {
  await sql.run("UPDATE web_session SET last_seen_at = ?, expires_at = ? WHERE id = ?", now, expiresAt, id);
}

export async function dropWebSession(sql: Sql, id: string): Promise<void> {
  await sql.run("DELETE FROM web_session WHERE id = ?", id);
}

/** Adds a sign-in link (`id` is the hash of its secret) and drops those that ended. */
export async function addWebLink(
  sql: Sql,
  link: { id: string; personId: string; purpose: string; detail?: string; at: number; expiresAt: number },
): Promise<void> {
  await sql.run("DELETE FROM web_link WHERE expires_at <= ?", link.at);
  await sql.insert("web_link", {
    id: link.id,
    person_id: link.personId,
    purpose: link.purpose,
    detail: link.detail ?? null,
    created_at: link.at,
    expires_at: link.expiresAt,
  });
}

/** Uses a link up and tells whose it was; undefined where it never was, has ended or was used before. */
export async function takeWebLink(sql: Sql, id: string, purpose: string, now: number): Promise<WebPerson | undefined> {
  const row = await sql.get<{ person_id: string }>(
    `UPDATE web_link SET used_at = ? WHERE id = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?
     RETURNING person_id`,
    now,
    id,
    purpose,
    now,
  );
  return row && findWebPerson(sql, row.person_id);
}

/** A link that may be used again and again until it ends: whose it is and what it is about. */
export async function findWebLink(
  sql: Sql,
  id: string,
  purpose: string,
  now: number,
): Promise<{ personId: string; detail: string | null } | undefined> {
  const row = await sql.get<{ person_id: string; detail: string | null }>(
    "SELECT person_id, detail FROM web_link WHERE id = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?",
    id,
    purpose,
    now,
  );
  return row && { personId: row.person_id, detail: row.detail };
}

export type WebPicture = { mime: string; bytes: Uint8Array };

/** A picture, if it is on a card in a room of the person. */
export async function findWebPicture(sql: Sql, id: string, personId: string): Promise<WebPicture | undefined> {
  const named = `"pictureId":${JSON.stringify(id)}`;
  const cards = await sql.all<{ body: string }>(
    `SELECT p.id, p.body FROM web_post p JOIN web_room_member m ON m.room_id = p.room_id
     WHERE m.person_id = ? AND p.kind = 'card' AND (p.body LIKE ? ESCAPE '\\' OR ${isSealed("p.body")})`,
    personId,
    `%${named.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`,
  );
  const shown = cards.some(({ body }) => body.includes(named)) || undefined;
  return shown && (await sql.get<WebPicture>("SELECT mime, bytes FROM picture WHERE id = ?", id));
}
