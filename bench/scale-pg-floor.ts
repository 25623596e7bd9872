// The limit for `scale-cluster.ts`: what koloop says to PostgreSQL for a group of messages, statement for statement, by the bare client and with nothing
// decided. Takes the same orders as `scale-worker.ts`.
import pg from "pg";
import { answerOrders } from "./orders.ts";
import { employees } from "./scale-peers.ts";

type Order = { take?: { from: number; count: number }; end?: true };
type Row = Record<string, string | number | null>;

/** As many as koloop has in flight share a commit. */
const atOnce = 64;
const dayMs = 86_400_000;

const client = new pg.Client({ connectionString: process.env.DATABASE_URL ?? "" });
await client.connect();

const names = new Map<string, string>();
function say(text: string, values: unknown[]): Promise<unknown> {
  let name = names.get(text);
  if (name === undefined) {
    name = `f${names.size}`;
    names.set(text, name);
  }
  return client.query({ name, text, values });
}

const among = "(SELECT * FROM unnest(CAST($1 AS text[]), CAST($2 AS text[])))";
const wanted = "unnest(CAST($1 AS text[])) AS wanted (id) JOIN";
const reads = {
  seen: `SELECT channel, event_id FROM seen_event WHERE (channel, event_id) IN ${among}`,
  talks: `SELECT * FROM conversation WHERE (channel, room) IN ${among}`,
  accounts: `SELECT * FROM identity WHERE (channel, external_id) IN ${among}`,
  people: `SELECT p.* FROM ${wanted} person p ON p.id = wanted.id`,
  rooms: `SELECT i.* FROM ${wanted} identity i ON i.person_id = wanted.id ORDER BY i.last_seen_at DESC`,
  consents: `SELECT c.* FROM ${wanted} consent c ON c.person_id = wanted.id AND c.kind IN ('capture', 'push')`,
  asked: `SELECT s.* FROM ${wanted} suggestion s ON s.person_id = wanted.id AND s.status IN ('open', 'rejected')`,
  held: `SELECT h.* FROM ${wanted} tag_hold h ON h.person_id = wanted.id AND h.until IS NULL`,
  locks:
    "SELECT name, pg_try_advisory_xact_lock(hashtextextended(name, 0)) FROM (SELECT DISTINCT json_array_elements_text(CAST($1 AS json)) AS name) AS wanted",
  segments: "SELECT count(*) AS n, sum(version) AS v, max(updated_at) AS u FROM segment WHERE status = 'active'",
  learned: "SELECT * FROM weight WHERE scope = 'tag' AND name = 'asked' AND scope_key IN ($1, $2)",
  wake: "SELECT (graphile_worker.add_job('deliver:probe', '{}'::json, max_attempts := 3)).id",
};

const clashes: Record<string, string> = {
  seen_event: "ON CONFLICT (channel, event_id) DO NOTHING",
  conversation_member:
    "ON CONFLICT (conversation_id, person_id) DO UPDATE SET left_at = NULL WHERE conversation_member.left_at IS NOT NULL",
  segment_due:
    "ON CONFLICT (person_id, segment_id) DO UPDATE SET due_at = excluded.due_at WHERE segment_due.due_at > excluded.due_at",
  deed: "ON CONFLICT (person_id, kind, about, day) DO UPDATE SET count = deed.count + 1",
  outbox: "ON CONFLICT (dedupe_key) DO NOTHING",
};

function put(table: string, rows: Row[]): Promise<unknown> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  const from = `SELECT ${columns} FROM json_populate_recordset(NULL::${table}, $1)`;
  return say(`INSERT INTO ${table} (${columns}) ${from} ${clashes[table] ?? ""}`, [JSON.stringify(rows)]);
}

const tags = ["pet_family", "business_traveler"];
/** As long as the card of two questions that koloop writes. */
const body = JSON.stringify({
  type: "card",
  card: { v: 1, blocks: "有宠".repeat(33), buttons: "confirm ".repeat(66) },
});

/** The rows of one message; ids are as long as koloop's. */
function rowsOf(n: number, at: number): Record<string, Row[]> {
  const id = (kind: string) => `${kind}${String(n).padStart(15, "0")}`;
  const [customer, employee] = [`C${n}`, `E${n % employees}`];
  const [conversation_id, message_id, card] = [id("v"), id("m"), id("c")];
  const event = { channel: "probe", event_id: `event-${n}` };
  return {
    seen_event: [{ ...event, at }],
    conversation: [
      {
        id: conversation_id,
        channel: "probe",
        room: `direct:${customer}`,
        kind: "direct",
        title: null,
        created_at: at,
      },
    ],
    conversation_member: [{ conversation_id, person_id: customer, joined_at: at }],
    message: [
      {
        ...{ id: message_id, conversation_id, ...event, from_id: customer, at },
        ...{ text: `我家养了猫,这个月又要出差 ${n} 次`, deleted_at: null },
      },
    ],
    segment_due: [{ person_id: customer, segment_id: "#look", due_at: at + 600_000 }],
    deed: tags.map((about) => ({
      ...{ person_id: customer, kind: "topic", about, day: Math.floor(at / dayMs), count: 1 },
    })),
    suggestion: tags.map((tag) => ({
      ...{
        id: id(tag.slice(0, 1)),
        card_id: card,
        person_id: customer,
        tag,
        kind: "hold",
        quote: "养了猫",
        message_id,
      },
      ...{ conversation_id, asked_of: employee, score: 0.9, evidence: "[]", status: "open", created_at: at },
      ...{ expires_at: at + dayMs, answered_at: null, answered_by: null },
    })),
    outbox: [
      {
        ...{ id: id("o"), channel: "probe", room: `bot:${employee}`, person_id: employee, card_key: card },
        ...{ purpose: "card", dedupe_key: null, body, reply: null, assignment_id: null, run_at: at, attempts: 0 },
        ...{ created_at: at, status: "waiting" },
      },
    ],
  };
}

async function group(from: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, k) => from + k);
  const [customers, owners] = [numbers.map((n) => `C${n}`), [...new Set(numbers.map((n) => `E${n % employees}`))]];
  const channels = numbers.map(() => "probe");
  const rooms = numbers.map((n) => `direct:C${n}`);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
  await Promise.all([
    say(reads.seen, [channels, numbers.map((n) => `event-${n}`)]),
    say(reads.talks, [channels, rooms]),
  ]);
  await say(reads.accounts, [channels, customers]);
  await say(reads.people, [customers]);
  await Promise.all([say(reads.people, [owners]), say(reads.rooms, [owners])]);
  for (const text of [reads.consents, reads.asked, reads.held]) await say(text, [customers]);
  await say(reads.locks, [JSON.stringify(rooms)]);
  await say(reads.segments, []);
  await say(reads.learned, tags);
  await say(reads.wake, []);
  const messages = numbers.map((n) => rowsOf(n, Date.now()));
  for (const table of Object.keys(messages[0] ?? {}))
    await put(
      table,
      messages.flatMap((rows) => rows[table] ?? []),
    );
  await client.query("COMMIT");
}

async function follow({ take, end }: Order): Promise<unknown> {
  if (take) {
    const begun = performance.now();
    for (let done = 0; done < take.count; done += atOnce)
      await group(take.from + done, Math.min(atOnce, take.count - done));
    return performance.now() - begun;
  }
  if (end) {
    await client.end();
    process.disconnect();
  }
  return undefined;
}

answerOrders(follow);
