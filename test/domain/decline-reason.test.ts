import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { learnReason } from "#domain/decline-reason.ts";
import { outlooks, viewTask } from "#domain/outlook.ts";
import { learnStep, type ModelState, newModel, type Situation } from "#domain/step-model.ts";

const FORMS = ["video", "photo_text"];
const fresh = (): ModelState => newModel(FORMS, [{ id: "family", tags: ["has_kids"] }]);
const situation = (person: string, theme = "camping#1"): Situation => ({
  person,
  task: `${theme} task`,
  theme,
  tags: ["has_kids"],
  segments: ["family"],
  active: 1,
  tired: 0,
  hinted: 1,
  mentioned: 0,
});
const acceptance = (model: ModelState, s: Situation): number[] =>
  outlooks(model, viewTask(model, s.theme), s, [0, 1]).map((o) => o.accepted);
const decline = (
  model: ModelState,
  s: Situation,
  form: number,
  reason?: "not_my_topic" | "wrong_form" | "no_reason",
) => {
  learnStep(model, s, form, "accepted", false);
  if (reason) learnReason(model, s, form, reason);
};

describe("a reason for declining", () => {
  it("lowers the other form less where the form was named, and both alike where the topic was", () => {
    const [named, topic] = [fresh(), fresh()];
    for (let k = 0; k < 6; k++) {
      decline(named, situation(`p${k}`), 0, "wrong_form");
      decline(topic, situation(`p${k}`), 0, "not_my_topic");
    }

    const [a, b] = [acceptance(named, situation("next")), acceptance(topic, situation("next"))];
    expect(a[1]! / a[0]!).toBeGreaterThan(1.5 * (b[1]! / b[0]!));
    const elsewhere = acceptance(topic, situation("next", "racing#1"));
    expect(elsewhere[1]!).toBeGreaterThan(b[1]!);
  });

  it("spares topic and form a little where none was given", () => {
    const [silent, spoken] = [fresh(), fresh()];
    decline(silent, situation("ann"), 0);
    decline(spoken, situation("ann"), 0, "no_reason");

    expect(acceptance(spoken, situation("ann"))[0]!).toBeGreaterThan(acceptance(silent, situation("ann"))[0]!);
  });

  it("teaches less and less where people name topic and form at random", () => {
    const model = fresh();
    const chance = seededChance(5);
    const slope = () => Math.abs(model.reasons.topic.mean[1]!);
    const before = slope();
    for (let k = 0; k < 400; k++) {
      const s = situation(`p${k % 40}`, `theme${k % 8}#1`);
      const draws = k % 8 < 4;
      learnStep(model, s, 0, "accepted", chance() < (draws ? 0.6 : 0.1));
      if (k % 3 === 0) learnReason(model, s, 0, chance() < 0.5 ? "not_my_topic" : "no_reason");
    }

    expect(slope()).toBeLessThan(before / 2);
  });
});
