import Database from "better-sqlite3";
import { expect, it } from "vitest";
import type { Sql } from "#db/sql.ts";
import { freshDatabase } from "../setup/database.ts";
import { addCast, startKoloop } from "../setup/koloop.ts";

/** Tables that grow with what people say: whatever an event asks of them goes through an index. */
const large = [
  "message",
  "seen_event",
  "tag_event",
  "tag_hold",
  "segment_stay",
  "outbox",
  "suggestion",
  "person",
  "identity",
  "deed",
];

it("nothing that a message, a tap or a delivery asks of a large table reads all of it", async () => {
  const path = freshDatabase();
  const koloop = await startKoloop({}, `file:${path}`);
  await addCast(koloop);
  const asked = new Set<string>();
  await koloop.store.transaction(async ({ connection: { sql } }) => noting(sql, asked));

  await koloop.channel.write("C1", "direct:C1:E1", "我家养了两只猫");
  await koloop.settle();
  await koloop.channel.press("E1", "bot:E1", "确认");
  await koloop.settle();

  expect(asked.size).toBeGreaterThan(20);
  const db = new Database(path, { readonly: true });
  const scans = [...asked].filter((text) => {
    const plan = db
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all(...Array.from({ length: text.replace(/'[^']*'/g, "").split("?").length - 1 }, () => null)) as {
      detail: string;
    }[];
    return plan.some(({ detail }) => readsAll(detail, text));
  });
  db.close();
  expect(scans).toEqual([]);
});

function noting(sql: Sql, asked: Set<string>): void {
  for (const name of ["all", "get", "run"] as const) {
    const own = sql[name] as (text: string, ...values: never[]) => Promise<never>;
    Object.assign(sql, {
      [name]: (text: string, ...values: never[]) => {
        asked.add(text);
        return own(text, ...values);
      },
    });
  }
}

/** `SCAN t` reads the whole table; `SCAN t USING INDEX` reads a whole index, which is as long. A plan names a table by its alias. */
function readsAll(detail: string, text: string): boolean {
  const name = /^SCAN (\w+)/.exec(detail)?.[1];
  if (name === undefined) return false;
  const table = new RegExp(`\\b(\\w+)\\s+(?:AS\\s+)?${name}\\b`, "i").exec(text)?.[1] ?? name;
  return large.includes(name) || large.includes(table);
}
