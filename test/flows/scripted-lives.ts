import type { TagSource } from "#domain/tag.ts";

const day = 86_400_000;

/** One thing that somebody says of a person, and what was true of them from then on, by the author's own book of how lives go. */
export type LifeEvent = {
  /** When it is told, and the time that it tells of. */
  toldAt: number;
  at: number;
  tag: string;
  source: TagSource;
  /** Tags that this makes untrue, by the author's book; empty for news that end nothing and for mere repetitions. */
  ends: string[];
};
export type Life = { id: string; events: LifeEvent[] };

/**
 * How lives go, written down without looking at the taxonomy: each line is a road, and reaching a place on it makes the named earlier
 * places untrue.
 */
const roads: readonly (readonly { tag: string; ends: readonly string[] }[])[] = [
  [
    { tag: "single", ends: [] },
    { tag: "in_relationship", ends: ["single"] },
    { tag: "married", ends: ["in_relationship", "single"] },
    { tag: "single", ends: ["married", "in_relationship"] },
  ],
  [
    { tag: "single", ends: [] },
    { tag: "married", ends: ["single", "in_relationship"] },
    { tag: "expecting", ends: ["single"] },
    { tag: "new_parent", ends: ["expecting", "single"] },
    { tag: "school_age_kid", ends: ["new_parent", "expecting"] },
  ],
  [
    { tag: "expecting", ends: ["single"] },
    { tag: "two_kids", ends: ["expecting"] },
  ],
  [
    { tag: "student", ends: ["retiree"] },
    { tag: "office_worker", ends: ["student", "retiree"] },
    { tag: "retiree", ends: ["office_worker", "student"] },
  ],
  [
    { tag: "first_time_buyer", ends: [] },
    { tag: "comparing", ends: ["waiting"] },
    { tag: "test_drive", ends: [] },
    { tag: "ordered", ends: ["comparing", "waiting", "test_drive"] },
    { tag: "new_owner", ends: ["ordered", "comparing", "waiting", "test_drive", "first_time_buyer"] },
    { tag: "long_time_owner", ends: ["new_owner", "first_time_buyer"] },
    { tag: "plans_replacement", ends: ["new_owner"] },
  ],
  [
    { tag: "novice", ends: [] },
    { tag: "expert", ends: ["novice"] },
  ],
  [
    { tag: "dissatisfied", ends: ["satisfied"] },
    { tag: "satisfied", ends: ["dissatisfied", "churn_risk"] },
    { tag: "churn_risk", ends: ["satisfied"] },
  ],
  [
    { tag: "city:成都", ends: [] },
    { tag: "city:上海", ends: ["city:成都", "city:杭州"] },
    { tag: "city:杭州", ends: ["city:上海", "city:成都"] },
  ],
];
const pastimes = ["camping", "photography", "foodie", "fishing", "gaming", "fitness", "price_sensitive", "space"];

/**
 * Lives of three years each, with `changes` true changes among them and, in between, news that change nothing, repetitions, and late
 * imports that still tell of what has passed. Every change is confirmed by an employee, as koloop has it.
 */
export function scriptedLives(count: number, changes: number, begin: number, seed = 7): Life[] {
  let state = seed;
  const pick = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  let left = changes;
  return Array.from({ length: count }, (_, n) => {
    const own = Math.round(left / (count - n));
    left -= own;
    return { id: `L${n}`, events: lifeWith(own, begin, pick) };
  });
}

function lifeWith(changes: number, begin: number, pick: (below: number) => number): LifeEvent[] {
  const events: LifeEvent[] = [];
  const held = new Set<string>();
  /** What has passed, with a time when it was still so. */
  const gone = new Map<string, number>();
  let made = 0;
  const places = roads.map(() => 0);
  const days = Array.from({ length: 400 }, () => pick(3 * 365)).sort((a, b) => a - b);
  for (const [i, on] of days.entries()) {
    if (made >= changes && i % 30 !== 0) continue;
    const at = begin + on * day + i * 60_000;
    const road = pick(roads.length);
    const step = pick(3) > 0 ? roads[road]![places[road]!] : undefined;
    if (made < changes && step && on >= (made * 3 * 365) / (changes + 1)) {
      places[road] = places[road]! + 1;
      const ends = step.ends.filter((tag) => held.has(tag));
      if (held.has(step.tag)) continue;
      for (const tag of ends) {
        held.delete(tag);
        gone.set(tag, at - day);
      }
      held.add(step.tag);
      gone.delete(step.tag);
      if (ends.length > 0) made++;
      events.push({ toldAt: at, at, tag: step.tag, source: "koe", ends });
    } else if (pick(4) === 0 && gone.size > 0) {
      // An old list is read in: it tells of a time that has passed.
      const [tag, then] = [...gone][pick(gone.size)]!;
      events.push({ toldAt: at, at: then, tag, source: "import", ends: [] });
    } else
      events.push({
        toldAt: at,
        at,
        tag: pastimes[pick(pastimes.length)]!,
        source: pick(2) ? "koe" : "behaviour",
        ends: [],
      });
  }
  return events;
}
