import { describe, expect, it } from "vitest";
import { type Contender, keptForOthers } from "#domain/shared-people.ts";

const offer = (person: string, expected: number) => ({ person, worth: 1, expected, price: 0.01 });
const task = (slots: number, offers: Contender["offers"], importance = 3): Contender => ({ importance, slots, offers });
const once = () => 1;

describe("people whom several running tasks want", () => {
  it("are left to the task that has nobody else", () => {
    const own = task(1, [offer("ann", 0.31), offer("ben", 0.3)]);
    const other = task(1, [offer("ann", 0.28)]);

    expect([...keptForOthers(own, [other], once)]).toEqual(["ann"]);
  });

  it("stay where they are worth most when the other task has others as good", () => {
    const own = task(1, [offer("ann", 0.4), offer("ben", 0.1)]);
    const other = task(1, [offer("ann", 0.3), offer("cas", 0.29)]);

    expect([...keptForOthers(own, [other], once)]).toEqual([]);
  });

  it("are shared where they can still take both", () => {
    const own = task(1, [offer("ann", 0.31), offer("ben", 0.3)]);
    const other = task(1, [offer("ann", 0.28)]);

    expect([...keptForOthers(own, [other], () => 2)]).toEqual([]);
  });

  it("go to the more important task where nothing else decides", () => {
    const own = task(2, [offer("ann", 0.3), offer("ben", 0.3)], 1);
    const other = task(1, [offer("ann", 0.3), offer("ben", 0.2)], 5);

    expect([...keptForOthers(own, [other], once)]).toEqual(["ann"]);
  });

  it("are kept for no task that asks nobody now", () => {
    const own = task(1, [offer("ann", 0.1)]);
    const other = task(0, [offer("ann", 0.9)]);

    expect([...keptForOthers(own, [other], once)]).toEqual([]);
  });
});
