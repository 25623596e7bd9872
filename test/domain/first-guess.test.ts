import { describe, expect, it } from "vitest";
import { closenessOf, firstGuess } from "#domain/first-guess.ts";

const nothing: ReadonlyMap<string, number> = new Map();

describe("the first guess of whom a theme may draw", () => {
  it("names the tags that name its segments, that are typical there, or that its brief speaks of, and no others", () => {
    const guess = firstGuess(["camping"], new Map([["ev_owner", 1.4]]), new Map([["pet_family", 0.5]]));

    expect([...guess]).toEqual([
      ["camping", { names: 1, typical: 0, mentioned: 0 }],
      ["ev_owner", { names: 0, typical: 1, mentioned: 0 }],
      ["pet_family", { names: 0, typical: 0, mentioned: 0.5 }],
    ]);
  });

  it("keeps apart what speaks for the same tag", () => {
    const guess = firstGuess(["camping"], new Map([["camping", 0.7]]), new Map([["camping", 1]]));

    expect(guess.get("camping")).toEqual({ names: 1, typical: (0.7 / 1.4) ** 3, mentioned: 1 });
  });

  it("counts a tag that is only a little more common there as next to nothing, and never as more than all", () => {
    const typical = (lift: number) => firstGuess([], new Map([["x", lift]]), nothing).get("x")!.typical;

    expect(typical(0.3)).toBeLessThan(0.01);
    expect(typical(1.0)).toBeGreaterThan(typical(0.6));
    expect(typical(1.5)).toBe(1);
  });
});

describe("the room that a theme's pull on a tag is given", () => {
  it("is none where nothing speaks for the tag, and as much as the strongest of what does", () => {
    expect(closenessOf(undefined)).toBe(0);
    expect(closenessOf({ names: 0, typical: 0.2, mentioned: 0.6 })).toBe(0.6);
    expect(closenessOf({ names: 1, typical: 0.2, mentioned: 0.6 })).toBe(1);
    expect(closenessOf({ names: 0, typical: 0, mentioned: 3 })).toBe(1);
  });
});
