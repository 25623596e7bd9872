import type { Connection } from "./backend.ts";
import type { Sql } from "./sql.ts";

/** A team of employees; `leadId`: who sees the people of all of them. */
export type Team = { id: string; name: string; leadId: string | null; members: string[] };

type TeamRow = { id: string; name: string; lead_id: string | null };

/** The employees in the teams that somebody leads. */
export async function findLed(sql: Sql, personId: string): Promise<Set<string>> {
  const rows = await sql.all<{ id: string }>(
    "SELECT m.person_id AS id FROM team t JOIN team_member m ON m.team_id = t.id WHERE t.lead_id = ?",
    personId,
  );
  return new Set(rows.map((row) => row.id));
}

/** Which employees belong together, and who leads them. */
export function teamsTable({ sql }: Connection) {
  const membersOf = async (id: string): Promise<string[]> =>
    (
      await sql.all<{ id: string }>("SELECT person_id AS id FROM team_member WHERE team_id = ? ORDER BY person_id", id)
    ).map((row) => row.id);
  const teamOf = async ({ id, name, lead_id }: TeamRow): Promise<Team> => ({
    id,
    name,
    leadId: lead_id,
    members: await membersOf(id),
  });

  return {
    /** The employees in the teams that somebody leads. */
    ledBy: (personId: string): Promise<Set<string>> => findLed(sql, personId),

    async list(): Promise<Team[]> {
      const rows = await sql.all<TeamRow>("SELECT id, name, lead_id FROM team ORDER BY name");
      const teams: Team[] = [];
      for (const row of rows) teams.push(await teamOf(row));
      return teams;
    },

    async named(name: string): Promise<Team | undefined> {
      const row = await sql.get<TeamRow>("SELECT id, name, lead_id FROM team WHERE lower(name) = lower(?)", name);
      return row && teamOf(row);
    },

    async add(team: { id: string; name: string; at: number }): Promise<void> {
      await sql.insert("team", {
        id: team.id,
        name: team.name,
        lead_id: null,
        created_at: team.at,
        updated_at: team.at,
      });
    },

    /** Puts an employee into a team, and with that out of the one where they were. */
    async join(teamId: string, personId: string): Promise<void> {
      await sql.run(
        `INSERT INTO team_member (person_id, team_id) VALUES (?, ?)
         ON CONFLICT (person_id) DO UPDATE SET team_id = excluded.team_id`,
        personId,
        teamId,
      );
    },

    async leave(personId: string): Promise<boolean> {
      const was = await sql.get("SELECT team_id FROM team_member WHERE person_id = ?", personId);
      await sql.run("DELETE FROM team_member WHERE person_id = ?", personId);
      return was !== undefined;
    },

    /** Somebody leads a team from now on; null: nobody. */
    async lead(teamId: string, personId: string | null, at: number): Promise<void> {
      await sql.run("UPDATE team SET lead_id = ?, updated_at = ? WHERE id = ?", personId, at, teamId);
    },
  };
}
