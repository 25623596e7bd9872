import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { closeWatch, watchAnswer } from "#domain/change-watch.ts";
import { newInfluence, noteReading, weighInfluence } from "#domain/influence.ts";
import { newThemes, noteTask, saidOf, settleThemes, type ThemeStatus } from "#domain/theme-verdict.ts";
import { weakestStep } from "#domain/weakest-step.ts";

const logit = (p: number): number => Math.log(p / (1 - p));
const some = (count: number, yes: number): number[] => Array.from({ length: count }, (_, i) => (i < yes ? 1 : 0));

/** A task's tally in which every step was expected to pass with these chances. */
function tally(entered: number[], passed: number[], chances = [0.8, 0.35, 0.7, 0.83]) {
  return {
    theme: "camping#1",
    pushed: entered[0]!,
    entered: entered.map((n, i) => new Array<number>(n).fill(logit(chances[i]!))),
    passed: entered.map((n, i) => some(n, passed[i]!)),
    usual: [],
    reasons: [],
  };
}

describe("the weakest step", () => {
  it("is none when each step gave what these people normally give, though accepting is the lowest rate", () => {
    const report = weakestStep(tally([50, 40, 14, 10], [40, 14, 10, 8]));

    expect(report.weakest).toBeNull();
    expect(report.funnel).toEqual({ pushed: 50, seen: 40, accepted: 14, submitted: 10, approved: 8 });
  });

  it.each([
    ["seen", tally([50, 14, 5, 3], [14, 5, 3, 3])],
    ["accepted", tally([50, 40, 2, 1], [40, 2, 1, 1])],
    ["submitted", tally([50, 40, 14, 3], [40, 14, 3, 2])],
    ["approved", tally([50, 40, 14, 10], [40, 14, 10, 3])],
  ])("is %s when it fell clearly below", (step, of) => {
    expect(weakestStep(of).weakest).toBe(step);
  });

  it("is none when too few entered a step to say", () => {
    expect(weakestStep(tally([50, 40, 3, 3], [40, 14, 3, 0])).weakest).toBeNull();
  });
});

describe("themes", () => {
  /** Plays tasks of several themes in turn; a theme's acceptance by its kind. */
  function play(
    acceptance: Record<string, (task: number) => number>,
    tasks: number,
    wording: (theme: string, task: number) => number = () => 1,
  ) {
    const state = newThemes();
    const chance = seededChance(9);
    const history: Record<string, ThemeStatus[]> = {};
    for (let k = 0; k < tasks; k++) {
      for (const [theme, of] of Object.entries(acceptance)) {
        const answers = Array.from({ length: 40 }, () => (chance() < of(k) ? 1 : 0));
        noteTask(state, theme, wording(theme, k), new Array<number>(40).fill(logit(0.3)), answers);
        for (const e of settleThemes(state)) history[e.theme] = [...(history[e.theme] ?? []), e.status];
      }
    }
    return { state, history };
  }
  const usual = Object.fromEntries(["a", "b", "c", "d", "e"].map((t) => [t, () => 0.3]));

  it("are flagged weak within three tasks, and the usual ones never retired", () => {
    const { state, history } = play({ ...usual, relay: () => 0.07 }, 3);

    expect(state.themes.relay!.status).toBe("weak");
    for (const theme of Object.keys(usual)) expect(history[theme]).not.toContain("retired");
  });

  it("are flagged after one task whose people say that the topic is not theirs, and not when a task went wrong for other reasons", () => {
    const say = (offTopic: number, others: number) =>
      saidOf([...new Array(offTopic).fill("not_my_topic"), ...new Array(others).fill("no_reason")]);
    const judged = (said: ReturnType<typeof say>) => {
      const { state } = play(usual, 3);
      noteTask(state, "relay", 1, new Array<number>(40).fill(logit(0.3)), some(40, 3), said);
      settleThemes(state);
      return state.themes.relay!.status;
    };

    expect(judged(say(9, 2))).toBe("weak");
    expect(judged(say(1, 10))).toBe("ok");
  });

  it("are no template where the model knows that only the right people were asked", () => {
    const { state } = play({ ...usual, diary: () => 0.5 }, 6);
    for (const [theme, record] of Object.entries(state.themes)) record.level = theme === "diary" ? 0 : 0.02;
    const read = { diary: { effect: 0.4, variance: 0.02 } };
    expect(settleThemes(state, read).find((e) => e.theme === "diary")!.status).toBe("ok");

    state.themes.diary!.level = 0.6;
    expect(settleThemes(state, read).find((e) => e.theme === "diary")!.status).toBe("template");
  });

  it("are well again when a new wording heals them, and retired when it does not", () => {
    const wording = (theme: string, k: number) => (theme in usual || k < 2 ? 1 : 2);

    const { state } = play({ ...usual, quiz: (k) => (k < 2 ? 0.07 : 0.3), relay: () => 0.06 }, 6, wording);

    expect(state.themes.quiz!.status).toBe("ok");
    expect(state.themes.relay!.status).toBe("retired");
  });

  it("become a template only when they are accepted and read beyond the usual", () => {
    const { state } = play({ ...usual, diary: () => 0.5 }, 6);

    const read = settleThemes(state, { diary: { effect: 0.4, variance: 0.02 }, a: { effect: 0.0, variance: 0.02 } });
    expect(read.find((e) => e.theme === "diary")!.status).toBe("template");
    expect(read.find((e) => e.theme === "a")!.status).toBe("ok");
  });
});

