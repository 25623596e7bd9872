import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { drawIndex, EXPLORATION, formChances } from "#domain/form-choice.ts";

const apart = (variances: number[]): number[][] => variances.map((v, i) => variances.map((_, j) => (i === j ? v : 0)));

describe("the chances of forms", () => {
  it("add up to one, and none falls below the floor, whatever is believed", () => {
    const belief = fc.array(
      fc.tuple(fc.double({ min: -8, max: 8, noNaN: true }), fc.double({ min: 0, max: 9, noNaN: true })),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(belief, (forms) => {
        const chances = formChances({ means: forms.map(([m]) => m), covariance: apart(forms.map(([, v]) => v)) });

        expect(chances.reduce((sum, c) => sum + c, 0)).toBeCloseTo(1, 9);
        if (forms.length > 1) expect(Math.min(...chances)).toBeGreaterThanOrEqual(EXPLORATION / forms.length);
      }),
    );
  });

  it("are even where nothing tells the forms apart", () => {
    for (const chance of formChances({ means: [0, 0], covariance: apart([1, 1]) })) expect(chance).toBeCloseTo(0.5, 1);
  });

  it("favour the better form, the more the surer it is", () => {
    const sure = formChances({ means: [1, 0], covariance: apart([0.01, 0.01]) });
    const unsure = formChances({ means: [1, 0], covariance: apart([2, 2]) });

    expect(sure[0]).toBeGreaterThan(0.95);
    expect(unsure[0]).toBeGreaterThan(0.5);
    expect(unsure[1]).toBeGreaterThan(sure[1]!);
  });

  it("give a form that is worse on average but hardly known a try", () => {
    const known = formChances({ means: [0.5, 0], covariance: apart([0.01, 0.01]) });
    const hardlyKnown = formChances({ means: [0.5, 0], covariance: apart([0.01, 4]) });

    expect(hardlyKnown[1]).toBeGreaterThan(2 * known[1]!);
  });

  it("hang on how forms differ: where two are unsure together, the better one is sure all the same", () => {
    const together = formChances({
      means: [0.4, 0],
      covariance: [
        [2, 1.99],
        [1.99, 2],
      ],
    });

    const alone = formChances({ means: [0.4, 0], covariance: apart([2, 2]) });
    expect(together[1]).toBeLessThan(alone[1]! / 1.5);
  });

  it("are what the draw follows", () => {
    const chance = seededChance(5);
    const counts = [0, 0, 0];
    for (let n = 0; n < 20_000; n++) counts[drawIndex([0.7, 0.25, 0.05], chance)]!++;

    expect(counts.map((count) => Math.round(count / 1000))).toEqual([14, 5, 1]);
    expect(drawIndex([0.5, 0.5], () => 0.999_999_999)).toBe(1);
  });
});
