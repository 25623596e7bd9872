import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPostgres, type TestServer } from "../setup/postgres.ts";
import { countedIn, type Desk, isRight, openDesk, questionsIn } from "../setup/question-judge.ts";

describe("our own questions on PostgreSQL", () => {
  let server: TestServer;
  let desk: Desk;
  beforeAll(async () => {
    server = await startPostgres();
    desk = await openDesk(await server.create("answers"));
  });
  afterAll(async () => {
    await desk?.close();
    await server?.stop();
  });

  it("have the same answers as on SQLite", async () => {
    const wrong: string[] = [];
    for (const q of questionsIn("test/db/own-questions.jsonl"))
      if (!isRight(q, (await desk.answered(q)).answer)) wrong.push(`${q.id} ${q.question}`);

    expect(wrong).toEqual([]);
  });

  it("show as many rows behind a figure as it counted", async () => {
    for (const q of questionsIn("test/db/own-questions.jsonl")
      .filter((q) => q.answer.type === "number")
      .slice(0, 60)) {
      const { query, answer } = await desk.answered(q);
      if (!("rows" in answer) || answer.rows > 500 || query.measures[0] === "segment_net" || query.countGroups)
        continue;
      const rows = await desk.rows(query, 1000);
      if (rows.length > 0) expect(countedIn(rows, query), q.question).toBe(answer.rows);
    }
  });
});
