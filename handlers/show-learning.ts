import { forgottenCard, formChart, type LearningView, learningCard } from "#cards/learning.ts";
import type { Tx } from "#db/store.ts";
import type { Person } from "#domain/person.ts";
import { mayAtAll } from "#domain/rights.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { patternOf, wordEnds } from "./judge-themes.ts";
import { overrideOf } from "./override-weights.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

const movesShown = 60;
const peopleShown = 50;
const asks =
  /^(?:\/weights|(?:所有|学到的|形式)?权重(?:页|表)?|(?:koloop)?学到了?什么|(?:show )?weights|what did you learn)\s*[??。.!!]*$/i;
const forgets = /^(?:忘掉|撤销学习|重置提示)\s*[「“"]?(.+?)[」”"]?(?:的提示)?[。!!]?$|^forget\s+(.+?)[.!]?$/i;

/** One after the other: a transaction answers one question at a time. */
async function inOrder<T, R>(list: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (const one of list) done.push(await work(one));
  return done;
}

/** All that was learned, as the page and the chat show it. */
export async function learningView(tx: Tx, ctx: Context, reader: Person): Promise<LearningView> {
  const names = new Map((await tx.segments.active()).map(({ id, name }) => [id, name]));
  const weights = await tx.learning.weights("segment");
  const influence = Object.entries((await tx.influence.weights())?.people ?? {})
    .sort(([, a], [, b]) => b.weight - a.weight)
    .slice(0, peopleShown);
  const themes = await tx.learning.themes();
  const said = [...influence.map(([id]) => id), ...themes.flatMap(({ setBy }) => (setBy ? [setBy] : []))];
  const people = new Map((await tx.people.list(said)).map(({ id, name }) => [id, name]));
  return {
    lang: reader.lang,
    zone: reader.timeZone ?? ctx.timeZone,
    taxonomy: ctx.taxonomy,
    forms: weights.flatMap((weight) => {
      const segment = names.get(weight.scopeKey);
      const override = overrideOf(weight, ctx.now());
      const { scopeKey: segmentId, name: form, value } = weight;
      return segment === undefined ? [] : [{ segment, segmentId, form, value, override }];
    }),
    influence: influence.map(([id, { weight, posts, parts }]) => ({
      name: people.get(id) ?? id,
      weight,
      posts,
      reasons: parts,
    })),
    tags: (await tx.experience.all()).filter(({ scope }) => scope === "tag"),
    themes: await inOrder(themes, async (row) => {
      const { reason = "" } = (row.evidence ? JSON.parse(row.evidence) : {}) as { reason?: string };
      const setBy = row.setBy && (people.get(row.setBy) ?? row.setBy);
      const kept = row.status === "template" ? await patternOf(tx, row.id) : undefined;
      const template = kept ? { id: kept.id, title: kept.title } : null;
      return {
        id: row.id,
        status: row.status,
        setBy,
        reason,
        until: row.setBy === null ? null : wordEnds(row),
        template,
      };
    }),
    phrases: await tx.phrases.all(),
    moves: (await tx.learning.changes(movesShown)).map(({ scopeKey, ...move }) => ({
      ...move,
      key: move.scope === "segment" ? (names.get(scopeKey) ?? scopeKey) : scopeKey,
    })),
  };
}

/** `权重`: the picture and the page; `忘掉 标签`: what employees' answers taught about suggesting it goes. For managers. */
export async function showLearning(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "learning.change")) return false;
  const text = event.text.trim();
  if (asks.test(text)) {
    await showWeights(scene);
    return true;
  }
  const said = forgets.exec(text);
  const tags = said ? tagsNamed(ctx.taxonomy, (said[1] ?? said[2] ?? "").trim()) : [];
  const tag = tags.length === 1 ? tags[0] : undefined;
  if (tag === undefined || (await tx.experience.all(tag)).length === 0) return false;
  await forget(scene, tag);
  return true;
}

async function showWeights(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const view = await learningView(tx, ctx, person);
  const chart = formChart(view);
  const pictureId = chart && ctx.newId();
  if (chart && pictureId) {
    const bytes = await ctx.drawChart(chart);
    await tx.settings.addPicture({ id: pictureId, mime: "image/png", bytes, createdAt: ctx.now() });
  }
  const where = { key: `weights-${event.eventId}`, url: `${ctx.ownUrl()}/learning`, ...(pictureId && { pictureId }) };
  await reply(scene, learningCard(view, where));
}

export async function forgetTapped(scene: Scene<TapEvent>): Promise<void> {
  if (!mayAtAll(scene.person, "learning.change")) return replyRefusal(scene, "not-for-your-role");
  await forget(scene, scene.event.action.id);
}

/** What was learned of a tag's suggestions goes, audited; it is kept under the id returned, for the undo. */
export async function forgetTag(tx: Tx, ctx: Context, person: Person, tag: string) {
  const id = ctx.newId();
  const rows = await tx.experience.forget(tag, `forgotten by ${person.id}`, ctx.now());
  if (rows.length === 0) return undefined;
  await tx.settings.set(`forgotten:${id}`, JSON.stringify({ tag, rows }), ctx.now());
  const audited = { at: ctx.now(), actor: person.id, action: "learned.forgotten", subject: tag };
  await tx.settings.audit({ ...audited, detail: { id } });
  return { id, count: rows.length };
}

async function forget(scene: Scene, tag: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const done = await forgetTag(tx, ctx, person, tag);
  if (!done) return replyRefusal(scene, "gone");
  const { lang } = person;
  await reply(scene, forgottenCard({ ...done, tag, restored: false, taxonomy: ctx.taxonomy, lang }));
}

/** Puts back exactly what was forgotten, unless something new was learned of the tag meanwhile: that is newer. */
export async function restoreTag(tx: Tx, ctx: Context, person: Person, id: string) {
  const kept = await tx.settings.get(`forgotten:${id}`);
  if (!kept) return "gone";
  const { tag, rows } = JSON.parse(kept) as { tag: string; rows: Awaited<ReturnType<Tx["experience"]["forget"]>> };
  if ((await tx.experience.all(tag)).length > 0) return "already-answered";
  await tx.experience.restore(rows, `restored by ${person.id}`);
  const audited = { at: ctx.now(), actor: person.id, action: "learned.restored", subject: tag };
  await tx.settings.audit({ ...audited, detail: { id } });
  return { tag, count: rows.length };
}

export async function restoreTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "learning.change")) return replyRefusal(scene, "not-for-your-role");
  const { id } = event.action;
  const done = await restoreTag(tx, ctx, person, id);
  if (done === "gone" || done === "already-answered") return replyRefusal(scene, done);
  const card = forgottenCard({ id, ...done, restored: true, taxonomy: ctx.taxonomy, lang: person.lang });
  await redraw(tx, ctx, card, event.address);
}