describe("influence", () => {
  const PLATFORMS: Record<string, number> = { douyin: 1.8, weibo: 0.6 };

  /** Posts of people with a known true influence; noise as between real posts. */
  function posts(people: number, each: number) {
    const state = newInfluence();
    const chance = seededChance(4);
    const noise = (sd: number) => Math.exp(sd * (chance() + chance() + chance() + chance() - 2) * 1.73);
    const truth: Record<string, number> = {};
    for (let p = 0; p < people; p++) {
      const id = `p${p}`;
      truth[id] = noise(0.55);
      for (let k = 0; k < each; k++) {
        const platform = Object.keys(PLATFORMS)[(p + k) % 2]!;
        const reads = 900 * PLATFORMS[platform]! * truth[id]! * noise(0.3);
        const at = { person: id, task: `t${k}`, theme: "camping", form: "video", platform };
        for (const [day, share] of [
          [1, 0.45],
          [7, 1],
        ] as const) {
          noteReading(state, at, {
            day,
            reads: Math.round(reads * share),
            likes: Math.round(reads * share * 0.05),
            comments: Math.round(reads * share * 0.012),
            shares: Math.round(reads * share * 0.006),
            completionRate: null,
          });
        }
      }
    }
    return { state, truth };
  }
  const ranks = (values: number[]) => {
    const order = values.map((v, i) => [v, i] as const).sort((a, b) => a[0] - b[0]);
    const out: number[] = [];
    for (const [rank, [, i]] of order.entries()) out[i] = rank;
    return out;
  };
  const spearman = (a: number[], b: number[]) => {
    const [x, y] = [ranks(a), ranks(b)];
    const middle = (a.length - 1) / 2;
    const dot = x.reduce((sum, v, i) => sum + (v - middle) * (y[i]! - middle), 0);
    return dot / x.reduce((sum, v) => sum + (v - middle) ** 2, 0);
  };

  it("ranks people as their true pull does, platforms set aside", () => {
    const { state, truth } = posts(60, 4);

    const { people } = weighInfluence(state, () => []);

    const ids = Object.keys(truth);
    expect(
      spearman(
        ids.map((id) => people[id]!.weight),
        ids.map((id) => truth[id]!),
      ),
    ).toBeGreaterThan(0.9);
  });

  it("is not moved by ten thousand bought likes, and says that a reading was set aside", () => {
    const { state } = posts(60, 4);
    const before = weighInfluence(state, () => []).people.p7!;
    const post = state.posts["t3 p7"]!;
    const last = post.readings.at(-1)!;

    noteReading(state, post, { ...last, day: 30, likes: last.likes + 10_000 });

    const after = weighInfluence(state, () => []).people.p7!;
    expect(Math.abs(after.weight / before.weight - 1)).toBeLessThan(0.05);
    expect(after.setAside).toBe(1);
  });

  it("is the sum of its listed reasons, for everybody", () => {
    const { state } = posts(30, 3);

    for (const { weight, parts } of Object.values(weighInfluence(state, () => []).people))
      expect(parts.reduce((sum, part) => sum + part.points, 0)).toBeCloseTo(weight, 10);
  });

  it("shrinks one lucky post towards the usual", () => {
    const { state } = posts(40, 4);
    noteReading(
      state,
      { person: "newcomer", task: "t0", theme: "camping", form: "video", platform: "douyin" },
      { day: 7, reads: 16_000, likes: 800, comments: 190, shares: 96, completionRate: null },
    );

    const { people } = weighInfluence(state, () => []);

    expect(people.newcomer!.weight).toBeGreaterThan(1);
    expect(people.newcomer!.weight).toBeLessThan(10);
  });
});

describe("the watch over likings", () => {
  const chance = seededChance(2);
  const answer = (k: number, rate: number) => ({
    task: `t${Math.floor(k / 30)}`,
    segments: ["tech"],
    form: "video",
    chance: 0.35,
    yes: chance() < rate,
  });

  const liked = (best: string) => () => ({ best, worst: { photo_text: 1 }, means: {} });

  it("raises no alarm while answers come as believed, and one soon after they stop", () => {
    const watch = {};
    let alarms = 0;
    for (let k = 0; k < 400; k++) alarms += watchAnswer(watch, answer(k, 0.35), liked("video")).length;
    expect(alarms).toBe(0);

    let answers = 0;
    while (watchAnswer(watch, answer(1000 + answers, 0.08), liked("video")).length === 0) answers++;
    expect(answers).toBeLessThan(100);
  });

  it("hears it within one task where people say that the form is wrong, and cares only for the form that is liked best", () => {
    const said = { ...answer(0, 0), yes: false, reason: "wrong_form" };
    const alarms = (best: string) => {
      const watch = {};
      let count = 0;
      for (let k = 0; k < 8; k++) count += watchAnswer(watch, said, liked(best)).length;
      return count;
    };

    expect(alarms("video")).toBeGreaterThan(0);
    expect(alarms("photo_text")).toBe(0);
  });

  it("is not alarmed by one task that goes badly, however many refuse it", () => {
    const watch = {};
    let alarms = 0;
    for (let k = 0; k < 200; k++) alarms += watchAnswer(watch, { ...answer(0, 0), task: "odd" }, liked("video")).length;

    expect(alarms).toBe(0);
    closeWatch(watch, "odd");
    for (let k = 0; k < 20; k++) alarms += watchAnswer(watch, answer(k, 0.5), liked("video")).length;
    expect(alarms).toBe(0);
  });
});
