import { describe, expect, it } from "vitest";
import { runPolicy } from "#bot/commands/policy.ts";
import { type Replay, replayPolicy, wordReplay } from "#bot/commands/policy-replay.ts";

const HOUR = 3_600_000;
const start = Date.parse("2026-03-02T01:00:00Z");
const at = (hours: number): string => new Date(start + hours * HOUR).toISOString();

const init = {
  type: "init",
  seq: 1,
  protocol: 1,
  seed: 7,
  at: at(-1),
  round_days: 7,
  forms: ["video", "photo_text"],
  caps: { pushes_per_person_per_week: 2, quiet_hours: { from: "22:00", to: "08:00" } },
  segments: [{ id: "road", rule: { all: [], any: ["camping"], none: [] } }],
  people: Array.from({ length: 40 }, (_, i) => ({
    id: `p${i}`,
    tags: ["camping"],
    city: "上海",
    roles: ["koc"],
    consent: { push: true },
    active_hours: [],
    tz_offset_min: 480,
  })),
};

async function* each(lines: readonly string[]) {
  yield* lines;
}

/** Ten tasks in which pictures complete and videos do not, recorded as `sim.mjs --record` records. */
async function season(): Promise<string[]> {
  const record: string[] = [];
  const waiting: string[] = [];
  let wake = (): void => {};
  async function* world() {
    for (;;) {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const line = waiting.shift()!;
      if (line === "") return;
      yield line;
    }
  }
  let answered = (_: { pushes: { person: string; form: string; at: string }[] }): void => {};
  const playing = runPolicy(
    world(),
    (line) => {
      record.push(JSON.stringify({ from: "policy", ...JSON.parse(line) }));
      answered(JSON.parse(line));
    },
    () => {},
  );
  let seq = 0;
  const tell = (message: object): void => {
    const line = { ...message, seq: ++seq };
    record.push(JSON.stringify({ from: "sim", ...line }));
    waiting.push(JSON.stringify(line));
    wake();
  };
  const ask = (message: object) =>
    new Promise<{ pushes: { person: string; form: string; at: string }[] }>((resolve) => {
      answered = resolve;
      tell(message);
    });
  await ask(init);
  for (let k = 0; k < 10; k++) {
    const hours = k * 168;
    const task = `t${k}`;
    const { pushes } = await ask({
      type: "task",
      at: at(hours),
      round: k,
      id: task,
      theme: "camping_power",
      brief: "露营外放电攻略",
      brief_version: 1,
      importance: 3,
      segments: ["road"],
      eligible: {},
      forms: ["video", "photo_text"],
      quota: 20,
      push_budget: 20,
      closes_at: at(hours + 160),
    });
    for (const push of pushes) {
      if (push.form !== "photo_text") continue;
      const of = { type: "outcome", task, person: push.person, form: push.form };
      tell({ ...of, event: "approved", at: at(hours + 100) });
    }
    await ask({ type: "close", at: at(hours + 160), task, theme: "camping_power" });
  }
  await ask({ type: "end", at: at(1800) });
  await playing;
  return record;
}

describe("koloop policy --replay", () => {
  it("learns the same weights from the same log, to the last bit, with or without the recorded answers", async () => {
    const record = await season();

    const both = (await replayPolicy(each(record))) as Replay;
    const world = (await replayPolicy(each(record.filter((line) => line.includes('"from":"sim"'))))) as Replay;

    expect(both.same).toBe(both.answers);
    expect(both.answers).toBe(22);
    expect(world.weights).toBe(both.weights);
    expect(world.same).toBe(0);
  });

  it("says what another way of choosing would have brought, with an interval", async () => {
    const replay = (await replayPolicy(each(await season()))) as Replay;

    const of = (name: string) => replay.whatIf.find((w) => w.name === name)!;
    expect(of("always photo_text").value.estimate).toBeGreaterThan(0.9);
    expect(of("always video").value.estimate).toBeLessThan(0.1);
    expect(of("always video").against).toBe("worse");
    const even = of("each open form alike").value;
    expect(even.low).toBeLessThan(0.5);
    expect(even.high).toBeGreaterThan(0.5);
    expect(wordReplay(replay)).toMatch(/what if {4}always video: .* \(95 %: /);
  });

  it("refuses a log whose answers are not this policy's, and names the line", async () => {
    const record = await season();
    const changed = record.map((line) =>
      line.replace('"form":"photo_text","probability"', '"form":"video","probability"'),
    );

    expect(await replayPolicy(each(changed))).toEqual({ fault: expect.stringMatching(/^line 4: the answer to 2/) });
  });

  it.each([
    ["has a line that is no JSON", ["{nonsense"], /line 1: not JSON/],
    ["has an answer that nobody asked for", [JSON.stringify(init), '{"re":9,"pushes":[]}'], /line 2: an answer to 9/],
    ["starts without init", ['{"type":"end","seq":1}'], /before "init"/],
    ["is empty", [], /empty/],
  ])("says what is wrong when the log %s", async (_, lines, message) => {
    expect(await replayPolicy(each(lines))).toEqual({ fault: expect.stringMatching(message) });
  });
});
