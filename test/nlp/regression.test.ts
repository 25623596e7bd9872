import { expect, test } from "vitest";
import { regress, type Samples } from "#nlp/regression.ts";
import { seeded } from "#nlp/seeded.ts";

/** Forty samples of two features of six, the first three of which speak for it, a fifth of the time wrongly. */
function made(): { samples: Samples; shows: Uint8Array } {
  const random = seeded(3);
  const pick = (n: number) => Math.floor(random() * n);
  const n = 40;
  const rows = Array.from({ length: n }, () => [pick(6), pick(6)]);
  const shows = Uint8Array.from(rows, ([a]) => (random() < 0.2 ? Number(a! >= 3) : Number(a! < 3)));
  const samples = {
    at: Int32Array.from({ length: n + 1 }, (_, i) => 2 * i),
    feature: Int32Array.from(rows.flat()),
    value: Float32Array.from(rows.flat(), () => Math.SQRT1_2),
    worth: Float64Array.from({ length: n }, () => 1 + random()),
    width: 6,
  };
  return { samples, shows };
}

test("a regression ends where no change of a weight makes errors and large weights less", () => {
  const { samples, shows } = made();
  const { weights, bias } = regress(samples, shows, seeded(1));
  const slope = [...weights, bias];
  for (let i = 0; i < shows.length; i++) {
    const places = [samples.feature[2 * i]!, samples.feature[2 * i + 1]!];
    const odds = bias + places.reduce((sum, f) => sum + weights[f]! * Math.SQRT1_2, 0);
    const error = samples.worth[i]! * (1 / (1 + Math.exp(-odds)) - shows[i]!);
    for (const f of places) slope[f]! += error * Math.SQRT1_2;
    slope[6]! += error;
  }
  for (const each of slope) expect(Math.abs(each)).toBeLessThan(0.2);
  expect(weights[0]! + weights[1]! + weights[2]!).toBeGreaterThan(weights[3]! + weights[4]! + weights[5]! + 1);
});

test("the same order of samples gives the same weights", () => {
  const { samples, shows } = made();
  expect(regress(samples, shows, seeded(1))).toEqual(regress(samples, shows, seeded(1)));
});
