import { describe, expect, it } from "vitest";
import { differenceOf, medianOf, shareOf } from "#domain/interval.ts";

describe("intervals", () => {
  it("are Wilson's for a share (Newcombe 1998, table I: 81 of 263)", () => {
    const { low, high } = shareOf(81, 263);

    expect(low).toBeCloseTo(0.2553, 4);
    expect(high).toBeCloseTo(0.3662, 4);
  });

  it("are Newcombe's for a difference (1998, table II: 56/70 - 48/80)", () => {
    const { low, high } = differenceOf(shareOf(56, 70), shareOf(48, 80));

    expect(low).toBeCloseTo(0.0524, 4);
    expect(high).toBeCloseTo(0.3339, 4);
  });

  it("say nothing of nothing", () => {
    expect(shareOf(0, 0)).toMatchObject({ low: 0, high: 1 });
    expect(medianOf([])).toBeUndefined();
  });
});
