import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededChance } from "#domain/chance.ts";
import { EXPLORATION } from "#domain/form-choice.ts";
import { newLearner, noteOutcome, notePush } from "#domain/learning.ts";
import { type MatchPerson, type MatchSetup, type MatchTask, rankPeople } from "#domain/match.ts";
import { wordReason } from "#domain/match-reasons.ts";
import { planWave } from "#domain/plan.ts";
import { isCapped, isQuiet } from "#domain/push-gate.ts";
import { noStanding, noteDecline, type Standing } from "#domain/standing-declines.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse("2026-03-02T02:00:00Z");
const FORMS = ["video", "photo_text", "longform"];
const limits = { perWeek: 2, quiet: { from: "22:00", to: "08:00" } };

const person = (id: string, change: Partial<MatchPerson> = {}): MatchPerson => ({
  id,
  koc: true,
  consent: true,
  tags: new Set(["camping"]),
  segments: ["road"],
  offset: 480,
  told: [],
  standing: noStanding(),
  sends: [],
  ...change,
});

const task = (change: Partial<MatchTask> = {}): MatchTask => ({
  id: "t1",
  theme: "camping_power",
  wording: "camping_power#1",
  forms: FORMS,
  importance: 3,
  wanted: 5,
  budget: 20,
  sent: 0,
  isFor: (p) => !p.tags.has("single"),
  hinted: ["road"],
  mentions: new Map(),
  opensAt: now,
  asked: new Set(),
  ...change,
});

const setup = (change: Partial<MatchSetup> = {}): MatchSetup => ({
  learner: newLearner({ forms: FORMS, segments: [{ id: "road", tags: ["camping"] }], told: [], at: now }),
  limits,
  influence: {},
  themes: ["camping_power#1"],
  chance: seededChance(1),
  ...change,
});

const anybody = fc.record({
  koc: fc.boolean(),
  consent: fc.boolean(),
  single: fc.boolean(),
  asked: fc.boolean(),
  offset: fc.constantFrom(480, 0, -300, 570),
  hour: fc.integer({ min: 0, max: 22 }),
  sends: fc.array(fc.integer({ min: -160, max: 100 }), { maxLength: 3 }),
  declined: fc.option(
    fc.record({
      reason: fc.constantFrom("not_my_topic", "wrong_form", "too_often", "too_busy", "no_reason"),
      daysAgo: fc.integer({ min: 0, max: 100 }),
    }),
  ),
});

