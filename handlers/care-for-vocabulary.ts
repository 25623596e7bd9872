import { say } from "#cards/names.ts";
import { type VocabularyState, vocabularyCard, vocabularyRefusalText } from "#cards/vocabulary.ts";
import type { Tx } from "#db/store.ts";
import { mayAtAll } from "#domain/rights.ts";
import { tagsOf } from "#domain/segment.ts";
import { near } from "#domain/segment-text.ts";
import { undoSettlement } from "#domain/tag.ts";
import { tagsNamed } from "#domain/tag-name.ts";
import { labelOf, type Taxonomy } from "#domain/taxonomy.ts";
import { mayChange, ruleWith, type VocabularyChange, withChanges } from "#domain/vocabulary-care.ts";
import type { Context, Scene } from "./context.ts";
import { followPerson } from "./follow-segments.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { retagHolders, widenHolders } from "./retag-holders.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
import { settleStep, startSettling } from "./settle-segment.ts";

type Form = {
  form: RegExp;
  read: (a: string, b: string) => { kind: VocabularyChange["kind"]; tag: string; other: string };
};
const forms: readonly Form[] = [
  {
    form: /^标签\s*[「“"]?(.+?)[」”"]?\s*(?:也叫|又叫|同义词)\s*[「“"]?(.+?)[」”"]?[。]?$/,
    read: (tag, other) => ({ kind: "synonym", tag, other }),
  },
  {
    form: /^(?:标签\s*|把标签\s*)[「“"]?(.+?)[」”"]?\s*(?:改名(?:为|成|叫)?|重命名为)\s*[「“"]?(.+?)[」”"]?[。]?$/,
    read: (tag, other) => ({ kind: "rename", tag, other }),
  },
  {
    form: /^标签\s*[「“"]?(.+?)[」”"]?\s*(?:属于|的上级是|归入)\s*[「“"]?(.+?)[」”"]?[。]?$/,
    read: (tag, other) => ({ kind: "parent", tag, other }),
  },
  {
    form: /^(?:合并标签|把标签)\s*[「“"]?(.+?)[」”"]?\s*(?:到|并入|合并到)\s*[「“"]?(.+?)[」”"]?[。]?$/,
    read: (tag, other) => ({ kind: "merge", tag, other }),
  },
  { form: /^tag\s+(.+?)\s+is also called\s+(.+?)[.]?$/i, read: (tag, other) => ({ kind: "synonym", tag, other }) },
  { form: /^rename tag\s+(.+?)\s+to\s+(.+?)[.]?$/i, read: (tag, other) => ({ kind: "rename", tag, other }) },
  { form: /^tag\s+(.+?)\s+implies\s+(.+?)[.]?$/i, read: (tag, other) => ({ kind: "parent", tag, other }) },
  { form: /^merge tag\s+(.+?)\s+into\s+(.+?)[.]?$/i, read: (tag, other) => ({ kind: "merge", tag, other }) },
];

/** The vocabulary with what managers have changed; read at start and with each tick, since several programs may serve one database. */
export async function useVocabulary(tx: Tx, ctx: Context): Promise<void> {
  const changes = await tx.vocabulary.changes();
  const stamp = changes.map(({ id }) => id).join(" ");
  if (used.get(ctx) === stamp) return;
  used.set(ctx, stamp);
  ctx.taxonomy = withChanges(ctx.packTaxonomy, changes);
}

/** The vocabulary as managers have made it, for a command that reads once. */
export async function managedTaxonomy(tx: Tx, packTaxonomy: Taxonomy): Promise<Taxonomy> {
  return withChanges(packTaxonomy, await tx.vocabulary.changes());
}
const used = new WeakMap<Context, string>();

