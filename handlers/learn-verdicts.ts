import type { Tx } from "#db/store.ts";
import { seededChance, seedOf } from "#domain/chance.ts";
import type { Cue, Heard } from "#domain/cue.ts";
import type { Person } from "#domain/person.ts";
import { type Suggestion, type Verdict, worthAsking } from "#domain/suggestion.ts";
import { weighedCues } from "#domain/suggestion-learning.ts";
import type { Context } from "./context.ts";

const dayMs = 86_400_000;
/** What somebody said in this time is what an employee may have had in mind when they set a tag by hand. */
const inMindMs = 30 * dayMs;
const messagesInMind = 40;
/** Who takes off within this time what they confirmed says that koloop was wrong; later, life may have changed. */
const mistakeMs = 7 * dayMs;

/**
 * What was heard, with the scores that earlier verdicts give it. What is asked against experience is drawn once for a person and what was learned so
 * far: saying the same again does not draw again.
 */
export async function weighHeard(tx: Tx, person: Person, heard: Heard): Promise<Heard> {
  const all = [...heard.cues, ...heard.retractions];
  if (all.length === 0) return heard;
  const experience = await tx.experience.about(
    heard.cues.map(({ tag }) => tag),
    [...new Set(all.flatMap(({ evidence }) => evidence))],
  );
  if (experience.rows.length === 0) return heard;
  const draw = (cue: Cue) => seededChance(seedOf(person.id, cue.tag, ...cue.evidence))();
  // That words end a state is learned of the words alone: the tag's own count is of those that say it holds.
  const ofWords = { ...experience, byTag: new Map() };
  return {
    cues: weighedCues(heard.cues, experience, worthAsking, draw),
    retractions: weighedCues(heard.retractions, ofWords, worthAsking, draw),
  };
}

/** An employee's answer to what was heard moves what is asked next. Whether an old tag still holds teaches nothing about words. */
export async function learnFromAnswer(tx: Tx, suggestion: Suggestion, verdict: Verdict, at: number): Promise<void> {
  if (suggestion.kind === "keep") return;
  const { tag, evidence, id, kind } = suggestion;
  await tx.experience.note({ tag: kind === "retract" ? `-${tag}` : tag, evidence }, verdict, `suggestion ${id}`, at);
}

/**
 * A tag set by hand confirms whatever in the person's own recent words spoke for it, however softly. A tag taken off by hand soon after it was
 * confirmed takes the confirmation back.
 */
export async function learnFromHand(
  tx: Tx,
  ctx: Context,
  person: Person,
  word: { tag: string; holds: boolean; at: number },
): Promise<void> {
  const { tag, holds, at } = word;
  if (!holds) return learnFromMistake(tx, person, tag, at);
  const texts = await tx.conversations.textsOf(person.id, at - inMindMs, messagesInMind);
  const spoke = new Set(
    texts.flatMap((text) =>
      ctx.extract([{ who: "customer", text }]).cues.flatMap((cue) => (cue.tag === tag ? cue.evidence : [])),
    ),
  );
  if (spoke.size > 0) await tx.experience.note({ tag, evidence: [...spoke] }, "confirmed", `hand ${person.id}`, at);
}

async function learnFromMistake(tx: Tx, person: Person, tag: string, at: number): Promise<void> {
  const confirmed = (await tx.suggestions.answeredAbout(person.id, at - mistakeMs)).find(
    (s) => s.tag === tag && s.kind === "hold" && s.status === "confirmed",
  );
  if (confirmed) await tx.experience.note(confirmed, "rejected", `taken back ${confirmed.id}`, at);
}
