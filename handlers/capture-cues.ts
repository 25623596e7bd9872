import { suggestionCardKey, tagSuggestionCard } from "#cards/tag-suggestion.ts";
import type { Message } from "#db/conversations.ts";
import type { Tx } from "#db/store.ts";
import type { Cue, Heard, Turn } from "#domain/cue.ts";
import { hasRole, isStaff, type Person } from "#domain/person.ts";
import {
  type AskedBefore,
  type Question,
  quoteFrom,
  type Suggestion,
  suggestionLifeMs,
  suggestionsPerCard,
  worthOf,
} from "#domain/suggestion.ts";
import { currentTag } from "#domain/vocabulary-care.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent } from "./incoming.ts";
import { weighHeard } from "./learn-verdicts.ts";
import { addressOf, langOf, showStaff } from "./say.ts";
import type { WordsAgain } from "./second-thoughts.ts";
import { noteTopics } from "./watch-behaviour.ts";

/** How far back a conversation still explains what is said now. */
const contextMessages = 12;
const contextMs = 24 * 3_600_000;
const refusalMemoryMs = 30 * 86_400_000;

/**
 * Hears what a member says about themselves and asks the employee who looks after them, on one card per person. What employees say
 * shows nothing by itself, and nothing is heard of somebody who has refused.
 */
export async function captureCues(scene: Scene<MessageEvent>, message: Message): Promise<void> {
  const { person, tx, ctx } = scene;
  if (isStaff(person) || person.consent === "no" || message.text.trim() === "") return;
  const { to } = scene.event;
  const asked = to === undefined ? await whomToAsk(tx, person, scene.conversationId) : await pairOf(scene, to);
  if (!asked) return;

  const turns = await turnsUpTo(tx, message, person);
  await askAbout(tx, ctx, { person, asked, message, to }, turns, ctx.extract(turns));
  ctx.secondThoughts.ofWords({ event: scene.event, personId: person.id, turns });
}

type SaidBefore = Pick<WordsAgain, "personId" | "turns"> & { event: Pick<MessageEvent, "eventId" | "address" | "to"> };

/** What the language model, or a newer pack, heard in words that koloop has heard itself before: only what is new is asked. */
export async function captureAgain(tx: Tx, ctx: Context, job: SaidBefore, heard: Heard): Promise<void> {
  const { event, personId, turns } = job;
  const person = await tx.people.find(personId);
  const message = await tx.conversations.findMessage(event.address.channel, event.eventId);
  if (!person || person.consent === "no" || person.mergedInto !== null) return;
  if (!message || message.deletedAt !== null || message.text === "") return;
  const { to } = event;
  const asked =
    to === undefined ? await whomToAsk(tx, person, message.conversationId) : await pairOf({ tx, event }, to);
  if (asked) await askAbout(tx, ctx, { person, asked, message, to }, turns, heard);
}

type About = { person: Person; asked: Person; message: Message; to: MessageEvent["to"] };

async function askAbout(tx: Tx, ctx: Context, about: About, turns: readonly Turn[], heard: Heard): Promise<void> {
  const { person, asked, message, to } = about;
  const latest = turns.length - 1;
  // The packs know a merged tag by its old key.
  const current = (cue: Cue): Cue => ({ ...cue, tag: currentTag(ctx.taxonomy, cue.tag) });
  const cues = heard.cues.filter((cue) => cue.turn === latest).map(current);
  const retractions = heard.retractions.filter((cue) => cue.turn === latest).map(current);
  if (cues.length + retractions.length === 0) return;
  await noteTopics(tx, ctx, person, cues, message.at);
  const weighed = await weighHeard(tx, person, { cues, retractions });

  const now = ctx.now();
  const openSuggestions = await tx.suggestions.openAbout(person.id);
  const before =
    to === undefined ? await knownOf(tx, person, openSuggestions, now) : await knownToPair(tx, person, asked, now);
  const questions = worthOf(weighed, before, ctx.taxonomy, now);
  if (questions.length > 0) await ask(tx, ctx, { person, asked, message, questions, openSuggestions });
}

type Asking = {
  person: Person;
  asked: Person;
  message: Message;
  questions: Question[];
  openSuggestions: Suggestion[];
};

/** Adds the questions to the card that is open about this person, and begins another one where four stand on it. */
async function ask(
  tx: Tx,
  ctx: Context,
  { person, asked, message, questions, openSuggestions }: Asking,
): Promise<void> {
  const now = ctx.now();
  const perCard = ctx.oneQuestionChannels.has((await addressOf(tx, ctx, asked))?.channel ?? "")
    ? 1
    : suggestionsPerCard;
  const cards = new Map<string, Suggestion[]>();
  for (const s of openSuggestions)
    if (s.askedOf === asked.id && !cards.has(s.cardId)) cards.set(s.cardId, await tx.suggestions.ofCard(s.cardId));
  let card = [...cards].find(([, on]) => on.length < perCard) ?? [ctx.newId(), []];
  const touched = new Map<string, Suggestion[]>();
  const added: Suggestion[] = [];
  for (const { cue, kind } of questions) {
    if (card[1].length >= perCard) card = [ctx.newId(), []];
    const suggestion: Suggestion = {
      id: ctx.newId(),
      cardId: card[0],
      personId: person.id,
      tag: cue.tag,
      kind,
      quote: ctx.mask(quoteFrom(message.text, cue.quote)),
      messageId: message.id,
      conversationId: message.conversationId,
      askedOf: asked.id,
      score: cue.score,
      evidence: cue.evidence,
      status: "open",
      createdAt: now,
      expiresAt: now + suggestionLifeMs,
      answeredAt: null,
      answeredBy: null,
    };
    added.push(suggestion);
    card[1].push(suggestion);
    touched.set(...card);
  }
  // Meanwhile they may be taking the words back, or saying no to being listened to.
  await tx.people.hold([person.id]);
  await tx.suggestions.addAll(added);
  for (const [id, on] of touched)
    await showStaff(tx, ctx, asked, await suggestionCardOf(tx, ctx, id, person, asked, on));
}

