import { isStaff } from "#domain/person.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { definitionOf } from "#domain/taxonomy.ts";
import { type DataPackage, PackageError, type Row, shortened } from "./package-format.ts";
import type { Tx } from "./store.ts";

/** Whether everybody and everything that rows name is there, in the package or in the database. Throws `PackageError` with every fault. */
export async function checkReferences(tx: Tx, data: DataPackage, taxonomy: Taxonomy): Promise<void> {
  const known = async (table: string, own: Iterable<string>) => {
    const rows = await tx.connection.sql.all<{ id: string }>(`SELECT id FROM ${table}`);
    return new Set([...own, ...rows.map((row) => row.id)]);
  };
  const people = await known(
    "person",
    data.people.map((p) => p.id),
  );
  const tasks = await known(
    "task",
    data.tasks.map((t) => t.id),
  );
  const segments = await known(
    "segment",
    data.segments.map((s) => s.key),
  );
  const submissions = await known(
    "submission",
    data.submissions.map((s) => s.id),
  );
  const faults: string[] = [];
  const expect = (place: string, column: string, what: string, value: string | null, among: Set<string>) => {
    if (value !== null && !among.has(value))
      faults.push(`${place}: ${column} names the ${what} ${value}, who or which is not in the package`);
  };
  const twice = (file: string, rows: { row: number }[], key: (row: never) => string) => {
    const first = new Map<string, number>();
    for (const row of rows) {
      const id = key(row as never);
      const before = first.get(id);
      if (before !== undefined) faults.push(`${file} row ${row.row}: is there already in row ${before} (${id})`);
      else first.set(id, row.row);
    }
  };
  twice("people.csv", data.people, (p: Row<"people">) => p.id);
  twice("tags.csv", data.tags, (t: Row<"tags">) => `${t.person}, ${t.tag}, ${t.since}`);
  twice("tasks.csv", data.tasks, (t: Row<"tasks">) => t.id);
  twice("assignments.csv", data.assignments, (a: Row<"assignments">) => `${a.task}, ${a.person}`);
  twice("submissions.csv", data.submissions, (s: Row<"submissions">) => s.id);
  for (const row of data.people) expect(`people.csv row ${row.row}`, "owner", "person", row.owner, people);
  for (const row of data.tags) {
    const place = `tags.csv row ${row.row}`;
    expect(place, "person", "person", row.person, people);
    expect(place, "confirmed_by", "person", row.confirmed_by, people);
    if (!definitionOf(taxonomy, row.tag)) faults.push(`${place}: tag ${row.tag} is not in the taxonomy`);
    if (row.until !== null && row.until <= row.since) faults.push(`${place}: until is not after since`);
  }
  for (const row of data.tasks)
    for (const s of row.segments) expect(`tasks.csv row ${row.row}`, "segments", "segment", s, segments);
  for (const row of data.assignments) {
    const place = `assignments.csv row ${row.row}`;
    expect(place, "task", "task", row.task, tasks);
    expect(place, "person", "person", row.person, people);
    if (row.accepted_at !== null && row.declined_at !== null) faults.push(`${place}: is both accepted and declined`);
  }
  for (const row of data.submissions) {
    expect(`submissions.csv row ${row.row}`, "task", "task", row.task, tasks);
    expect(`submissions.csv row ${row.row}`, "person", "person", row.person, people);
  }
  for (const row of data.metrics)
    expect(`metrics.csv row ${row.row}`, "submission", "hand-in", row.submission, submissions);
  for (const row of data.comments)
    expect(`comments.csv row ${row.row}`, "submission", "hand-in", row.submission, submissions);
  const staff = new Set(data.people.filter(isStaff).map((p) => p.id));
  const isKnownStaff = async (id: string) => {
    const known = staff.has(id) || data.people.some((p) => p.id === id) ? undefined : await tx.people.find(id);
    return staff.has(id) || (known !== undefined && isStaff(known));
  };
  for (const row of data.materials ?? []) expect(`materials.csv row ${row.row}`, "task", "task", row.task, tasks);
  for (const row of data.teams) {
    expect(`teams.csv row ${row.row}`, "person", "person", row.person, people);
    if (people.has(row.person) && !(await isKnownStaff(row.person)))
      faults.push(`teams.csv row ${row.row}: ${row.person} is not an employee; only employees are in teams`);
  }
  if (faults.length > 0) throw new PackageError(shortened(faults));
}
