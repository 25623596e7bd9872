import { expect, test } from "vitest";
import { askedLess } from "#domain/person.ts";

test("who says that it is too often is asked half as often, and never less than an eighth", () => {
  const words = Array.from({ length: 4 });

  expect(words.reduce<number[]>((often) => [...often, askedLess(often.at(-1)!)], [1])).toEqual([
    1, 0.5, 0.25, 0.125, 0.125,
  ]);
});
