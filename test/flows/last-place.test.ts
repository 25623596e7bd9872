import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "#bot/database.ts";
import { newAssignment, type Submission, type Task } from "#domain/task.ts";
import { freshDatabase, freshStore } from "../setup/database.ts";
import { addPerson } from "../setup/koloop.ts";
import { startPostgres } from "../setup/postgres.ts";

const processFile = join(import.meta.dirname, "..", "fakes", "koloop-process.mjs");
const taskIds = Array.from({ length: 16 }, (_, n) => `T${n}`);

beforeAll(async () => {
  const { build } = (await import("../../scripts/build.mjs" as string)) as { build: () => Promise<number> };
  await build();
});

async function worker(database: string, shown: string, done: Set<string>): Promise<ChildProcess> {
  const env = { ...process.env, KOLOOP_QUIET_HOURS: "off" };
  const child = spawn(process.execPath, [processFile, database, shown], { stdio: ["pipe", "pipe", "inherit"], env });
  await new Promise<void>((ready, failed) => {
    child.once("exit", (code) => failed(new Error(`koloop ended with ${code}`)));
    createInterface({ input: child.stdout! }).on("line", (line) => (line === "ready" ? ready() : done.add(line)));
  });
  child.removeAllListeners("exit");
  return child;
}

const tap = (who: string, eventId: string, action: object) => ({
  ...{ eventId, from: who, address: { channel: "web", room: `bot:${who}` }, roomKind: "bot" },
  ...{ at: Date.now(), type: "tap", action },
});

const taskOf = (id: string, now: number): Task => ({
  ...{ id, title: `任务${id}`, theme: `主题${id}`, brief: "", materials: [], status: "open", autopilot: false },
  target: { segments: [], tags: [], exclude: { segments: [], tags: [] } },
  forms: [{ form: "video", brief: "" }],
  proof: { platforms: [], count: 1, mustMention: [], newerThanTask: true },
  ...{ importance: 3, quota: 1, pushBudget: null, reward: 0, templateId: null, createdBy: "M1", briefVersion: 1 },
  ...{ publishedAt: now - 1000, deadlineAt: now + 86_400_000, createdAt: now - 1000, updatedAt: now - 1000 },
});

describe("a task's last place, given by one process while another takes it", () => {
  it.each(["SQLite", "PostgreSQL"])(
    "is either taken in time or refused: no task ends with somebody left at work on it, on %s",
    async (kind) => {
      const file = freshDatabase();
      const server = kind === "PostgreSQL" ? await startPostgres() : undefined;
      const database = server ? await server.create("places") : file;
      const store = server ? (await openDatabase(database)).store : await freshStore(file);
      onTestFinished(async () => {
        if (!server) return;
        await store.close();
        await server.stop();
      });
      const now = Date.now();
      await store.transaction(async (tx) => {
        await addPerson(tx, { id: "M1", name: "莫经理", roles: ["manager"], ownerId: null });
        await addPerson(tx, { id: "A", name: "交稿的", roles: ["koc"], ownerId: null });
        for (const id of taskIds) {
          await addPerson(tx, { id: `K${id}`, name: `群友${id}`, roles: ["koc"], ownerId: null });
          await tx.tasks.add(taskOf(id, now));
          const about = { id: `a${id}`, taskId: id, personId: "A", form: "video", wave: 1, policy: "manual" as const };
          const [pushedAt, acceptedAt, submittedAt] = [now - 900, now - 800, now - 700];
          await tx.tasks.addAssignment({ ...newAssignment(about, now - 900), pushedAt, acceptedAt, submittedAt });
          const piece = { id: `s${id}`, taskId: id, personId: "A", platform: "other", url: `https://v.example/${id}` };
          const rest = {
            form: "video",
            submittedAt,
            rawText: "",
            reviewedBy: null,
            reviewedAt: null,
            reviewNote: null,
          };
          await tx.submissions.add({ ...piece, ...rest, postKey: id, status: "pending" } satisfies Submission);
        }
      });
      const done = new Set<string>();
      const one = await worker(database, `${file}.one`, done);
      // SQLite belongs to one process at a time: there both halves of the race come to the same one.
      const other = server ? await worker(database, `${file}.other`, done) : one;

      for (const id of taskIds) {
        const halves: [ChildProcess, object][] = [
          [one, tap("M1", `approve-${id}`, { type: "review.approve", id: `s${id}` })],
          [other, tap(`K${id}`, `take-${id}`, { type: "task.take", id, arg: "video" })],
        ];
        for (const [child, event] of Math.random() < 0.5 ? halves : halves.reverse())
          child.stdin?.write(`${JSON.stringify(event)}\n`);
      }
      await expect.poll(() => done.size).toBe(2 * taskIds.length);
      for (const child of new Set([one, other])) {
        child.stdin?.write(`${JSON.stringify({ type: "finish" })}\n`);
        await new Promise((resolve) => child.once("exit", resolve));
      }

      const ends = await store.read(async (tx) => {
        const all = [];
        for (const id of taskIds) {
          const taken = await tx.tasks.assignmentFor(id, `K${id}`);
          const isAtWork = taken !== undefined && taken.acceptedAt !== null && taken.withdrawnAt === null;
          all.push({ status: (await tx.tasks.find(id))?.status, approved: await tx.tasks.countApproved(id), isAtWork });
        }
        return all;
      });
      for (const end of ends)
        expect(end).toEqual({ status: end.isAtWork ? "open" : "closed", approved: 1, isAtWork: end.isAtWork });
    },
  );
});
