import { describe, expect, it } from "vitest";
import { runPolicy } from "#bot/commands/policy.ts";

const init = {
  type: "init",
  seq: 1,
  protocol: 1,
  seed: 7,
  at: "2026-03-02T00:00:00.000Z",
  round_days: 7,
  forms: ["video", "photo_text"],
  caps: { pushes_per_person_per_week: 2, quiet_hours: { from: "22:00", to: "08:00" } },
  segments: [{ id: "road", rule: { all: [], any: ["camping"], none: [] } }],
  people: Array.from({ length: 20 }, (_, i) => ({
    id: `p${i}`,
    tags: i % 2 ? ["camping"] : ["single"],
    city: "上海",
    roles: ["koc"],
    consent: { push: i !== 3 },
    active_hours: [],
    tz_offset_min: 480,
  })),
};
const task = {
  type: "task",
  seq: 2,
  at: "2026-03-02T01:00:00.000Z",
  round: 0,
  id: "t1",
  theme: "camping_power",
  brief: "露营外放电攻略",
  brief_version: 1,
  importance: 3,
  segments: ["road"],
  eligible: { all: [], any: [], none: ["single"] },
  forms: ["video", "photo_text"],
  quota: 5,
  push_budget: 6,
  closes_at: "2026-03-10T01:00:00.000Z",
};
const close = { type: "close", seq: 3, at: "2026-03-10T01:00:00.000Z", task: "t1", theme: "camping_power" };
const end = { type: "end", seq: 4, at: "2026-03-11T01:00:00.000Z" };

async function play(...lines: (object | string)[]) {
  const [out, err]: [string[], string[]] = [[], []];
  async function* input() {
    for (const line of lines) yield typeof line === "string" ? line : JSON.stringify(line);
  }
  const code = await runPolicy(
    input(),
    (line) => out.push(line),
    (line) => err.push(line),
  );
  return { code, out, answers: out.map((line) => JSON.parse(line)), err };
}

describe("koloop policy", () => {
  it("answers each question of a world, obeying consent, eligibility and budget", async () => {
    const { code, answers } = await play(init, task, close, end);

    expect(code).toBe(0);
    expect(answers.map((a) => a.re)).toEqual([1, 2, 3, 4]);
    const pushes = answers[1].pushes as { person: string; reasons: string[]; at: string }[];
    expect(pushes.length).toBe(6);
    for (const push of pushes) {
      expect(Number(push.person.slice(1)) % 2).toBe(1);
      expect(push.person).not.toBe("p3");
      expect(push.reasons.length).toBeGreaterThan(0);
    }
    expect(answers[2].report.funnel.pushed).toBe(6);
    expect(Object.keys(answers[3].form_weights)).toEqual(["road"]);
  });

  it("gives the same lines for the same lines", async () => {
    expect((await play(init, task, close, end)).out).toEqual((await play(init, task, close, end)).out);
  });

  it("is not moved by outcomes for unknown pushes, twice, or after the close, nor by a segment that empties", async () => {
    const honest = (await play(init, task, close, end)).answers;
    const person = (honest[1].pushes as { person: string }[])[0]!.person;
    const of = (at: string, change: object = {}) => ({
      type: "outcome",
      seq: 9,
      at,
      task: "t1",
      person,
      form: "video",
      event: "seen",
      ...change,
    });
    const emptied = init.people.map((p) => ({
      type: "profile",
      seq: 9,
      at: "2026-03-10T02:00:00.000Z",
      person: p.id,
      added: [],
      retracted: ["camping"],
    }));
    const seen = of("2026-03-02T13:00:00.000Z");

    const once = await play(init, task, seen, close, end);
    const noisy = await play(
      init,
      task,
      of("2026-03-02T12:00:00.000Z", { task: "t9" }),
      of("2026-03-02T12:00:00.000Z", { person: "nobody" }),
      seen,
      seen,
      close,
      of("2026-03-10T01:30:00.000Z", { event: "approved" }),
      of("2026-03-10T01:40:00.000Z", { task: "t9", event: "metrics", day: 1, reads: 9 }),
      end,
    );
    const empty = await play(init, task, seen, close, ...emptied, end);

    expect(noisy.out).toEqual(once.out);
    expect(empty.code).toBe(0);
    expect(empty.answers[3].form_weights).toEqual({});
  });

  it.each([
    ["is no JSON", ["{nonsense"], /line 1: not JSON/],
    ["has a wrong field", [init, { ...task, quota: "many" }], /line 2: quota/],
    ["is of an unknown type", [{ type: "hello", seq: 1 }], /line 1: type/],
    ["comes before init", [task], /line 1: "task" came before "init"/],
    ["lacks a field", [init, { ...task, closes_at: undefined }], /line 2: closes_at/],
    [
      "says NaN where a number belongs",
      [init, JSON.stringify(task).replace('"quota":5', '"quota":NaN')],
      /line 2: not JSON/,
    ],
    [
      "says a number too large to be one",
      [init, JSON.stringify(task).replace('"quota":5', '"quota":1e999')],
      /line 2: quota/,
    ],
    ["has a budget below nothing", [init, { ...task, push_budget: -1 }], /line 2: push_budget/],
    ["has a time that is none", [{ ...init, at: "NaN" }], /line 1: at: not a time/],
    [
      "names a person twice",
      [{ ...init, people: [init.people[0], init.people[0]] }],
      /line 1: people\.1\.id: "p0" is there twice/,
    ],
    ["names a segment twice", [{ ...init, segments: [...init.segments, ...init.segments] }], /line 1: segments\.1\.id/],
    ["tells a task twice", [init, task, { ...task, seq: 3 }], /line 3: id: the task "t1"/],
    ["begins the world anew", [init, task, { ...init, seq: 3 }], /line 3: a second "init"/],
    ["asks again what was asked", [init, task, { ...close, seq: 2 }], /line 3: seq: 2 does not follow 2/],
    ["wants a form that nobody makes", [init, { ...task, forms: ["video", "opera"] }], /line 2: forms\.1: "opera"/],
    ["is a list", [[]], /line 1: /],
  ])("says which line and field when a line %s, and ends with 1", async (_, lines, message) => {
    const { code, err } = await play(...lines);

    expect(code).toBe(1);
    expect(err.join("\n")).toMatch(message);
  });
});
