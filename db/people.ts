import type { Person, Role } from "#domain/person.ts";
import type { Connection } from "./backend.ts";
import { assignments, fromRow, toRow } from "./rows.ts";
import { listOf, marks, textArray, wantedRows } from "./sql.ts";

/** Somebody's account on one channel. `room` is where koloop reaches them alone; null: it cannot yet. */
export type Identity = {
  id: string;
  personId: string;
  channel: string;
  externalId: string;
  name: string | null;
  room: string | null;
  reachable: "yes" | "no";
  lastSeenAt: number | null;
  linkedAt: number;
};

type PersonRow = Omit<Person, "roles"> & { roles: string };

const personOf = (row: object): Person => {
  const person = fromRow<PersonRow>(row);
  return { ...person, roles: person.roles.split(" ").filter(Boolean) as Role[] };
};

/** Under these an account is kept while nothing is written: by its name on the channel, and among those of its person. */
const accountKey = (channel: string, externalId: string): string => `${channel} ${externalId}`;
const ofPerson = (personId: string): string => `#${personId}`;

/** So many people are read one by one where they may be kept; more are read at once. */
const aRoomful = 50;

export function peopleTable({ sql }: Connection) {
  /** Nobody may change it. */
  const personById = (id: string): Promise<Person | undefined> =>
    sql.kept("person", id, async () => {
      const row = await sql.get<object>("SELECT * FROM person WHERE id = ?", id);
      return row && personOf(row);
    });

  async function keepPeople(ids: readonly string[]): Promise<Person[]> {
    const people: Person[] = [];
    const unknown: string[] = [];
    for (const id of ids) {
      const person = sql.knows("person", id) ? await personById(id) : undefined;
      if (person) people.push(person);
      else unknown.push(id);
    }
    if (unknown.length === 0) return people;
    const rows = await sql.all<object>(
      `SELECT p.* FROM ${wantedRows(sql)} CROSS JOIN person p WHERE p.id = wanted.id`,
      listOf(sql, unknown),
    );
    for (const person of rows.map(personOf)) {
      sql.keep("person", person.id, person);
      people.push(person);
    }
    return people;
  }

  async function keepAccountsOf(wanted: readonly string[]): Promise<void> {
    const ids = wanted.filter((id) => !sql.knows("identity", ofPerson(id)));
    if (ids.length === 0) return;
    const rows = await sql.all<object>(
      `SELECT i.* FROM ${wantedRows(sql)} CROSS JOIN identity i WHERE i.person_id = wanted.id
       ORDER BY i.last_seen_at DESC`,
      listOf(sql, ids),
    );
    const accounts = rows.map((row) => fromRow<Identity>(row));
    for (const id of ids)
      sql.keep(
        "identity",
        ofPerson(id),
        accounts.filter(({ personId }) => personId === id),
      );
  }

  return {
    async idsOwnedBy(ownerId: string): Promise<string[]> {
      return (await sql.all<{ id: string }>("SELECT id FROM person WHERE owner_id = ?", ownerId)).map(({ id }) => id);
    },

    async find(id: string): Promise<Person | undefined> {
      const person = await personById(id);
      return person && { ...person };
    },

    /** In the order of their ids. Those of one room are asked for at every message: on SQLite, the ones that are kept cost nothing. */
    async list(ids: readonly string[]): Promise<Person[]> {
      if (ids.length === 0) return [];
      if (sql.dialect === "sqlite" && ids.length <= aRoomful) {
        const found: Person[] = [];
        for (const id of [...new Set(ids)].sort()) {
          const person = await this.find(id);
          if (person) found.push(person);
        }
        return found;
      }
      return (await sql.all<object>(`SELECT * FROM person WHERE id IN (${marks(ids.length)})`, ...ids)).map(personOf);
    },

    /** Reads at once whose these accounts of a channel are, who looks after them, and where those are reached. Returns whose. */
    async readAhead(channel: string, externalIds: readonly string[]): Promise<string[]> {
      const whose = new Set<string>();
      const unknown: string[] = [];
      for (const externalId of externalIds) {
        const isKnown = sql.knows("identity", accountKey(channel, externalId));
        const account = isKnown ? await this.identity(channel, externalId) : undefined;
        if (account) whose.add(account.personId);
        else if (!isKnown) unknown.push(externalId);
      }
      if (unknown.length > 0) {
        const rows = await sql.all<object>(
          `SELECT i.* FROM ${wantedRows(sql)} CROSS JOIN identity i WHERE i.channel = ? AND i.external_id = wanted.id`,
          listOf(sql, unknown),
          channel,
        );
        const found = new Map(rows.map((row) => fromRow<Identity>(row)).map((one) => [one.externalId, one]));
        for (const id of unknown) sql.keep("identity", accountKey(channel, id), found.get(id));
        for (const { personId } of found.values()) whose.add(personId);
      }
      const ids = [...whose];
      const people = await keepPeople(ids);
      const owners = [...new Set(people.flatMap(({ ownerId }) => ownerId ?? []))];
      await Promise.all([keepPeople(owners.filter((id) => !ids.includes(id))), keepAccountsOf(owners)]);
      return ids;
    },

    async all(): Promise<Person[]> {
      return (await sql.all<object>("SELECT * FROM person WHERE merged_into IS NULL ORDER BY id")).map(personOf);
    },

    async knowsAnybody(): Promise<boolean> {
      return (await sql.get("SELECT 1 AS one FROM person LIMIT 1")) !== undefined;
    },

    async listByRole(role: Role): Promise<Person[]> {
      const rows = await sql.all<object>(
        "SELECT * FROM person WHERE merged_into IS NULL AND roles LIKE ? ORDER BY id",
        `%${role}%`,
      );
      return rows.map(personOf).filter((person) => person.roles.includes(role));
    },

    /** People whose name is exactly this, or else contains it. */
    async named(name: string): Promise<Person[]> {
      const exact = await sql.all<object>(
        "SELECT * FROM person WHERE merged_into IS NULL AND name = ? ORDER BY id",
        name,
      );
      if (exact.length > 0) return exact.map(personOf);
      const escaped = name.replace(/[\\%_]/g, (c) => `\\${c}`);
      const rows = await sql.all<object>(
        "SELECT * FROM person WHERE merged_into IS NULL AND name LIKE ? ESCAPE '\\' ORDER BY id LIMIT 20",
        `%${escaped}%`,
      );
      return rows.map(personOf);
    },

    async add(person: Person): Promise<void> {
      const row = { ...toRow(person), roles: person.roles.join(" ") };
      await sql.touching("person", [person.id], () => sql.insert("person", row));
      await sql.insert("person_change", { person_id: person.id });
    },

    async change(id: string, change: Partial<Omit<Person, "id" | "roles">> & { roles?: Role[] }): Promise<void> {
      const { roles, ...rest } = change;
      const set = assignments({ ...rest, ...(roles && { roles: roles.join(" ") }) });
      await sql.touching("person", [id], () =>
        sql.run(`UPDATE person SET ${set.text} WHERE id = ?`, ...set.values, id),
      );
      if (roles || "mergedInto" in rest) await sql.insert("person_change", { person_id: id });
    },

    /**
     * Makes what decides on people's standing one after the other: of two transactions that hold the same person, PostgreSQL begins the
     * later one anew, and it sees what the first has done. On SQLite transactions exclude each other anyway.
     */
    async hold(ids: readonly string[]): Promise<void> {
      if (sql.dialect === "sqlite" || ids.length === 0) return;
      // In one order, so that two who hold many do not wait for each other.
      const text = `UPDATE person SET id = id WHERE id IN (SELECT id FROM person WHERE id = ANY (CAST(? AS text[])) ORDER BY id FOR UPDATE)`;
      await sql.kept("held", ids.join(), () => sql.touching("person", [], () => sql.run(text, textArray(ids))));
    },

    identity(channel: string, externalId: string): Promise<Identity | undefined> {
      return sql.kept("identity", accountKey(channel, externalId), async () => {
        const row = await sql.get<object>(
          "SELECT * FROM identity WHERE channel = ? AND external_id = ?",
          channel,
          externalId,
        );
        return row && fromRow<Identity>(row);
      });
    },

    identitiesOf(personId: string): Promise<readonly Identity[]> {
      return sql.kept("identity", ofPerson(personId), async () => {
        const rows = await sql.all<object>(
          "SELECT * FROM identity WHERE person_id = ? ORDER BY last_seen_at DESC",
          personId,
        );
        return rows.map((row) => fromRow<Identity>(row));
      });
    },

    async addIdentity(identity: Identity): Promise<void> {
      const { channel, externalId, personId } = identity;
      const keys = [accountKey(channel, externalId), ofPerson(personId)];
      await sql.touching("identity", keys, () => sql.insert("identity", toRow(identity)));
    },

    async changeIdentity(
      { id, channel, externalId, personId }: Pick<Identity, "id" | "channel" | "externalId" | "personId">,
      change: Partial<Pick<Identity, "name" | "room" | "reachable" | "lastSeenAt">>,
    ): Promise<void> {
      const keys = [accountKey(channel, externalId), ofPerson(personId)];
      // Whoever speaks after a minute is noted as seen: on PostgreSQL those of a group together.
      if (sql.dialect === "postgresql")
        return sql.touching("identity", keys, () =>
          sql.insert("identity", { id, ...toRow(change) }, { key: ["id"], clause: "", isThere: true }),
        );
      const set = assignments(change);
      await sql.touching("identity", keys, () =>
        sql.run(`UPDATE identity SET ${set.text} WHERE id = ?`, ...set.values, id),
      );
    },
  };
}
