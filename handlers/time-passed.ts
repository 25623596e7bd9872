import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { alarmLateFigures } from "./alarm-late-figures.ts";
import { answerSubscriptions } from "./answer-question.ts";
import { askFigures } from "./ask-figures.ts";
import { suggestionCardOf } from "./capture-cues.ts";
import { careForTags } from "./care-for-tags.ts";
import { useVocabulary } from "./care-for-vocabulary.ts";
import type { Context } from "./context.ts";
import { followInfluence } from "./follow-influence.ts";
import { fadingDue, followPerson, lookDue, segmentIndex } from "./follow-segments.ts";
import { expireApprovals } from "./give-approval.ts";
import { sendClosedReports } from "./health-report.ts";
import { judgeThemes } from "./judge-themes.ts";
import { keepWeights } from "./keep-weights.ts";
import { letGo } from "./let-go.ts";
import { noticePerson, sendMoments } from "./notice-moments.ts";
import { useLearnedPhrases } from "./propose-phrases.ts";
import { remindDue, tellResults } from "./remind.ts";
import { runTasks } from "./run-tasks.ts";
import { redraw } from "./say.ts";
import { readWaitingComments } from "./take-rows.ts";
import { watchBehaviour } from "./watch-behaviour.ts";
import { keepInfluence } from "./weigh-influence.ts";

/** At most so many of each kind a tick, so that a long absence is caught up in small steps. */
const atOnce = 200;
/** Reading them takes some 30 µs each. */
const commentsAtOnce = 1000;

/** What time alone changes: questions that have gone cold, and memberships that depend on activity. */
export async function timePassed(tx: Tx, ctx: Context): Promise<void> {
  await useVocabulary(tx, ctx);
  await useLearnedPhrases(tx, ctx);
  await expireSuggestions(tx, ctx);
  await keepWeights(tx, ctx);
  await keepInfluence(tx, ctx);
  await followInfluence(tx, ctx);
  await runTasks(tx, ctx);
  await judgeThemes(tx, ctx);
  await remindDue(tx, ctx);
  await tellResults(tx, ctx);
  await askFigures(tx, ctx);
  await alarmLateFigures(tx, ctx);
  await sendClosedReports(tx, ctx);
  await readWaitingComments(tx, ctx.readComment, commentsAtOnce);
  await answerSubscriptions(tx, ctx);
  for (const personId of await tx.segments.duePeople(ctx.now(), atOnce)) {
    await settleDue(tx, ctx, personId);
  }
  await sendMoments(tx, ctx);
  await tx.erasure.dropFarewells();
  await expireApprovals(tx, ctx);
  await letGo(tx, ctx);
}

/** Settles what has fallen due for one person; marks of segments that are gone, and of people who were merged, are cleared. */
async function settleDue(tx: Tx, ctx: Context, personId: string): Promise<void> {
  const now = ctx.now();
  const due = await tx.segments.dueOf(personId, now);
  const person = await tx.people.find(personId);
  const { positions } = await segmentIndex(tx, ctx);
  const counts = person !== undefined && person.mergedInto === null;
  for (const id of due)
    if (!counts || (id !== fadingDue && id !== lookDue && !positions.has(id)))
      await tx.segments.setDue(personId, id, null);
  if (!counts) return;
  const segments = due.filter((id) => positions.has(id));
  if (segments.length > 0) await followPerson(tx, ctx, person, now, { segments });
  if (due.includes(fadingDue)) await careForTags(tx, ctx, person);
  if (due.includes(lookDue)) await lookAt(tx, ctx, person);
}

/** What a person's habits show, and then whether this is a moment that somebody should know of. */
async function lookAt(tx: Tx, ctx: Context, person: Person): Promise<void> {
  const times = [await watchBehaviour(tx, ctx, person), await noticePerson(tx, ctx, person)];
  const next = times.filter((time) => time !== undefined);
  await tx.segments.setDue(person.id, lookDue, next.length > 0 ? Math.min(...next) : null);
}

async function expireSuggestions(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const cards = new Map<string, { personId: string; askedOf: string }>();
  for (const suggestion of await tx.suggestions.dueToExpire(now, atOnce)) {
    await tx.suggestions.save({ ...suggestion, status: "expired", answeredAt: now });
    cards.set(suggestion.cardId, suggestion);
  }
  for (const [cardId, { personId, askedOf }] of cards) {
    const [customer, reader] = [await tx.people.find(personId), await tx.people.find(askedOf)];
    if (customer && reader) await redraw(tx, ctx, await suggestionCardOf(tx, ctx, cardId, customer, reader));
  }
}
