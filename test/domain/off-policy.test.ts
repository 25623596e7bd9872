import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { drawIndex } from "#domain/form-choice.ts";
import { always, compareHoldout, evenly, type LoggedChoice, policyValue } from "#domain/off-policy.ts";

const FORMS = ["video", "photo_text", "longform"];
const TRUTH = [0.3, 0.2, 0.1];
const LOGGED = [0.8, 0.15, 0.05];

/** A log of choices with known chances; `bias` is how wrong the model's expectations were. */
function log(pushes: number, bias: number): LoggedChoice[] {
  const chance = seededChance(7);
  return Array.from({ length: pushes }, () => {
    const drawn = drawIndex(LOGGED, chance);
    return {
      form: FORMS[drawn]!,
      chances: Object.fromEntries(FORMS.map((f, i) => [f, LOGGED[i]!])),
      expected: Object.fromEntries(FORMS.map((f, i) => [f, TRUTH[i]! + bias])),
      completed: chance() < TRUTH[drawn]!,
    };
  });
}

describe("what another policy would have brought", () => {
  it.each([
    ["all forms alike", evenly, 0.2],
    ["always photo_text", always("photo_text"), 0.2],
    ["always video", always("video"), 0.3],
  ])("is estimated within 5 %% of the truth for %s", (_, policy, truth) => {
    const value = policyValue(log(20_000, 0), policy);

    expect(Math.abs(value.estimate / truth - 1)).toBeLessThan(0.05);
    expect(value.low).toBeLessThan(truth);
    expect(value.high).toBeGreaterThan(truth);
    expect(value.meanWeight).toBeCloseTo(1, 1);
  });

  it("stays right when the model's expectations are wrong, since the chances are true", () => {
    const value = policyValue(log(40_000, 0.15), evenly);

    expect(Math.abs(value.estimate / 0.2 - 1)).toBeLessThan(0.05);
  });

  it("shows overstated chances by a mean weight far from one", () => {
    const lying = log(5000, 0).map((c) => ({ ...c, chances: { ...c.chances, [c.form]: 1 } }));

    expect(policyValue(lying, evenly).meanWeight).toBeLessThan(0.5);
  });
});

describe("the interval of a what-if", () => {
  /** A log whose chances moved while it was written, as a learner's do: from even to almost sure. */
  function learning(seed: number, pushes: number, bias: number): LoggedChoice[] {
    const chance = seededChance(seed);
    return Array.from({ length: pushes }, (_, n) => {
      const sure = 0.33 + 0.6 * (n / pushes);
      const chances = [sure, (1 - sure) / 2, (1 - sure) / 2];
      const drawn = drawIndex(chances, chance);
      return {
        form: FORMS[drawn]!,
        chances: Object.fromEntries(FORMS.map((f, i) => [f, chances[i]!])),
        expected: Object.fromEntries(FORMS.map((f, i) => [f, TRUTH[i]! + bias])),
        completed: chance() < TRUTH[drawn]!,
      };
    });
  }

  it.each([
    ["always video", always("video"), 0.3, 0],
    ["always photo_text", always("photo_text"), 0.2, 0],
    ["all forms alike", evenly, 0.2, 0],
    ["always photo_text, by a model that is wrong", always("photo_text"), 0.2, 0.2],
  ])("covers the truth about as often as it says, and is no wider than it must be: %s", (_, policy, truth, bias) => {
    let [covered, width] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const { low, high } = policyValue(learning(seed, 600, bias), policy);
      if (low <= truth && truth <= high) covered++;
      width += (high - low) / 400;
    }

    expect(covered / 400).toBeGreaterThanOrEqual(0.9);
    expect(covered / 400).toBeLessThanOrEqual(0.99);
    expect(width).toBeLessThan(0.25);
  });
});

describe("does learning pay", () => {
  it("says yes, no and not yet by an interval, not by the bare difference", () => {
    expect(compareHoldout({ pushes: 900, completed: 270 }, { pushes: 100, completed: 12 }).verdict).toBe("yes");
    expect(compareHoldout({ pushes: 900, completed: 90 }, { pushes: 100, completed: 30 }).verdict).toBe("no");
    expect(compareHoldout({ pushes: 90, completed: 20 }, { pushes: 10, completed: 1 }).verdict).toBe("not-yet");
    expect(compareHoldout({ pushes: 0, completed: 0 }, { pushes: 10, completed: 1 }).verdict).toBe("not-yet");
  });
});
