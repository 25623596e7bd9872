import { createHash } from "node:crypto";
import { findLinks } from "#domain/link.ts";
import { isStaff } from "#domain/person.ts";
import type { Rule, Segment } from "#domain/segment.ts";
import { staysOver } from "#domain/segment-history.ts";
import type { TagEvent, TagHold } from "#domain/tag.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { definitionOf } from "#domain/taxonomy.ts";
import { type DataPackage, PackageError, type Row, type SegmentEntry, shortened } from "./package-format.ts";
import { toRow } from "./rows.ts";
import { ruleSchema } from "./segments.ts";
import type { SqlValue } from "./sql.ts";
import type { Tx } from "./store.ts";
import type { StepFact } from "./tasks.ts";

export type ImportOptions = { taxonomy: Taxonomy; now: number; progress: (done: number, total: number) => void };

/** Confidence of a tag at its first evidence, by where it comes from. */
const confidenceOf = { koe: 1, self: 1, import: 0.8, behaviour: 0.7, machine: 0.6 } as const;

/**
 * Brings a package into the database inside the caller's transaction; the same package again changes nothing. Throws `PackageError`
 * where rows name people, tasks, tags or hand-ins that do not exist.
 */
export async function importPackage(tx: Tx, data: DataPackage, options: ImportOptions): Promise<void> {
  await checkReferences(tx, data, options.taxonomy);
  const total =
    data.people.length +
    data.tags.length +
    data.assignments.length +
    data.submissions.length +
    data.metrics.length +
    data.comments.length;
  let done = 0;
  const step = () => {
    if (++done % 500 === 0) options.progress(done, total);
  };
  const stepped = <T>(value: T): T => {
    step();
    return value;
  };
  for (const row of data.people) await importPerson(tx, row, options.now).then(step);
  await importTags(tx, data.tags, options.now, step);
  for (const task of data.tasks) await importTask(tx, task, options.now);
  const facts: StepFact[] = [];
  for (const row of data.assignments) facts.push(...(await importAssignment(tx, row, options.now).then(stepped)));
  // In the order in which they happened: the learner follows the log, and time does not run backwards in it.
  for (const fact of facts.sort((a, b) => a.at - b.at)) await tx.tasks.addStep(fact);
  for (const row of data.submissions) await importSubmission(tx, row).then(step);
  for (const row of data.metrics) await importMetrics(tx, row, options.now).then(step);
  for (const row of data.comments) await importComment(tx, row, options.now).then(step);
  await importSegments(tx, data, options.now);
  options.progress(total, total);
}

async function checkReferences(tx: Tx, data: DataPackage, taxonomy: Taxonomy): Promise<void> {
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
  if (faults.length > 0) throw new PackageError(shortened(faults));
}

/** A short id made of what a row says, so that importing it again finds it. */
const idOf = (...parts: (string | number)[]): string =>
  createHash("sha1").update(parts.join("\u0000")).digest("hex").slice(0, 16);

async function put(tx: Tx, table: string, key: string[], value: object): Promise<void> {
  const row = toRow(value);
  const columns = Object.keys(row);
  const changes = columns.filter((column) => !key.includes(column)).map((column) => `${column} = excluded.${column}`);
  await tx.connection.sql.run(
    `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})
     ON CONFLICT (${key.join(", ")}) DO ${changes.length > 0 ? `UPDATE SET ${changes.join(", ")}` : "NOTHING"}`,
    ...(Object.values(row) as SqlValue[]),
  );
}

async function importPerson(tx: Tx, row: Row<"people">, now: number): Promise<void> {
  const fields = {
    name: row.name,
    roles: row.roles.join(" "),
    city: row.city,
    ownerId: row.owner,
    joinedAt: row.joined_at,
    consent: row.consent,
    homeChannel: row.channel,
  };
  const known = await tx.people.find(row.id);
  if (!known) {
    await put(tx, "person", ["id"], { id: row.id, ...fields, createdAt: now, updatedAt: now });
    await tx.connection.sql.insert("person_change", { person_id: row.id });
  } else await tx.people.change(row.id, { ...fields, roles: row.roles, updatedAt: now });
  // Everybody can be reached in the built-in messenger; other channels are linked when the person writes there.
  if (!(await tx.people.identity("web", row.id))) {
    await tx.people.addIdentity({
      id: idOf("web", row.id),
      personId: row.id,
      channel: "web",
      externalId: row.id,
      name: row.name,
      room: `bot:${row.id}`,
      reachable: "yes",
      lastSeenAt: null,
      linkedAt: now,
    });
  }
}

