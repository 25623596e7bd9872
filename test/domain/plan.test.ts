import { describe, expect, it } from "vitest";
import type { Offer } from "#domain/match.ts";
import { planWave } from "#domain/plan.ts";

/** Offers as a plan reads them: who, with which chance, at which worth and price. */
const offers = (count: number, expected: number, more: Partial<Offer> = {}): Offer[] =>
  Array.from({ length: count }, (_, k) => ({ person: `p${k}`, expected, worth: 1, price: 0, ...more }) as Offer);

describe("a wave", () => {
  it("takes people in order, never more than the budget", () => {
    const wave = planWave(offers(10, 0.2), 5, 3);

    expect(wave.offers.map(({ person }) => person)).toEqual(["p0", "p1", "p2"]);
    expect(wave.expected).toBeCloseTo(0.6, 9);
  });

  it("ends where what asking costs outweighs what one more would bring", () => {
    expect(planWave(offers(10, 0.2, { price: 0.3 }), 5, 10).offers).toEqual([]);
    const some = planWave(offers(40, 0.5, { price: 0.1 }), 3, 40).offers.length;
    const many = planWave(offers(40, 0.5, { price: 0.001 }), 3, 40).offers.length;

    expect(some).toBeGreaterThan(3);
    expect(many).toBeGreaterThan(some);
    expect(many).toBeLessThan(40);
  });

  it("asks only as many more as the outcomes of those who are out call for", () => {
    const alone = planWave(offers(40, 0.5, { price: 0.1 }), 4, 40).offers.length;
    const after = planWave(offers(40, 0.5, { price: 0.1 }), 4, 40, [0.9, 0.9, 0.9]).offers.length;

    expect(after).toBeLessThan(alone - 3);
    expect(planWave(offers(40, 0.5, { price: 0.1 }), 2, 40, [1, 1]).offers).toEqual([]);
  });

  it("asks nobody where nothing is wanted, and expects no more than is wanted", () => {
    expect(planWave(offers(5, 0.9), 0, 5)).toMatchObject({ offers: [], expected: 0, low: 0, high: 0 });
    const wave = planWave(offers(30, 0.9), 3, 30);

    expect(wave.expected).toBeLessThanOrEqual(3);
    expect(wave.high).toBeLessThanOrEqual(3);
  });

  it("states an interval that holds about nine in ten of what comes", () => {
    const { expected, low, high } = planWave(offers(40, 0.3), 100, 40);
    let [state, inside] = [7, 0];
    const chance = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    for (let n = 0; n < 2000; n++) {
      const came = Array.from({ length: 40 }, () => (chance() < 0.3 ? 1 : 0)).reduce<number>(
        (sum, one) => sum + one,
        0,
      );
      if (came >= low && came <= high) inside++;
    }

    expect(expected).toBeCloseTo(12, 9);
    expect(inside / 2000).toBeGreaterThan(0.85);
    expect(inside / 2000).toBeLessThan(0.95);
  });
});
