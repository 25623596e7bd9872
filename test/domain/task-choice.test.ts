import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { newLearner } from "#domain/learning.ts";
import type { MatchPerson, MatchSetup, MatchTask } from "#domain/match.ts";
import { noStanding, noteDecline } from "#domain/standing-declines.ts";
import { rankTasks } from "#domain/task-choice.ts";

const now = Date.parse("2026-03-02T02:00:00Z");
const forms = ["video", "photo_text"];
const ann: MatchPerson = {
  ...{ id: "ann", koc: true, consent: true, tags: new Set(["camping"]), segments: ["road"] },
  ...{ offset: 480, told: [], standing: noStanding(), sends: [] },
};
const task = (id: string, change: Partial<MatchTask> = {}): MatchTask => ({
  ...{ id, theme: id, wording: `${id}#1`, forms, importance: 3, wanted: 5, budget: 20, sent: 0 },
  ...{ isFor: () => true, hinted: [], mentions: new Map(), opensAt: now, asked: new Set<string>() },
  ...change,
});
const setup = (): MatchSetup => ({
  learner: newLearner({ forms, segments: [{ id: "road", tags: ["camping"] }], told: [], at: now }),
  ...{
    limits: { perWeek: 1, quiet: { from: "00:00", to: "23:59" } },
    influence: {},
    themes: [],
    chance: seededChance(1),
  },
});
const suits = (tasks: MatchTask[], person = ann): string[] =>
  rankTasks(tasks, person, setup()).map(({ task: { id } }) => id);

describe("what suits somebody who asks", () => {
  it("comes best first: what their segment is meant for before what it is not", () => {
    expect(suits([task("far"), task("near", { hinted: ["road"] })])).toEqual(["near", "far"]);
  });

  it("is the same list whatever order the tasks come in", () => {
    const tasks = ["a", "b", "c"].map((id) => task(id));

    expect(suits([...tasks].reverse())).toEqual(suits(tasks));
  });

  it("leaves out what is not for them, what they were asked, what is full, and everything without consent", () => {
    const closed = task("closed", { isFor: (person) => !person.tags.has("camping") });
    const asked = task("asked", { asked: new Set(["ann"]) });
    const tasks = [closed, asked, task("full", { wanted: 0 }), task("open")];

    expect(suits(tasks)).toEqual(["open"]);
    expect(suits(tasks, { ...ann, consent: false })).toEqual([]);
  });

  it("minds neither quiet hours, nor the weekly cap, nor a used-up budget: they asked themselves", () => {
    const busy = { ...ann, koc: false, sends: [now - 3_600_000, now - 7_200_000] };

    expect(suits([task("t", { sent: 20, budget: 20 })], busy)).toEqual(["t"]);
  });

  it("minds what they have refused", () => {
    const standing = noteDecline(noStanding(), "wrong_form", "other", "video", now - 86_400_000);
    const [choice] = rankTasks([task("t")], { ...ann, standing }, setup());

    expect(choice?.offer.form).toBe("photo_text");
    expect(Object.keys(choice?.offer.chances ?? {})).toEqual(["photo_text"]);
  });
});