/** The card as it stands in the database now, or as these suggestions make it. */
export async function suggestionCardOf(
  tx: Tx,
  ctx: Context,
  cardId: string,
  customer: Person,
  reader: Person,
  on?: readonly Suggestion[],
) {
  const suggestions = on ? inOrder(on) : await tx.suggestions.ofCard(cardId);
  const answeredBy = [...new Set(suggestions.flatMap((s) => (s.answeredBy ? [s.answeredBy] : [])))];
  const people = answeredBy.length === 0 ? [] : await tx.people.list(answeredBy);
  const names = new Map(people.map((p) => [p.id, p.name]));
  return tagSuggestionCard({
    cardId,
    customer: customer.name,
    suggestions,
    names,
    consent: await consentOf(tx, customer),
    taxonomy: ctx.taxonomy,
    now: ctx.now(),
    timeZone: reader.timeZone ?? ctx.timeZone,
    lang: langOf(reader),
  });
}

/** What the customer's consent comes to: a no to being listened to on any channel outweighs a yes elsewhere. */
async function consentOf(tx: Tx, { id, consent }: Person) {
  const said = await tx.consents.said(id);
  const no = said.find(({ kind, status }) => kind === "capture" && status === "no");
  if (no) return { status: no.status, at: Number(no.at) };
  const at = said.find(({ status }) => status === consent)?.at;
  return { status: consent, at: at === undefined ? undefined : Number(at) };
}

/** As the table gives them: by age, then by id. */
const inOrder = (suggestions: readonly Suggestion[]): Suggestion[] =>
  [...suggestions].sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));

/** What anybody knows of the person, or has been asked. */
async function knownOf(tx: Tx, person: Person, openSuggestions: Suggestion[], now: number): Promise<AskedBefore> {
  const holds = await tx.ledger.openHolds(person.id);
  return {
    heldTags: new Set(holds.map((hold) => hold.tag)),
    openSuggestions,
    refusals: await tx.suggestions.refusalsAbout(person.id, now - refusalMemoryMs),
  };
}

/** What this one employee has said of the person: in such a channel each pair has a profile of its own. */
async function knownToPair(tx: Tx, person: Person, asked: Person, now: number): Promise<AskedBefore> {
  const before = await tx.suggestions.askedOfAbout(asked.id, person.id);
  const held = new Set((await tx.ledger.openHolds(person.id)).map((hold) => hold.tag));
  const refused = before.flatMap((s) =>
    s.status === "rejected" && s.answeredAt !== null && s.answeredAt >= now - refusalMemoryMs
      ? [{ tag: s.tag, answeredAt: s.answeredAt }]
      : [],
  );
  return {
    heldTags: new Set(before.filter((s) => s.status === "confirmed" && held.has(s.tag)).map((s) => s.tag)),
    openSuggestions: before.filter((s) => s.status === "open"),
    refusals: [...refused, ...(await shownInVain(tx, before, now))],
  };
}

/** Questions that were shown, and whose words were taken back: the card stands there still, and another would ask the same twice. */
async function shownInVain(tx: Tx, before: Suggestion[], now: number): Promise<AskedBefore["refusals"]> {
  const shown: { tag: string; answeredAt: number }[] = [];
  for (const s of before)
    if (s.status === "withdrawn" && s.kind === "hold" && s.createdAt >= now - refusalMemoryMs)
      if ((await tx.outbox.placesOf(suggestionCardKey(s.cardId))).length > 0)
        shown.push({ tag: s.tag, answeredAt: s.createdAt });
  return shown;
}

async function pairOf(
  { tx, event }: { tx: Tx; event: Pick<MessageEvent, "address"> },
  to: string | null,
): Promise<Person | undefined> {
  const identity = to === null ? undefined : await tx.people.identity(event.address.channel, to);
  return identity && tx.people.find(identity.personId);
}

/** The employee who looks after the person, or else the only employee in the conversation. */
async function whomToAsk(tx: Tx, person: Person, conversationId: string): Promise<Person | undefined> {
  if (person.ownerId !== null) return tx.people.find(person.ownerId);
  const members = await tx.people.list(await tx.conversations.membersOf(conversationId));
  const employees = members.filter((member) => hasRole(member, "koe"));
  return employees.length === 1 ? employees[0] : undefined;
}

/** The conversation as the extractor reads it: the subject is `customer`, employees are `koe`, others go by their names. */
export async function turnsUpTo(tx: Tx, message: Message, subject: Person): Promise<Turn[]> {
  const messages = await tx.conversations.recentMessages(
    message.conversationId,
    message.at,
    message.at - contextMs,
    contextMessages,
  );
  const before = messages.filter((m) => m.id !== message.id);
  const others = [...new Set(before.map((m) => m.fromId))].filter((id) => id !== subject.id);
  const known = others.length === 0 ? [] : await tx.people.list(others);
  const people = new Map(known.map((p) => [p.id, p]));
  const who = (id: string): string => {
    if (id === subject.id) return "customer";
    const other = people.get(id);
    return other === undefined || isStaff(other) ? "koe" : other.name;
  };
  return [...before.map((m) => ({ who: who(m.fromId), text: m.text })), { who: "customer", text: message.text }];
}
