import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { formWeights } from "#domain/form-weights.ts";
import {
  closeTask,
  type LearnerState,
  newLearner,
  noteOutcome,
  notePush,
  passTime,
  stillToCome,
} from "#domain/learning.ts";
import { outlooks, viewTask } from "#domain/outlook.ts";
import type { Situation } from "#domain/step-model.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = Date.parse("2026-03-02T00:00:00Z");
const FORMS = ["video", "photo_text"];

const fresh = (): LearnerState =>
  newLearner({
    forms: FORMS,
    segments: [
      { id: "family", tags: ["has_kids"] },
      { id: "tech", tags: ["tech_follower"] },
    ],
    told: [],
    at: start,
  });

const situation = (person: string, task = "t1", segments = ["family"]): Situation => ({
  person,
  task,
  theme: "camping#1",
  tags: ["has_kids"],
  segments,
  active: 1,
  tired: 0,
  hinted: 1,
  mentioned: 0,
});

function push(state: LearnerState, person: string, form: string, at: number, task = "t1", segments = ["family"]): void {
  notePush(state, {
    situation: situation(person, task, segments),
    form,
    at,
    offset: 480,
    told: [],
    logits: [0, 0, 0, 0],
    usual: 0,
  });
}

/** A season in which families like pictures and the others videos. */
function season(state: LearnerState, rounds: number, flip = Number.POSITIVE_INFINITY): void {
  const chance = seededChance(11);
  for (let r = 0; r < rounds; r++) {
    const at = start + r * 7 * DAY;
    for (let p = 0; p < 40; p++) {
      const segment = p % 2 === 0 ? "family" : "tech";
      const form = FORMS[Math.floor(chance() * 2)]!;
      const likes = ((segment === "family") === (form === "photo_text")) !== r >= flip;
      push(state, `p${p}`, form, at, `t${r}`, [segment]);
      if (chance() < 0.8) {
        noteOutcome(state, { task: `t${r}`, person: `p${p}`, at: at + HOUR, event: "seen" });
        if (chance() < (likes ? 0.6 : 0.15))
          noteOutcome(state, { task: `t${r}`, person: `p${p}`, at: at + 2 * HOUR, event: "accepted" });
      }
    }
    closeTask(state, `t${r}`, at + 6 * DAY);
  }
}

const members = Array.from({ length: 40 }, (_, p) => ({ id: `p${p}`, segments: [p % 2 === 0 ? "family" : "tech"] }));
const best = (state: LearnerState, segment: string): string =>
  Object.entries(formWeights(state.model, members)[segment]!).sort((a, b) => b[1] - a[1])[0]![0];

