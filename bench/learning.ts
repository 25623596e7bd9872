import { seededChance } from "#domain/chance.ts";
import { closeTask, type LearnerState, newLearner, noteOutcome, notePush } from "#domain/learning.ts";
import { type Figure, median } from "./frame.ts";

const HOUR = 3_600_000;
const FORMS = ["video", "photo_text", "longform"];
const TAGS = Array.from({ length: 40 }, (_, i) => `tag_${i}`);
const PEOPLE = 2000;
const PER_TASK = 50;
const HISTORIES = [1000, 100_000];
const MEASURED = 4000;

/** One push seen and answered, two outcomes to learn; tasks close as they fill. */
function step(state: LearnerState, chance: () => number, n: number): void {
  const at = n * HOUR;
  const task = `t${Math.floor(n / PER_TASK)}`;
  const person = `p${Math.floor(PEOPLE * chance())}`;
  const tags = TAGS.filter(() => chance() < 0.2);
  const form = FORMS[Math.floor(3 * chance())]!;
  const segments = [`s${Math.floor(6 * chance())}`];
  const theme = `theme${Math.floor(n / PER_TASK) % 12}#1`;
  notePush(state, {
    situation: { person, task, theme, tags, active: 1, tired: 0, hinted: 1, mentioned: 0, segments },
    ...{ form, at, offset: 480, told: [], logits: [1, -1, 1, 1], usual: -1 },
  });
  noteOutcome(state, { task, person, at: at + 60_000, event: "seen" });
  noteOutcome(state, { task, person, at: at + 120_000, event: chance() < 0.3 ? "accepted" : "declined" });
  if (n % PER_TASK === PER_TASK - 1) closeTask(state, task, at + 180_000);
}

/** What learning from one outcome costs after a short and after a long history: the goal is a millisecond, and constant. */
export async function benchLearning(): Promise<Figure[]> {
  const costs = HISTORIES.map((history) => {
    const chance = seededChance(7);
    const segments = Array.from({ length: 6 }, (_, i) => ({ id: `s${i}`, tags: [`tag_${i}`] }));
    const state = newLearner({ forms: FORMS, segments, told: [], at: 0 });
    let n = 0;
    while (n < history / 2) step(state, chance, n++);
    const spent: number[] = [];
    for (let k = 0; k < MEASURED / PER_TASK; k++) {
      const from = performance.now();
      for (let i = 0; i < PER_TASK; i++) step(state, chance, n++);
      spent.push((performance.now() - from) / (2 * PER_TASK));
    }
    return median(spent);
  });
  const [short, long] = costs as [number, number];
  const how =
    "median over batches of 100 outcomes, the push and the end of its task counted in; 2,000 people, 12 themes";
  const against = "a history of 1,000 outcomes";
  return [
    { name: "one outcome after 1,000", value: short, unit: "ms", goal: "<= 1", holds: short <= 1, against: "", how },
    { name: "one outcome after 100,000", value: long, unit: "ms", goal: "<= 1", holds: long <= 1, against: "", how },
    { name: "long to short", value: long / short, unit: "x", goal: "<= 1.5", holds: long <= 1.5 * short, against, how },
  ];
}