/** `标签 二胎家庭 也叫 二宝家庭`, `标签 A 改名为 B`, `标签 A 属于 B`, `合并标签 A 到 B`: shown with what follows, in force after a press. */
export async function careForVocabulary(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person } = scene;
  if (!mayAtAll(person, "desk.use")) return false;
  const text = scene.event.text.trim();
  const found = forms.map(({ form, read }) => ({ match: form.exec(text), read })).find(({ match }) => match);
  if (!found?.match) return false;
  if (!mayAtAll(person, "vocabulary.change")) {
    await replyRefusal(scene, "not-for-your-role");
    return true;
  }
  const said = found.read((found.match[1] as string).trim(), (found.match[2] as string).trim());
  const change = await changeFrom(scene, said);
  if (!change) return true;
  const allowed = mayChange(ctx.taxonomy, change);
  if (!allowed.ok) {
    await reply(scene, vocabularyRefusalText(allowed.refused, person.lang));
    return true;
  }
  const id = ctx.newId();
  await tx.vocabulary.keep({ id, change, state: "asked", settlements: [], segments: [], tasks: [] }, ctx.now());
  await reply(scene, await cardFor(scene, id, change, "asked"));
  return true;
}

type Said = { kind: VocabularyChange["kind"]; tag: string; other: string };

/** The change with its tags found; says which were perhaps meant where one is not. */
async function changeFrom(scene: Scene, { kind, tag: named, other }: Said): Promise<VocabularyChange | undefined> {
  const tag = await oneTag(scene, named);
  if (tag === undefined) return undefined;
  if (kind === "synonym" || kind === "rename") return { kind, tag, name: other.slice(0, 40) };
  const second = await oneTag(scene, other);
  if (second === undefined) return undefined;
  return kind === "parent" ? { kind, tag, parent: second } : { kind, tag, into: second };
}

async function oneTag(scene: Scene, name: string): Promise<string | undefined> {
  const { taxonomy } = scene.ctx;
  const { lang } = scene.person;
  const tags = tagsNamed(taxonomy, name);
  if (tags.length === 1) return tags[0];
  const usable = [...taxonomy.tags.values()].filter((tag) => !tag.retired && !tag.open).map((tag) => tag[lang]);
  const meant = tags.length > 1 ? tags.slice(0, 6).map((tag) => labelOf(taxonomy, tag, lang)) : near(name, usable);
  const list = meant.join(say(lang, "、", ", "));
  await reply(
    scene,
    say(
      lang,
      `没有恰好叫「${name}」的标签。${list ? `您是指:${list}?` : ""}`,
      `No tag is called “${name}” exactly.${list ? ` Did you mean: ${list}?` : ""}`,
    ),
  );
  return undefined;
}

/** The press on "apply": the vocabulary, and in the same transaction the people, segments and tasks that follow from it. */
export async function applyVocabularyTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const kept = await ownChange(scene, "asked");
  if (!kept) return;
  const { id, change } = kept;
  // What was changed at another process is to be known here, or two tags could imply each other.
  await useVocabulary(tx, ctx);
  const allowed = mayChange(ctx.taxonomy, change);
  if (!allowed.ok) return reply(scene, vocabularyRefusalText(allowed.refused, person.lang));
  const card = await cardFor(scene, id, change, "applied");
  const record = { ...kept, state: "applied" as const };
  await tx.vocabulary.keep(record, ctx.now());
  await useVocabulary(tx, ctx);
  if (change.kind === "merge") {
    await tx.vocabulary.keep(
      {
        ...record,
        settlements: await retagHolders(tx, ctx, change.tag, change.into),
        segments: await moveSegments(tx, ctx, change),
        tasks: await moveTasks(tx, change.tag, change.into),
      },
      ctx.now(),
    );
  } else if (change.kind === "parent") {
    await tx.vocabulary.keep({ ...record, settlements: await widenHolders(tx, ctx, change) }, ctx.now());
  }
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action: "vocabulary.changed",
    subject: change.tag,
    detail: change,
  });
  await redraw(tx, ctx, card, scene.event.address);
}

/** Rules that name the merged tag name the other from now on, as a version of their own. Returns what they were. */
async function moveSegments(tx: Tx, ctx: Context, { tag, into }: { tag: string; into: string }) {
  const moved = [];
  for (const segment of await tx.segments.active()) {
    if (!tagsOf(segment.rule).includes(tag)) continue;
    moved.push({ id: segment.id, rule: segment.rule, version: segment.version + 1 });
    await tx.segments.save({
      ...segment,
      rule: ruleWith(segment.rule, tag, into),
      version: segment.version + 1,
      updatedAt: Math.max(ctx.now(), segment.updatedAt + 1),
    });
    await startSettling(tx, ctx, segment.id);
  }
  if (moved.length > 0) await settleStep(tx, ctx);
  return moved;
}

