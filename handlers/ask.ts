import type { Tx } from "#db/store.ts";
import { type Asker, refusalOf } from "#domain/answer-rights.ts";
import type { Catalog, Named } from "#domain/catalog.ts";
import { measureOf } from "#domain/measures.ts";
import type { Person } from "#domain/person.ts";
import type { Answer, Choice, Query } from "#domain/query.ts";
import { may, standingOf } from "#domain/rights.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { isoDate } from "#domain/zone.ts";
import type { ReadQuestion } from "#nlp/question/reader.ts";
import type { Reading } from "#nlp/question/understand.ts";
import { ledBy } from "./reach.ts";

export type Asking = {
  question: string;
  context: readonly string[];
  asker: Asker;
  now: number;
  zone: string;
  taxonomy: Taxonomy;
  readQuestion: ReadQuestion;
};
/** `isUnderstood`: it was a question about figures, whether it could be answered or not. `also`: answers to the other questions of the sentence. */
export type Asked = { query: Query; answer: Answer; catalog: Catalog; isUnderstood: boolean; also: Asked[] };

/** Reads a question, looks at rights before anything else, and answers it from the tables. */
export async function ask(tx: Tx, asking: Asking): Promise<Asked> {
  const { asker, now, zone, taxonomy } = asking;
  const catalog = await tx.answers.catalog(taxonomy);
  const reading = asking.readQuestion(asking.question, { catalog, asker, now, zone, context: asking.context });
  const first = await answerReading(tx, asking, catalog, reading);
  const also: Asked[] = [];
  for (const other of reading.next)
    also.push(await answerReading(tx, asking, catalog, aboutTheFirst(other, also.at(-1) ?? first)));
  return { ...first, also };
}

/** What is asked of the one that comes first, once it is known which that is. */
function aboutTheFirst(reading: Reading, { answer }: Asked): Reading {
  const { ofTopBy: by, query } = reading;
  const top = answer.type === "ranking" ? answer.value[0]?.label : undefined;
  if (!by || top === undefined) return reading;
  return { ...reading, query: { ...query, filters: { ...query.filters, [by]: { in: [top] } } } };
}

async function answerReading(tx: Tx, asking: Asking, catalog: Catalog, reading: Reading): Promise<Asked> {
  const { asker, now, zone } = asking;
  const query = asksOfSelf(asker) ? ownQuery(reading.query, asker.id) : teamQuery(reading.query, asking);
  const ownTasks = asksOfSelf(asker) ? await tx.answers.tasksPushedTo(asker.id) : new Set<string>();
  const isOwn =
    reading.isOwn ||
    (asksOfSelf(asker) && (isTacitlyOwn(reading.query) || reading.clarify !== null || reading.unknown !== null));
  const isUnderstood =
    reading.unknown !== null ||
    (reading.clarify !== "not-understood" && reading.clarify !== null) ||
    query.measures.length > 0;
  const found = { query, catalog, isUnderstood, also: [] };
  const refused = refusalOf(asker, {
    query,
    people: reading.people.map((p) => ({ id: p.id, owner: catalog.owners.get(p.id) ?? null })),
    koes: reading.koes.map((k) => k.id),
    namesKoes: reading.namesKoes,
    namesOthers: reading.namesOthers,
    isOwn,
    ownTasks,
  });
  if (refused) return { ...found, answer: { type: "refuse", why: refused } };
  if (reading.unknown) return { ...found, answer: { type: "unknown", ...reading.unknown } };
  if (reading.clarify)
    return {
      ...found,
      answer: { type: "clarify", why: reading.clarify, choices: choicesOf(asking, reading.doubts) },
    };
  const allowed = isOwn && asksOfSelf(asker) ? ownPerson(query, asker.id) : query;
  return { ...found, query: allowed, answer: dated(await tx.answers.answer(allowed, now), zone) };
}

/** Members ask about themselves alone. */
const asksOfSelf = ({ role }: Asker): boolean =>
  may({ roles: [role] }, "answer.ask", "own") && !may({ roles: [role] }, "answer.ask", "team");

const speaksOfTeam = /我们?的?小?(?:组|团队)|(?:本|咱们?)(?:小?组|团队)|\b(?:my|our) team\b/i;

/** `我们组有多少客户`, asked by who leads the team: of the people of all its employees. */
function teamQuery(query: Query, { asker, question }: Asking): Query {
  const { koe } = query.filters;
  const isOwn = koe === undefined || (koe.not === undefined && koe.in?.every((id) => id === asker.id));
  if (!asker.led?.size || !isOwn || !speaksOfTeam.test(question)) return query;
  return { ...query, filters: { ...query.filters, koe: { in: [asker.id, ...asker.led] } } };
}

/** What a KOC asks without saying of whom is asked of themselves, where it could be asked of nobody else. */
function isTacitlyOwn(query: Query): boolean {
  const measure = query.measures[0];
  if (!measure || !["task", "period", "reason", undefined].includes(query.group?.by)) return false;
  const { segment, tag, city, koe, person, theme, task, channel, role } = query.filters;
  if (segment || tag || city || koe || person || theme || task || channel || role) return false;
  return ["assignments", "submissions", "tasks"].includes(measureOf(measure).subject) || measure === "influence";
}

const ownQuery = (query: Query, id: string): Query => (query.measures[0] === "tasks" ? ownPerson(query, id) : query);

/** A question about nobody else: only rows of this person can come into it. */
function ownPerson(query: Query, id: string): Query {
  if (query.measures[0] === "task_field") return query;
  return { ...query, filters: { ...query.filters, person: { in: [id] } } };
}

function choicesOf({ question }: Asking, doubts: readonly { text: string; choices: readonly Named[] }[]): Choice[] {
  const doubt = doubts[0];
  if (!doubt) return [];
  const kind: Partial<Record<Named["kind"], string>> = { segment: "分群", theme: "主题", task: "任务", tag: "标签" };
  return doubt.choices.slice(0, 6).map((choice) => {
    const clear =
      choice.kind === "person" || choice.kind === "koe" ? choice.id : `${choice.name}${kind[choice.kind] ?? ""}`;
    const label =
      choice.kind === "person" || choice.kind === "koe"
        ? `${choice.name} (${choice.id})`
        : `${choice.name}${kind[choice.kind] ? ` · ${kind[choice.kind]}` : ""}`;
    return { label, say: question.replace(doubt.text, clear) };
  });
}

/** Times become dates in the reader's zone. */
function dated(answer: Answer, zone: string): Answer {
  if (answer.type !== "list" && answer.type !== "ranking" && answer.type !== "series") return answer;
  const value = answer.value.map((row) =>
    /^@\d+$/.test(row.label)
      ? { ...row, label: isoDate(Number(row.label.slice(1)), zone), name: isoDate(Number(row.label.slice(1)), zone) }
      : row,
  );
  return { ...answer, value };
}

/** Somebody with several roles asks as the one that sees most; who leads a team asks for its people as well. */
export async function askerOf(tx: Tx, person: Pick<Person, "id" | "roles">): Promise<Asker> {
  const standing = standingOf(person);
  const role = standing === "manager" || standing === "koe" ? standing : "koc";
  return { id: person.id, role, led: await ledBy(tx, person, "answer.ask") };
}

/** What people read for an id of the catalog; the id itself where it has no name. */
export function nameIn(catalog: Catalog): (kind: string, id: string) => string {
  const names = new Map(catalog.named.map((n) => [`${n.kind === "koe" ? "person" : n.kind} ${n.id}`, n.name]));
  return (kind, id) => names.get(`${kind === "koe" ? "person" : kind} ${id}`) ?? id;
}
