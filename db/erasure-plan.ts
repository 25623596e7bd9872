import type { SqlValue } from "./sql.ts";

/** Somebody to be forgotten: all the ids that are one person, their accounts, and where they are alone with koloop or an employee. */
export type Forgotten = {
  ids: string[];
  externalIds: string[];
  rooms: string[];
  conversations: string[];
  ghost: string;
};

type Step = { text: string; values: SqlValue[]; table: string };

const marks = (list: readonly string[]): string => list.map(() => "?").join(", ");

type By = "ids" | "externalIds" | "rooms" | "conversations";

/** Rows that go with the person, by table: which column names them. `later`: no index finds them, and the table may be large. */
const goes: readonly [table: string, column: string, by: By, when?: "later"][] = [
  // First: without it nobody can read what the person said, wherever a copy of it lies.
  ["data_key", "person_id", "ids"],
  ["subscription", "person_id", "ids"],
  ["conversation_member", "person_id", "ids"],
  ["conversation_member", "conversation_id", "conversations"],
  ["message", "from_id", "ids"],
  ["message", "conversation_id", "conversations"],
  ["conversation", "id", "conversations"],
  ["dialogue", "person_id", "ids"],
  ["person_change", "person_id", "ids", "later"],
  ["deed", "person_id", "ids"],
  ["deed", "about", "ids", "later"],
  ["moment", "person_id", "ids"],
  ["segment_stay", "person_id", "ids"],
  ["segment_due", "person_id", "ids"],
  ["identity", "person_id", "ids"],
  ["consent", "person_id", "ids"],
  ["suggestion", "person_id", "ids"],
  ["tag_event", "person_id", "ids"],
  ["tag_hold", "person_id", "ids"],
  ["outbox", "person_id", "ids"],
  ["outbox", "room", "rooms", "later"],
  ["card_place", "room", "rooms", "later"],
  ["intake_table", "person_id", "ids"],
  ["web_post", "from_id", "ids", "later"],
  ["web_post", "room_id", "rooms"],
  ["web_room_member", "person_id", "ids"],
  ["web_room_member", "room_id", "rooms"],
  ["web_room", "id", "rooms"],
  ["web_session", "person_id", "ids"],
  ["web_link", "person_id", "ids"],
  ["wecom_contact", "external_userid", "externalIds"],
  ["wecom_silenced", "external_userid", "externalIds"],
  ["wecom_pair_tag", "external_userid", "externalIds", "later"],
  ["wecom_draft", "external_userid", "externalIds"],
  ["wecom_mark", "external_userid", "externalIds", "later"],
  ["wecom_kf_session", "external_userid", "externalIds"],
  ["wecom_card", "room", "rooms"],
];

/** Rows that stay as counts: what they keep of the person is emptied, and they belong to somebody without a name. */
const stays: readonly { table: string; column: string; set: string; when?: "later" }[] = [
  {
    table: "assignment",
    column: "person_id",
    set: `decline_note = NULL, blocked = NULL,
      withdrawn_at = CASE WHEN submitted_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL THEN ? ELSE withdrawn_at END`,
  },
  { table: "step_fact", column: "person_id", set: "", when: "later" },
  { table: "step_fact", column: "by_id", set: "", when: "later" },
  { table: "decision", column: "person_id", set: "reasons = '[]', detail = NULL", when: "later" },
  {
    table: "submission",
    column: "person_id",
    set: "url = '', post_key = 'erased:' || id, raw_text = '', review_note = NULL",
  },
  { table: "metric_snapshot", column: "by_id", set: "", when: "later" },
];

/**
 * What one person's forgetting changes at once, in the tables whose columns name people and where an index finds them; the order matters
 * only for comments. What comes `later` is found by the sweep (`erasure-sweep.ts`).
 */
export function erasureSteps(who: Forgotten, at: number): Step[] {
  const steps: Step[] = [
    {
      table: "comment",
      // What others said below the person's posts counts on, without words and without names.
      text: `UPDATE comment SET author = id, text = '', keywords = NULL
        WHERE submission_id IN (SELECT id FROM submission WHERE person_id IN (${marks(who.ids)}))`,
      values: who.ids,
    },
  ];
  for (const scope of ["weight", "weight_change"])
    steps.push({
      table: scope,
      text: `DELETE FROM ${scope} WHERE scope = 'person' AND scope_key IN (${marks(who.ids)})`,
      values: who.ids,
    });
  for (const { table, column, set, when } of stays)
    if (when !== "later")
      steps.push({
        table,
        text: `UPDATE ${table} SET ${column} = ?${set ? `, ${set}` : ""} WHERE ${column} IN (${marks(who.ids)})`,
        values: [who.ghost, ...(set.includes("?") ? [at] : []), ...who.ids],
      });
  if (who.rooms.length > 0)
    steps.push({
      table: "outbox",
      text: `DELETE FROM outbox WHERE status = 'waiting' AND room IN (${marks(who.rooms)})`,
      values: who.rooms,
    });
  for (const [table, column, by, when] of goes)
    if (when !== "later" && who[by].length > 0)
      steps.push({
        table,
        text: `DELETE FROM ${table} WHERE ${column} IN (${marks(who[by])})`,
        values: who[by],
      });
  return steps;
}

/** Whether a row of this table goes with the person. */
export const goesWith = (who: Forgotten, name: string, row: Record<string, SqlValue>): boolean =>
  goes.some(([table, column, by]) => table === name && who[by].includes(String(row[column])));

/** What a row that stays loses, where it names the person: the columns that change, as SQL sets them. */
export const losesFor = (
  who: Forgotten,
  name: string,
  row: Record<string, SqlValue>,
): { column: string; set: string }[] =>
  stays.filter(
    ({ table, column, when }) => when === "later" && table === name && who.ids.includes(String(row[column])),
  );

/** The conditions that find every row of a person, by table. */
export function personalRows(who: Forgotten): { table: string; where: string; values: string[] }[] {
  return [
    ...goes.map(([table, column, by]) => ({ table, column, values: who[by] })),
    ...stays.map(({ table, column }) => ({ table, column, values: who.ids })),
  ].flatMap(({ table, column, values }) =>
    values.length === 0 ? [] : [{ table, where: `${column} IN (${marks(values)})`, values }],
  );
}

/**
 * Where koloop itself writes about people: names and quotes are blacked out here. Elsewhere the words belong to others (what another
 * customer said, the text of a task), and a nickname such as 开心 would take their words away.
 */
export const writtenByKoloop: readonly (readonly [table: string, column: string])[] = [
  ["outbox", "body"],
  ["outbox", "last_error"],
  ["card_place", "body"],
  ["web_post", "body"],
  ["web_room", "title"],
  ["conversation", "title"],
  ["dialogue", "state"],
  ["setting", "key"],
  ["setting", "value"],
  ["moment", "reason"],
  ["intake_table", "rows"],
  ["dead_event", "body"],
  ["dead_event", "error"],
  ["subscription", "question"],
  ["subscription", "context"],
  ["segment_stay", "entry_reason"],
  ["segment_stay", "exit_reason"],
  ["wecom_draft", "error"],
  ["wecom_mark", "error"],
];
