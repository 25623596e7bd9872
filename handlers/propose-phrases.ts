import { phraseProposalCard } from "#cards/phrase-proposal.ts";
import type { PhraseRecord } from "#db/phrases.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { type HandTagged, type PhraseProposal, proposePhrases } from "#domain/phrase-proposal.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Context, Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { redraw, replyRefusal, showStaff } from "./say.ts";

const dayMs = 86_400_000;
const lookBackMs = 90 * dayMs;
/** What somebody said in this time before they got a tag may be why. */
const inMindMs = 30 * dayMs;
const textsEach = 30;
const otherTexts = 2_000;
/** Managers read them one by one: no more at a time than are read with care. */
const openAtMost = 5;
const lookedAt = "phrases-looked-at";

/** Whether a day has passed since talk was last looked through. */
const isDue = async (tx: Tx, ctx: Context): Promise<boolean> =>
  ctx.now() - Number((await tx.settings.get(lookedAt)) ?? 0) >= dayMs;

/**
 * Ways of saying that recur among those who were given a tag and that the extractor does not hear. Only reads, and takes its time: to be called
 * outside of any writing. Undefined until a day has passed since the last look.
 */
export async function findPhrases(tx: Tx, ctx: Context): Promise<PhraseProposal[] | undefined> {
  if (!(await isDue(tx, ctx))) return undefined;
  const open = (await tx.phrases.all()).filter(({ state }) => state === "asked").length;
  const since = ctx.now() - lookBackMs;
  const tagged = await tx.phrases.taggedSince(since);
  const talk = await tx.phrases.talkSince(since, otherTexts);
  const known = new Set((await tx.phrases.all()).map(({ tag, phrase }) => `${tag} ${phrase}`));
  const found: PhraseProposal[] = [];
  for (const tag of new Set(tagged.map((given) => given.tag))) {
    const given = tagged.filter((each) => each.tag === tag);
    const subjects = new Set(given.map(({ personId }) => personId));
    const others = talk.filter(({ personId }) => !subjects.has(personId)).map(({ text }) => text);
    const unheard = await unheardOf(tx, ctx, tag, given);
    found.push(...proposePhrases(unheard, others).filter(({ phrase }) => ctx.mask(phrase) === phrase));
  }
  return found
    .filter(({ tag, phrase }) => !known.has(`${tag} ${phrase}`))
    .sort((a, b) => b.subjects - a.subjects || b.phrase.length - a.phrase.length)
    .slice(0, Math.max(0, openAtMost - open));
}

/** What the people of a tag said before they got it and in which the extractor hears nothing of it. */
async function unheardOf(
  tx: Tx,
  ctx: Context,
  tag: string,
  given: readonly { personId: string; at: number }[],
): Promise<HandTagged[]> {
  const unheard: HandTagged[] = [];
  for (const { personId, at } of given) {
    for (const text of await tx.conversations.textsOf(personId, at - inMindMs, textsEach)) {
      const { cues } = ctx.extract([{ who: "customer", text }]);
      if (!cues.some((cue) => cue.tag === tag)) unheard.push({ tag, subject: personId, text });
    }
  }
  return unheard;
}

/** Asks the managers about what was found; the look counts as done even where nothing was. */
export async function proposeFound(tx: Tx, ctx: Context, found: readonly PhraseProposal[]): Promise<void> {
  if (!(await isDue(tx, ctx))) return;
  await tx.settings.set(lookedAt, String(ctx.now()), ctx.now());
  if (found.length === 0) return;
  const managers = await tx.people.listByRole("manager");
  for (const { tag, phrase, subjects, example } of found) {
    const masked = ctx.mask(example);
    const asked = { id: ctx.newId(), tag, phrase, subjects, example: masked, state: "asked" as const };
    const record: PhraseRecord = { ...asked, settledBy: null, at: ctx.now() };
    await tx.phrases.keep(record, ctx.now());
    for (const manager of managers) await showStaff(tx, ctx, manager, cardOf(ctx, record, manager));
  }
}

/** Has the extractor listen for what managers have accepted; read with each tick, since several programs may serve one database. */
export async function useLearnedPhrases(tx: Tx, ctx: Context): Promise<void> {
  const accepted = (await tx.phrases.all()).filter(({ state }) => state === "accepted");
  const stamp = accepted.map(({ id }) => id).join(" ");
  if ((used.get(ctx) ?? "") === stamp) return;
  used.set(ctx, stamp);
  ctx.extract = ctx.extractWith(accepted);
}
const used = new WeakMap<Context, string>();

export const acceptPhraseTapped = (scene: Scene<TapEvent>): Promise<void> => settle(scene, "asked", "accepted");
export const dropPhraseTapped = (scene: Scene<TapEvent>): Promise<void> => settle(scene, "asked", "dropped");
/** The phrase is no longer listened for; tags that people confirmed meanwhile stay, since they are those people's word. */
export const undoPhraseTapped = (scene: Scene<TapEvent>): Promise<void> => settle(scene, "accepted", "undone");

async function settle(
  scene: Scene<TapEvent>,
  from: PhraseRecord["state"],
  state: "accepted" | "dropped" | "undone",
): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "phrase.decide")) return replyRefusal(scene, "not-for-your-role");
  const kept = await tx.phrases.find(event.action.id);
  if (kept?.state !== from) return replyRefusal(scene, kept ? "already-answered" : "gone");
  const record = { ...kept, state, settledBy: person.id };
  await tx.phrases.keep(record, ctx.now());
  await useLearnedPhrases(tx, ctx);
  const audited = { at: ctx.now(), actor: person.id, action: `phrase.${state}`, subject: kept.tag };
  await tx.settings.audit({ ...audited, detail: { phrase: kept.phrase } });
  await redraw(tx, ctx, cardOf(ctx, record, person), event.address);
}

const cardOf = (ctx: Context, record: PhraseRecord, reader: Person) =>
  phraseProposalCard({ ...record, taxonomy: ctx.taxonomy, lang: reader.lang });