describe("matching", () => {
  it("never offers what a hard rule forbids, whatever the people, and counts who was left out", () => {
    fc.assert(
      fc.property(fc.array(anybody, { maxLength: 40 }), (drawn) => {
        const people = drawn.map((d, i) => {
          const sends: number[] = [];
          for (const h of d.sends) if (!isCapped(sends, now + h * HOUR, 2)) sends.push(now + h * HOUR);
          const standing: Standing = d.declined
            ? noteDecline(
                noStanding(),
                d.declined.reason as "too_often",
                "camping_power",
                "video",
                now - d.declined.daysAgo * DAY,
              )
            : noStanding();
          return person(`p${i}`, {
            koc: d.koc,
            consent: d.consent,
            tags: new Set(d.single ? ["single"] : ["camping"]),
            offset: d.offset,
            told: [[d.hour, d.hour + 2]],
            sends,
            standing,
          });
        });
        const asked = new Set(drawn.flatMap((d, i) => (d.asked ? [`p${i}`] : [])));

        const { offers, left } = rankPeople(task({ asked }), people, setup());

        const excluded = Object.values(left).reduce((a, b) => a + b, 0);
        expect(offers.length + excluded).toBe(people.length);
        for (const offer of offers) {
          const p = people.find((x) => x.id === offer.person)!;
          expect(p.koc && p.consent && !p.tags.has("single") && !asked.has(p.id)).toBe(true);
          expect(isQuiet(offer.at, p.offset, limits.quiet)).toBe(false);
          expect(isCapped(p.sends, offer.at, limits.perWeek)).toBe(false);
          expect(offer.at).toBeGreaterThanOrEqual(now);
          expect(offer.at).toBeLessThanOrEqual(now + 48 * HOUR);
          expect(p.standing.all).toBeLessThanOrEqual(now);
          expect(p.standing.themes.camping_power ?? 0).toBeLessThanOrEqual(now);
          for (const form of Object.keys(offer.chances)) expect(p.standing.forms[form] ?? 0).toBeLessThanOrEqual(now);
        }
        expect(new Set(offers.map((o) => o.person)).size).toBe(offers.length);
      }),
      { numRuns: 150 },
    );
  });

  it("states the true chances of all open forms: they sum to one and none falls under the floor", () => {
    const { offers } = rankPeople(
      task(),
      Array.from({ length: 30 }, (_, i) => person(`p${i}`)),
      setup(),
    );

    for (const offer of offers) {
      const chances = Object.values(offer.chances);
      expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...chances)).toBeGreaterThanOrEqual(EXPLORATION / 3);
      expect(offer.probability).toBe(offer.chances[offer.form]);
    }
  });

  it("draws the forms as often as it says", () => {
    const chance = seededChance(5);
    const counts: Record<string, number> = {};
    let expected = 0;
    for (let k = 0; k < 400; k++) {
      const offer = rankPeople(task(), [person("ann")], setup({ chance })).offers[0]!;
      counts[offer.form] = (counts[offer.form] ?? 0) + 1;
      expected = offer.chances.video!;
    }

    expect(counts.video! / 400).toBeGreaterThan(expected - 0.08);
    expect(counts.video! / 400).toBeLessThan(expected + 0.08);
  });

  it("sends in the hours in which the person says they look, outside quiet hours", () => {
    const { offers } = rankPeople(task(), [person("ann", { told: [[19, 22]] })], setup());

    expect(new Date(offers[0]!.at).toISOString()).toBe("2026-03-02T11:00:00.000Z");
  });

  it("puts the influential first for an important task and not for a minor one", () => {
    const people = [person("ann"), person("bob")];
    const influence = { bob: 3 };
    const first = (importance: number) =>
      rankPeople(task({ importance }), people, setup({ influence })).offers.map((o) => [o.person, o.worth]);

    expect(first(5)[0]![0]).toBe("bob");
    expect(first(1).every(([, worth]) => worth === 1)).toBe(true);
  });

  it("prefers those who completed before, and says why in words and numbers", () => {
    const s = setup();
    for (let k = 0; k < 3; k++) {
      const at = now - (30 - k) * DAY;
      const known = rankPeople(task({ id: `old${k}`, opensAt: at }), [person("bob")], s).offers[0]!;
      notePush(s.learner, {
        situation: known.situation,
        form: known.form,
        at: known.at,
        offset: 480,
        told: [],
        logits: known.logits,
        usual: known.usualLogit,
      });
      noteOutcome(s.learner, { task: `old${k}`, person: "bob", at: known.at + HOUR, event: "approved" });
    }

    const { offers } = rankPeople(task(), [person("ann"), person("bob")], s);

    expect(offers[0]!.person).toBe("bob");
    const words = offers[0]!.reasons.map(wordReason);
    expect(words.length).toBeGreaterThan(0);
    expect(words.length).toBeLessThanOrEqual(8);
    for (const text of words) expect(text.length).toBeLessThanOrEqual(200);
    expect(words.some((w) => /\d/.test(w))).toBe(true);
  });

  it("asks only as many more as what is out does not already promise", () => {
    const { offers } = rankPeople(
      task(),
      Array.from({ length: 60 }, (_, i) => person(`p${i}`)),
      setup(),
    );

    const first = planWave(offers, 3, 60);
    const later = planWave(offers, 3, 60, [0.9, 0.9, 0.9, 0.9]);

    expect(first.offers.length).toBeGreaterThan(later.offers.length);
    expect(planWave(offers, 3, 2).offers.length).toBe(2);
    expect(planWave(offers, 0, 60).offers.length).toBe(0);
    expect(first.low).toBeLessThanOrEqual(first.expected);
  });
});
