import { isStaff } from "#domain/person.ts";
import { type Rule, type Segment, tagsOf } from "#domain/segment.ts";
import { staysOver } from "#domain/segment-history.ts";
import type { TagEvent, TagHold } from "#domain/tag.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { currentTag, ruleWith } from "#domain/vocabulary-care.ts";
import { checkReferences } from "./package-check.ts";
import type { DataPackage, Row, SegmentEntry, TeamRow } from "./package-format.ts";
import { commentOf, idOf, importAssignments, importTask, snapshotOf, submissionOf } from "./package-import-tasks.ts";
import { putAll } from "./put-all.ts";
import { toRow } from "./rows.ts";
import { ruleSchema } from "./segments.ts";
import type { Tx } from "./store.ts";

export type ImportOptions = { taxonomy: Taxonomy; now: number; progress: (done: number, total: number) => void };

/** Confidence of a tag at its first evidence, by where it comes from. */
const confidenceOf = { koe: 1, self: 1, import: 0.8, behaviour: 0.7, machine: 0.6 } as const;

/**
 * Brings a package into the database inside the caller's transaction; the same package again changes nothing. Throws `PackageError`
 * where rows name people, tasks, tags or hand-ins that do not exist. Whoever has asked to be forgotten is left out with all that hangs
 * on them; returns a line for each.
 */
export async function importPackage(tx: Tx, whole: DataPackage, options: ImportOptions): Promise<string[]> {
  await checkReferences(tx, whole, options.taxonomy);
  const { data, left } = await withoutForgotten(tx, whole);
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
  const stepAll = (rows: readonly unknown[]) => rows.forEach(step);
  await importPeople(tx, data.people, options.now, step);
  await importTeams(tx, data.teams, options.now);
  await importTags(tx, data.tags, options, step);
  const addresses = new Map<string, string[]>();
  for (const { task, address } of data.materials ?? []) addresses.set(task, [...(addresses.get(task) ?? []), address]);
  for (const task of data.tasks)
    await importTask(tx, task, data.materials && (addresses.get(task.id) ?? []), options.now);
  const facts = await importAssignments(tx, data.assignments, options.now);
  stepAll(data.assignments);
  // In the order in which they happened: the learner follows the log, and time does not run backwards in it.
  for (const fact of facts.sort((a, b) => a.at - b.at)) await tx.tasks.addStep(fact);
  const { sql } = tx.connection;
  await putAll(sql, "submission", ["id"], data.submissions.map(submissionOf));
  stepAll(data.submissions);
  const snapshots = data.metrics.map((row) => snapshotOf(row, options.now));
  await putAll(sql, "metric_snapshot", ["submission_id", "at", "source"], snapshots);
  stepAll(data.metrics);
  const comments = data.comments.map((row) => commentOf(row, options.now));
  await putAll(sql, "comment", ["submission_id", "at", "author", "text"], comments);
  stepAll(data.comments);
  await importSegments(tx, data, options);
  options.progress(total, total);
  return left;
}

/** A package without the people who asked to be forgotten, their tags, tasks and posts, and a line for each of them. */
async function withoutForgotten(tx: Tx, whole: DataPackage): Promise<{ data: DataPackage; left: string[] }> {
  const gone = await tx.erasure.forgottenAmong(whole.people.map((row) => row.id));
  if (gone.size === 0) return { data: whole, left: [] };
  const left = whole.people
    .filter((row) => gone.has(row.id))
    .map(
      (row) =>
        `people.csv 第 ${row.row} 行 / row ${row.row}: ${row.id} 要求过被忘记,没有导入 / asked to be forgotten, not imported`,
    );
  const stays = (row: { person: string }) => !gone.has(row.person);
  const posts = new Set(whole.submissions.filter((row) => !stays(row)).map((row) => row.id));
  const ofPost = (row: { submission: string }) => !posts.has(row.submission);
  const people = whole.people.filter((row) => !gone.has(row.id));
  const data: DataPackage = {
    ...whole,
    people: people.map((row) => (row.owner !== null && gone.has(row.owner) ? { ...row, owner: null } : row)),
    tags: whole.tags.filter(stays),
    assignments: whole.assignments.filter(stays),
    submissions: whole.submissions.filter(stays),
    metrics: whole.metrics.filter(ofPost),
    comments: whole.comments.filter(ofPost),
    teams: whole.teams.filter(stays),
  };
  return { data, left };
}

async function importTeams(tx: Tx, rows: readonly TeamRow[], now: number): Promise<void> {
  for (const row of rows) {
    const known = await tx.teams.named(row.team);
    const id = known?.id ?? idOf("team", row.team);
    if (!known) await tx.teams.add({ id, name: row.team, at: now });
    if (row.leads === "yes") await tx.teams.lead(id, row.person, now);
    else await tx.teams.join(id, row.person);
  }
}

async function importPeople(tx: Tx, rows: Row<"people">[], now: number, step: () => void): Promise<void> {
  const { sql } = tx.connection;
  const ids = async (text: string) => new Set((await sql.all<{ id: string }>(text)).map((row) => row.id));
  const known = await ids("SELECT id FROM person");
  const reached = await ids("SELECT external_id AS id FROM identity WHERE channel = 'web'");
  for (const row of rows) {
    await importPerson(tx, row, { now, isKnown: known.has(row.id), isReached: reached.has(row.id) });
    step();
  }
}

type Standing = { now: number; isKnown: boolean; isReached: boolean };

async function importPerson(tx: Tx, row: Row<"people">, { now, isKnown, isReached }: Standing): Promise<void> {
  const fields = {
    name: row.name,
    roles: row.roles.join(" "),
    city: row.city,
    ownerId: row.owner,
    joinedAt: row.joined_at,
    consent: row.consent,
    homeChannel: row.channel,
  };
  if (!isKnown) {
    await tx.connection.sql.insert("person", toRow({ id: row.id, ...fields, createdAt: now, updatedAt: now }));
    await tx.connection.sql.insert("person_change", { person_id: row.id });
  } else await tx.people.change(row.id, { ...fields, roles: row.roles, updatedAt: now });
  // Everybody can be reached in the built-in messenger; other channels are linked when the person writes there.
  if (!isReached) {
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

/** A tag that was merged since comes in as the one that took its place; its id stays, so that the row is known when it comes again. */
async function importTags(
  tx: Tx,
  rows: Row<"tags">[],
  { taxonomy, now }: Pick<ImportOptions, "taxonomy" | "now">,
  step: () => void,
): Promise<void> {
  const known = new Set((await tx.connection.sql.all<{ id: string }>("SELECT id FROM tag_event")).map((row) => row.id));
  const events: TagEvent[] = [];
  for (const row of rows) {
    const id = idOf(row.person, row.tag, row.since);
    const common = {
      personId: row.person,
      tag: currentTag(taxonomy, row.tag),
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
  await tx.ledger.addAll(events.filter((event) => !known.has(event.id)));
  rows.forEach(step);
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

async function importSegments(tx: Tx, data: DataPackage, options: ImportOptions): Promise<void> {
  const { taxonomy, now } = options;
  const segments: Segment[] = [];
  for (const entry of data.segments) {
    const written = ruleOf(entry);
    const rule = tagsOf(written).reduce((one, tag) => ruleWith(one, tag, currentTag(taxonomy, tag)), written);
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