async function importTags(tx: Tx, rows: Row<"tags">[], now: number, step: () => void): Promise<void> {
  const known = new Set((await tx.connection.sql.all<{ id: string }>("SELECT id FROM tag_event")).map((row) => row.id));
  const events: TagEvent[] = [];
  for (const row of rows) {
    const id = idOf(row.person, row.tag, row.since);
    const common = {
      personId: row.person,
      tag: row.tag,
      source: row.source,
      proposedBy: row.source === "koe" ? "koloop" : null,
      settledBy: row.confirmed_by,
      messageId: null,
      suggestionId: null,
      confidence: confidenceOf[row.source],
      recordedAt: now,
    };
    events.push({ ...common, id, kind: "held", quote: row.quote, cause: null, at: row.since });
    if (row.until !== null)
      events.push({ ...common, id: `${id}-end`, kind: "retracted", quote: null, cause: "import", at: row.until });
  }
  // Endings before beginnings at the same instant: a tag may end and begin again without a gap.
  const rank = (event: TagEvent) => (event.kind === "held" ? 1 : 0);
  events.sort((a, b) => a.at - b.at || rank(a) - rank(b));
  for (const event of events) {
    if (!known.has(event.id)) await tx.ledger.add([event]);
    if (event.kind === "held") step();
  }
}

async function importTask(tx: Tx, row: Row<"tasks">, now: number): Promise<void> {
  const known = await tx.tasks.find(row.id);
  const fields = {
    title: row.title,
    theme: row.theme,
    brief: row.brief,
    importance: row.importance,
    quota: row.quota,
    reward: row.reward,
    publishedAt: row.published_at,
    deadlineAt: row.deadline,
    status: row.status,
  };
  const briefs = new Map(known?.forms.map((form) => [form.form, form.brief]));
  const forms = row.forms.map((form) => ({ form, brief: briefs.get(form) ?? "" }));
  if (known) {
    await tx.tasks.save({ ...known, ...fields, forms, target: { ...known.target, segments: row.segments } });
    return;
  }
  await tx.tasks.add({
    id: row.id,
    ...fields,
    forms,
    target: { segments: row.segments, tags: [], exclude: { segments: [], tags: [] } },
    pushBudget: null,
    proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
    autopilot: false,
    briefVersion: 1,
    templateId: null,
    createdBy: null,
    createdAt: row.published_at ?? now,
    updatedAt: now,
  });
}

const stepTimes = [
  ["pushed", "pushed_at"],
  ["seen", "seen_at"],
  ["accepted", "accepted_at"],
  ["declined", "declined_at"],
  ["submitted", "submitted_at"],
  ["approved", "approved_at"],
  ["rejected", "rejected_at"],
] as const;

async function importAssignment(tx: Tx, row: Row<"assignments">, now: number): Promise<StepFact[]> {
  const known = await tx.tasks.assignmentFor(row.task, row.person);
  const id = known?.id ?? idOf(row.task, row.person);
  await put(tx, "assignment", ["task_id", "person_id"], {
    id,
    taskId: row.task,
    personId: row.person,
    form: row.form,
    policy: known?.policy ?? "import",
    plannedAt: known?.plannedAt ?? row.pushed_at,
    pushedAt: row.pushed_at,
    seenAt: row.seen_at,
    acceptedAt: row.accepted_at,
    declinedAt: row.declined_at,
    declineReason: row.decline_reason,
    submittedAt: row.submitted_at,
    approvedAt: row.approved_at,
    rejectedAt: row.rejected_at,
  });
  if (known?.policy && known.policy !== "import") return [];
  const facts = await tx.connection.sql.all<{ step: string }>("SELECT step FROM step_fact WHERE assignment_id = ?", id);
  const noted = new Set(facts.map((fact) => fact.step));
  const added: StepFact[] = [];
  for (const [step, column] of stepTimes) {
    const at = row[column];
    if (at === null || noted.has(step)) continue;
    const reason = step === "declined" ? row.decline_reason : null;
    added.push({
      assignmentId: id,
      taskId: row.task,
      personId: row.person,
      form: row.form,
      step,
      reason,
      at,
      recordedAt: now,
      byId: null,
    });
  }
  return added;
}

