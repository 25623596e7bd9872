import { joinQuestions, type Question, questionIn } from "./asked-of-subject.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Found, Reading } from "./reading.ts";

/**
 * A message is heard together with a dozen before it, and again with the next one: what a text asked behind others, and what an answer showed of its
 * question, was worked out a moment ago. A question is the same object as long as its texts are remembered.
 */
export type Joined = { before: Question; own: Question; question: Question };
export type Replied = { question: Question; shown: readonly Shown[] };
type Shown = Pick<Found, "tag" | "way" | "evidence" | "ended"> & { start: number; end: number };

/** What turns in a row ask. */
export function questionOf(knowledge: Knowledge, asking: readonly Reading[]): Question | undefined {
  let question: Question | undefined;
  for (const each of asking) question = question ? joinedTo(question, knowledge, each) : questionIn(knowledge, each);
  return question;
}

function joinedTo(before: Question, knowledge: Knowledge, reading: Reading): Question {
  const own = questionIn(knowledge, reading);
  const known = reading.said.joined;
  if (known?.before === before && known.own === own) return known.question;
  const question = joinQuestions(before, own);
  reading.said.joined = { before, own, question };
  return question;
}

/** What a turn shows as an answer, which `work` works out where it is not known; all of it in words of that turn. */
export function repliesTo(question: Question, reading: Reading, work: () => readonly Found[]): readonly Found[] {
  const { said, at } = reading;
  if (said.replied?.question !== question) said.replied = { question, shown: work().map(shownBy) };
  return said.replied.shown.map(
    ({ tag, way, evidence, ended, start, end }): Found => ({
      tag,
      place: { reading, start, end },
      turn: at,
      way,
      evidence,
      ended,
    }),
  );
}

const shownBy = ({ tag, way, evidence, ended, place: { start, end } }: Found): Shown => {
  return { tag, way, evidence, ended, start, end };
};
