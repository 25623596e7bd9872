import { describe, expect, it } from "vitest";
import { tagKinship } from "#domain/tag-kinship.ts";

describe("the kinship of a tag", () => {
  const person = (held: string[], segments: string[] = []) => ({ tags: new Set(held), segments });
  const many = (count: number, of: ReturnType<typeof person>) => Array.from({ length: count }, () => of);

  it("is high where members of the audience hold it more often than others do", () => {
    const people = [...many(20, person(["pet_family", "driver"], ["s1"])), ...many(80, person(["driver"]))];

    const kinship = tagKinship(people, ["s1"]);

    expect(kinship.get("pet_family")).toBeGreaterThan(1);
    expect(kinship.has("driver")).toBe(false);
  });

  it("is not claimed for a tag that one of a few members happens to hold", () => {
    const people = [person(["rare"], ["s1"]), ...many(99, person([], ["s1"])), ...many(100, person(["rare"]))];

    expect(tagKinship(people, ["s1"]).has("rare")).toBe(false);
  });

  it("is nothing where the audience has no members", () => {
    expect(tagKinship(many(5, person(["driver"])), ["s1"]).size).toBe(0);
  });
});