async function importSubmission(tx: Tx, row: Row<"submissions">): Promise<void> {
  const link = findLinks(row.url)[0];
  await put(tx, "submission", ["id"], {
    id: row.id,
    taskId: row.task,
    personId: row.person,
    platform: row.platform,
    url: row.url,
    postKey: link?.canonical ?? row.url,
    form: row.form,
    submittedAt: row.submitted_at,
    status: row.status,
    rawText: row.raw_text,
  });
}

async function importMetrics(tx: Tx, row: Row<"metrics">, now: number): Promise<void> {
  const { row: _, submission, at, completion_rate, ...figures } = row;
  await put(tx, "metric_snapshot", ["submission_id", "at", "source"], {
    id: idOf(submission, at, "import"),
    submissionId: submission,
    at,
    source: "import",
    ...figures,
    completionRate: completion_rate,
    recordedAt: now,
  });
}

async function importComment(tx: Tx, row: Row<"comments">, now: number): Promise<void> {
  const { row: _, submission, ...said } = row;
  const id = idOf(submission, said.at, said.author, said.text);
  await put(tx, "comment", ["submission_id", "at", "author", "text"], {
    id,
    submissionId: submission,
    ...said,
    recordedAt: now,
  });
}

/** The rule that a package's four lists say. */
export function ruleOf(entry: SegmentEntry): Rule {
  if (entry.rule !== undefined) return ruleSchema.parse(entry.rule);
  const tags = (keys: string[]): Rule[] => keys.map((tag) => ({ kind: "tag", tag }));
  const parts: Rule[] = tags(entry.all);
  if (entry.any.length > 0) parts.push({ kind: "any", of: tags(entry.any) });
  if (entry.none.length > 0) parts.push({ kind: "none", of: tags(entry.none) });
  if (entry.city.length > 0) parts.push({ kind: "city", cities: entry.city });
  return { kind: "all", of: parts };
}

async function importSegments(tx: Tx, data: DataPackage, now: number): Promise<void> {
  const segments: Segment[] = [];
  for (const entry of data.segments) {
    const rule = ruleOf(entry);
    const known = await tx.segments.find(entry.key);
    const changed = known && JSON.stringify(known.rule) !== JSON.stringify(rule);
    const segment: Segment = known
      ? { ...known, name: entry.name, rule, version: known.version + (changed ? 1 : 0), updatedAt: now }
      : {
          id: entry.key,
          name: entry.name,
          rule,
          version: 1,
          status: "active",
          createdBy: null,
          createdAt: now,
          updatedAt: now,
        };
    if (known) await tx.segments.save(segment);
    else await tx.segments.add(segment);
    segments.push(segment);
  }
  await rebuildStays(tx, segments, now);
}

/** Works out all stays of these segments from the tag history, and puts them in the place of what stood there. */
export async function rebuildStays(tx: Tx, segments: Segment[], now: number): Promise<void> {
  const { sql } = tx.connection;
  const holds = new Map<string, TagHold[]>();
  for (const person of await tx.people.all())
    if (!isStaff(person)) holds.set(person.id, await tx.ledger.holdsOf(person.id));
  for (const segment of segments) await sql.run("DELETE FROM segment_stay WHERE segment_id = ?", segment.id);
  for (const person of await tx.people.all()) {
    const own = holds.get(person.id);
    if (!own) continue;
    for (const segment of segments)
      for (const stay of staysOver(segment, person, own, now)) await tx.segments.enter(stay);
  }
}
