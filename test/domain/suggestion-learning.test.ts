import { expect, test } from "vitest";
import type { Cue } from "#domain/cue.ts";
import { proposePhrases } from "#domain/phrase-proposal.ts";
import {
  type Experience,
  isWorthAsking,
  learnedScore,
  NO_EXPERIENCE,
  weighedCues,
  withVerdict,
} from "#domain/suggestion-learning.ts";

const cue = (tag: string, evidence: string, score = 0.9): Cue => ({
  tag,
  quote: "出差",
  turn: 0,
  score,
  evidence: [evidence],
});
const after = (verdict: "confirmed" | "rejected", times: number, of: Cue): Experience =>
  Array.from({ length: times }).reduce<Experience>((experience) => withVerdict(experience, of, verdict), NO_EXPERIENCE);

test("without verdicts a score stays what it was", () => {
  expect(learnedScore(cue("a", "p#1"), NO_EXPERIENCE)).toBe(0.9);
});

test("after 20 rejections a pattern is suggested at most half as often", () => {
  const rejected = after("rejected", 20, cue("a", "p#1", 0.98));
  const draws = Array.from({ length: 100 }, (_, k) => k / 100);

  const asked = draws.filter((draw) => isWorthAsking(cue("a", "p#1", 0.98), rejected, 0.5, draw)).length;

  expect(asked).toBeLessThanOrEqual(50);
  expect(asked).toBeGreaterThan(0);
});

test("another pattern of the tag suffers less than the one that was rejected", () => {
  const rejected = after("rejected", 8, cue("a", "p#1"));

  expect(learnedScore(cue("a", "p#2"), rejected)).toBeGreaterThan(learnedScore(cue("a", "p#1"), rejected));
  expect(learnedScore(cue("b", "q#1"), rejected)).toBe(0.9);
});

test("confirmations raise a doubtful score and never beyond 1", () => {
  const score = learnedScore(cue("a", "p#1", 0.6), after("confirmed", 50, cue("a", "p#1", 0.6)));

  expect(score).toBeGreaterThan(0.9);
  expect(score).toBeLessThanOrEqual(1);
});

test("a way of saying that several subjects of a tag share is proposed, with an example", () => {
  const tagged = ["又要去工地盯着", "明天工地盯着浇筑", "天天在工地盯着"].map((text, k) => ({
    tag: "builder",
    subject: `s${k}`,
    text,
  }));

  const [first] = proposePhrases(tagged, ["今天天气不错", "想看看新车"]);

  expect(first).toEqual({ tag: "builder", phrase: "工地盯着", subjects: 3, example: "又要去工地盯着" });
});

test("what everybody says is not proposed, nor what one subject repeats", () => {
  const common = ["a", "b", "c"].map((subject) => ({ tag: "t", subject, text: "好的谢谢您" }));
  const repeated = [1, 2, 3].map(() => ({ tag: "t", subject: "a", text: "我在工地盯着" }));

  expect(proposePhrases(common, ["好的谢谢您", "收到"])).toEqual([]);
  expect(proposePhrases(repeated, [])).toEqual([]);
});

test("one pattern's twenty rejections do not silence a sound pattern of the same tag", () => {
  const rejected = after("rejected", 20, cue("a", "p#1"));

  const [other] = weighedCues([cue("a", "p#2", 0.75)], rejected, 0.5, () => 0.99);

  expect(other!.score).toBeGreaterThanOrEqual(0.5);
});

test("what was right before is forgotten within twenty rejections in a row", () => {
  const learned = Array.from({ length: 20 }).reduce<Experience>(
    (experience) => withVerdict(experience, cue("a", "p#1"), "rejected"),
    after("confirmed", 500, cue("a", "p#1")),
  );

  expect(learnedScore(cue("a", "p#1"), learned)).toBeLessThan(0.5);
});

test("what was less sure from the first goes on being asked once it was confirmed, and hardly once it was refused", () => {
  const unsure = cue("a", "p#1", 0.4);
  const asks = (experience: Experience) => isWorthAsking(unsure, experience, 0.33, 0.9);

  expect(asks(NO_EXPERIENCE)).toBe(true);
  expect(asks(after("confirmed", 1, unsure))).toBe(true);
  expect(asks(after("rejected", 1, unsure))).toBe(false);
});