describe("the learner", () => {
  it("finds the form that each segment likes from a few dozen outcomes", () => {
    const state = fresh();

    season(state, 4);

    expect(best(state, "family")).toBe("photo_text");
    expect(best(state, "tech")).toBe("video");
  });

  it("gives the same bits for the same log, also when saved and loaded on the way", () => {
    const whole = fresh();
    season(whole, 6);

    let parts = fresh();
    season(parts, 6);
    parts = JSON.parse(JSON.stringify(parts)) as LearnerState;
    expect(JSON.stringify(parts)).toBe(JSON.stringify(whole));

    push(whole, "p1", "video", start + 60 * DAY, "late");
    push(parts, "p1", "video", start + 60 * DAY, "late");
    passTime(whole, start + 70 * DAY);
    passTime(parts, start + 70 * DAY);
    expect(JSON.stringify(parts)).toBe(JSON.stringify(whole));
  });

  it("learns nothing from a push that may still be seen, and a no once its time is up", () => {
    const state = fresh();
    push(state, "ann", "video", start);
    const before = JSON.stringify(state.model);

    passTime(state, start + 15 * HOUR);
    expect(JSON.stringify(state.model)).toBe(before);

    passTime(state, start + 17 * HOUR);
    expect(state.model.people.ann!.belief.mean[0]).toBeLessThan(0);
  });

  it("ignores what comes twice, for an unknown push, or after the close", () => {
    const state = fresh();
    push(state, "ann", "video", start);
    noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "seen" });
    const before = JSON.stringify(state.model);

    expect(noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "seen" })).toBe("repeated");
    expect(noteOutcome(state, { task: "t1", person: "bob", at: start + HOUR, event: "seen" })).toBe("unknown-push");
    expect(JSON.stringify(state.model)).toBe(before);
    closeTask(state, "t1", start + 2 * HOUR);
    expect(noteOutcome(state, { task: "t1", person: "ann", at: start + 3 * HOUR, event: "accepted" })).toBe(
      "unknown-push",
    );
  });

  it("counts skipped steps as passed when outcomes come out of order", () => {
    const state = fresh();
    push(state, "ann", "video", start);

    expect(noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "submitted" })).toBe("learned");
    expect(noteOutcome(state, { task: "t1", person: "ann", at: start + 2 * HOUR, event: "seen" })).toBe("repeated");
    expect(noteOutcome(state, { task: "t1", person: "ann", at: start + 3 * HOUR, event: "approved" })).toBe("learned");
    const tally = closeTask(state, "t1", start + DAY)!;
    expect(tally.passed).toEqual([[1], [1], [1], [1]]);
  });

  it("takes back a push that never went out", () => {
    const state = fresh();
    push(state, "ann", "video", start);

    expect(noteOutcome(state, { task: "t1", person: "ann", at: start, event: "refused" })).toBe("withdrawn");
    expect(closeTask(state, "t1", start + DAY)!.pushed).toBe(0);
    expect(state.tired.ann![0]).toBe(0);
  });

  it("learns no refusal from an offer that was taken back after it was seen", () => {
    const state = fresh();
    push(state, "ann", "video", start);
    noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "seen" });
    const before = JSON.stringify(state.model);

    noteOutcome(state, { task: "t1", person: "ann", at: start + 2 * HOUR, event: "withdrawn" });
    passTime(state, start + 20 * HOUR);

    expect(JSON.stringify(state.model)).toBe(before);
    expect(state.tired.ann![0]).toBe(1);
  });

  it("learns of the form that a yes took, where another was proposed", () => {
    const likingAfter = (form: string): number => {
      const state = fresh();
      push(state, "ann", "video", start);
      noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "accepted", form });
      return formWeights(state.model, [{ id: "ann", segments: ["family"] }]).family!.photo_text!;
    };

    expect(likingAfter("photo_text")).toBeGreaterThan(likingAfter("video"));
  });

  it("follows a flip of liking", () => {
    const state = fresh();

    season(state, 16, 10);

    expect(best(state, "family")).toBe("video");
    expect(best(state, "tech")).toBe("photo_text");
  });

  it("says what may still come of pushes that are out", () => {
    const state = fresh();
    push(state, "ann", "video", start);
    push(state, "bob", "video", start);
    noteOutcome(state, { task: "t1", person: "ann", at: start + HOUR, event: "accepted" });

    expect(stillToCome(state, "t1").sort()).toEqual([0.0625, 0.25]);
  });

  it("learns one outcome within a millisecond, after 50 as after 5,000", () => {
    const state = fresh();
    const chance = seededChance(3);
    const spent: number[] = [];
    for (let k = 0; k < 5000; k++) {
      push(state, `p${k % 500}`, FORMS[k % 2]!, start + k * HOUR, `t${k}`);
      const from = performance.now();
      noteOutcome(state, {
        task: `t${k}`,
        person: `p${k % 500}`,
        at: start + k * HOUR + 1,
        event: chance() < 0.5 ? "accepted" : "seen",
      });
      spent.push(performance.now() - from);
    }
    const middle = (list: number[]) => [...list].sort((a, b) => a - b)[list.length >> 1]!;

    expect(middle(spent.slice(-1000))).toBeLessThan(1);
    expect(middle(spent.slice(-1000))).toBeLessThan(5 * middle(spent.slice(500, 1500)) + 0.05);
  });

  it("expects more of somebody who has answered than of a stranger, and shrinks the difference", () => {
    const state = fresh();
    for (let k = 0; k < 3; k++) {
      push(state, "ann", "video", start + k * DAY, `t${k}`);
      noteOutcome(state, { task: `t${k}`, person: "ann", at: start + k * DAY + HOUR, event: "accepted" });
    }
    const view = viewTask(state.model, "camping#1");
    const of = (person: string) => outlooks(state.model, view, situation(person, "t9"), [0])[0]!.accepted;

    expect(of("ann")).toBeGreaterThan(of("stranger"));
    expect(of("ann")).toBeLessThan(0.9);
  });
});
