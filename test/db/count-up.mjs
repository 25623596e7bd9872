// The other process of sqlite.test.ts: reads a number and writes the next, in immediate transactions.
import Database from "better-sqlite3";

const [, , path, rounds] = process.argv;
const db = new Database(path, { timeout: 5000 });
const next = db.transaction(() => {
  const { value } = db.prepare("SELECT value FROM setting WHERE key = 'sum'").get();
  db.prepare("UPDATE setting SET value = ? WHERE key = 'sum'").run(String(Number(value) + 1));
});
for (let i = 0; i < Number(rounds); i++) next.immediate();
db.close();