async function moveTasks(tx: Tx, gone: string, kept: string): Promise<string[]> {
  const moved: string[] = [];
  const swap = (tags: readonly string[]) => [...new Set(tags.map((tag) => (tag === gone ? kept : tag)))];
  for (const task of await tx.tasks.list()) {
    const { tags, exclude } = task.target;
    if (!tags.includes(gone) && !exclude.tags.includes(gone)) continue;
    moved.push(task.id);
    await tx.tasks.save({
      ...task,
      target: { ...task.target, tags: swap(tags), exclude: { ...exclude, tags: swap(exclude.tags) } },
    });
  }
  return moved;
}

/** Takes a change back: people, segments and tasks are as they were, except for what was changed since by somebody's word. */
export async function undoVocabularyTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const kept = await ownChange(scene, "applied");
  if (!kept) return;
  const { id, change, settlements, segments, tasks } = kept;
  await tx.vocabulary.keep({ ...kept, state: "undone" }, ctx.now());
  await useVocabulary(tx, ctx);
  for (const { personId, settlement } of settlements) {
    const by = { personId: person.id, at: ctx.now() };
    const lines = undoSettlement(await tx.ledger.eventsOf(personId), settlement, by, ctx.newId);
    await tx.ledger.add(lines);
    const whose = await tx.people.find(personId);
    if (whose && lines.length > 0) await followPerson(tx, ctx, whose, ctx.now(), { tags: lines.map(({ tag }) => tag) });
  }
  for (const { id: segmentId, rule, version } of segments) {
    const segment = await tx.segments.find(segmentId);
    if (!segment || segment.version !== version) continue;
    const updatedAt = Math.max(ctx.now(), segment.updatedAt + 1);
    await tx.segments.save({ ...segment, rule, version: version + 1, updatedAt });
    await startSettling(tx, ctx, segmentId);
  }
  if (segments.length > 0) await settleStep(tx, ctx);
  if (change.kind === "merge") {
    for (const task of await tx.tasks.list()) {
      if (!tasks.includes(task.id)) continue;
      const back = (tags: readonly string[]) => tags.map((tag) => (tag === change.into ? change.tag : tag));
      const { tags, exclude } = task.target;
      await tx.tasks.save({
        ...task,
        target: { ...task.target, tags: back(tags), exclude: { ...exclude, tags: back(exclude.tags) } },
      });
    }
  }
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action: "vocabulary.undone",
    subject: change.tag,
    detail: change,
  });
  await redraw(tx, ctx, await cardFor(scene, id, change, "undone"), scene.event.address);
}

export async function dropVocabularyTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx } = scene;
  const kept = await ownChange(scene, "asked");
  if (!kept) return;
  await tx.vocabulary.keep({ ...kept, state: "dropped" }, ctx.now());
  await redraw(tx, ctx, await cardFor(scene, kept.id, kept.change, "dropped"), scene.event.address);
}

async function ownChange(scene: Scene<TapEvent>, state: VocabularyState) {
  if (!mayAtAll(scene.person, "vocabulary.change")) {
    await replyRefusal(scene, "not-for-your-role");
    return undefined;
  }
  const kept = await scene.tx.vocabulary.find(scene.event.action.id);
  if (kept?.state === state) return kept;
  await replyRefusal(scene, kept ? "already-answered" : "gone");
  return undefined;
}

async function cardFor({ tx, ctx, person }: Scene, id: string, change: VocabularyChange, state: VocabularyState) {
  const names = (await tx.segments.active())
    .filter(({ rule }) => tagsOf(rule).includes(change.tag))
    .map(({ name }) => name);
  const tasks = (await tx.tasks.list()).filter(
    ({ target }) => target.tags.includes(change.tag) || target.exclude.tags.includes(change.tag),
  );
  const plan = {
    id,
    change,
    holders: await tx.ledger.countHolding(change.tag),
    segments: names.slice(0, 12),
    tasks: tasks.map(({ title }) => title).slice(0, 12),
    // Tags are shown under the names that they have before the change.
    taxonomy: state === "applied" || state === "asked" ? ctx.taxonomy : ctx.packTaxonomy,
    lang: person.lang,
  };
  return vocabularyCard(plan, state);
}
