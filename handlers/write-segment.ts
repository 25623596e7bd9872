import { say } from "#cards/names.ts";
import {
  ruleFaultText,
  type SegmentLine,
  segmentListCard,
  segmentPlanCard,
  segmentSettledCard,
} from "#cards/segment-card.ts";
import type { RuleNames } from "#cards/segment-words.ts";
import type { Tx } from "#db/store.ts";
import { hasRole, isStaff } from "#domain/person.ts";
import { leavesOf, type Segment } from "#domain/segment.ts";
import { compile } from "#domain/segment-check.ts";
import { circleWith, near, readRule } from "#domain/segment-text.ts";
import type { Scene } from "./context.ts";
import { factsOf } from "./follow-segments.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { reply, replyRefusal } from "./say.ts";
import { settleStep, startSettling } from "./settle-segment.ts";

const noun = "(?:分群|人群|群组|segment)";
const writeForms: readonly { form: RegExp; change: boolean }[] = [
  {
    form: new RegExp(`^(?:新建|创建|建立|建|添加|加)(?:一?个)?${noun}\\s*[「“"]?(.+?)[」”"]?\\s*[::]\\s*(.*)$`, "is"),
    change: false,
  },
  { form: /^(?:new|create|add|make)(?: a)? segment\s+["“]?(.+?)["”]?\s*[::]\s*(.*)$/is, change: false },
  { form: /^\/segment\s+(.+?)\s*[::]\s*(.*)$/is, change: false },
  {
    form: new RegExp(`^(?:修改|更改|改|调整|更新)${noun}\\s*[「“"]?(.+?)[」”"]?\\s*[::]\\s*(.*)$`, "is"),
    change: true,
  },
  { form: /^(?:change|edit|update)(?: the)? segment\s+["“]?(.+?)["”]?\s*[::]\s*(.*)$/is, change: true },
];
const listForm =
  /^(?:\/segments|分群列表|(?:有|现在有)(?:哪些|什么)分群|(?:查看|看看|所有)分群|(?:list )?segments)[??。]?$/i;
const namesShown = 5;

/** `新建分群 换购窗口: 计划换车 且 …`, `修改分群 …`: shown back in words with who would come and go, and in force after a press. */
export async function writeSegment(scene: Scene<MessageEvent>): Promise<boolean> {
  if (!isStaff(scene.person)) return false;
  const text = scene.event.text.trim();
  if (listForm.test(text)) {
    await listSegments(scene);
    return true;
  }
  const found = writeForms.map(({ form, change }) => ({ match: form.exec(text), change })).find(({ match }) => match);
  if (!found?.match) return false;
  await propose(scene, (found.match[1] ?? "").trim(), found.match[2] ?? "", found.change);
  return true;
}

async function propose(scene: Scene<MessageEvent>, name: string, words: string, change: boolean): Promise<void> {
  const { tx, ctx, person } = scene;
  const segments = await tx.segments.active();
  const names = namesFor(scene, segments);
  const known = segments.find((one) => one.name === name || one.id === name);
  if (change && !known) {
    const meant = near(
      name,
      segments.map((one) => one.name),
    ).join("、");
    return reply(
      scene,
      say(
        person.lang,
        `没有叫「${name}」的分群。${meant ? `您是指:${meant}?` : ""}`,
        `No segment is called “${name}”.${meant ? ` Did you mean: ${meant}?` : ""}`,
      ),
    );
  }
  if (known && !mayChange(scene, known)) return replyRefusal(scene, "not-for-your-role");
  const cities = await tx.profiles.knownCities(words);
  const read = readRule(words, { taxonomy: ctx.taxonomy, segments, cities, lang: person.lang });
  if (!read.ok) return reply(scene, ruleFaultText(read.fault ?? { kind: "empty" }, names));
  const id = known?.id ?? ctx.newId();
  const circle = circleWith({ id, name, rule: read.value }, segments);
  if (circle) {
    const path = circle.join(" → ");
    return reply(
      scene,
      say(person.lang, `分群不能绕回自己:${path}`, `Segments cannot refer to each other in a circle: ${path}`),
    );
  }
  const draft = { id, name: known?.name ?? name, rule: read.value, version: known?.version ?? 0 };
  const draftId = ctx.newId();
  await tx.profiles.keepDraft(draftId, draft, ctx.now());
  const moves = await whoMoves(scene, draft, known);
  await reply(scene, segmentPlanCard({ draftId, segment: draft, before: known ?? null, ...moves }, names));
}

/** Managers change every segment; an employee those that they made. */
const mayChange = ({ person }: Scene, segment: Segment): boolean =>
  hasRole(person, "manager") || segment.createdBy === person.id;

function namesFor(scene: Scene, segments: readonly Segment[]): RuleNames {
  return {
    taxonomy: scene.ctx.taxonomy,
    segments: new Map(segments.map((one) => [one.id, one.name])),
    lang: scene.person.lang,
  };
}

/** Who would enter and leave by a rule, judged by the facts of now. */
async function whoMoves({ tx, ctx }: Scene, draft: Pick<Segment, "id" | "rule">, known: Segment | undefined) {
  const check = compile(draft.rule);
  const members = new Set(known ? await tx.segments.membersOf(known.id) : []);
  const entering: string[] = [];
  const leaving: string[] = [];
  const now = ctx.now();
  const simple = leavesOf(draft.rule).every((part) => part.kind === "tag");
  for (let after = ""; ; ) {
    const ids = await tx.profiles.membersAfter(after, 1000);
    const tags = await tx.profiles.openTagsOf(ids);
    for (const id of ids) {
      const person = simple ? undefined : await tx.people.find(id);
      const facts = person
        ? await factsOf(tx, ctx, person, draft.rule)
        : { tags: tags.get(id) ?? new Set<string>(), city: null, lastActiveAt: null, segments: new Set<string>() };
      const holds = check(facts, now);
      if (holds && !members.has(id)) entering.push(id);
      if (!holds && members.has(id)) leaving.push(id);
    }
    if (ids.length < 1000) break;
    after = ids.at(-1) as string;
  }
  const shown = async (ids: string[]) => ({
    count: ids.length,
    names: (await tx.people.list(ids.slice(0, namesShown))).map((one) => one.name),
  });
  return { entering: await shown(entering), leaving: await shown(leaving), members: members.size };
}

/** The press on "create" or "apply". A draft of a segment that was changed meanwhile is refused. */
export async function applySegmentTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!isStaff(person)) return replyRefusal(scene, "not-for-your-role");
  const draft = await tx.profiles.takeDraft(event.action.id);
  if (!draft) return replyRefusal(scene, "already-answered");
  const known = await tx.segments.find(draft.id);
  if (known && !mayChange(scene, known)) return replyRefusal(scene, "not-for-your-role");
  if ((known?.version ?? 0) !== draft.version) return replyRefusal(scene, "already-answered");
  const segments = await tx.segments.active();
  const circle = circleWith(draft, segments);
  if (circle) return replyRefusal(scene, "already-answered");
  const now = ctx.now();
  const segment: Segment = {
    id: draft.id,
    name: draft.name,
    rule: draft.rule,
    version: draft.version + 1,
    status: "active",
    createdBy: known?.createdBy ?? person.id,
    createdAt: known?.createdAt ?? now,
    updatedAt: Math.max(now, (known?.updatedAt ?? 0) + 1),
  };
  if (known) await tx.segments.save(segment);
  else await tx.segments.add(segment);
  await startSettling(tx, ctx, segment.id);
  await settleStep(tx, ctx);
  await tx.settings.audit({
    at: now,
    actor: person.id,
    action: "segment.applied",
    subject: segment.id,
    detail: { version: segment.version },
  });
  await reply(scene, segmentSettledCard(event.action.id, segment, true, namesFor(scene, [...segments, segment])));
}

export async function dropSegmentTapped(scene: Scene<TapEvent>): Promise<void> {
  const draft = await scene.tx.profiles.takeDraft(scene.event.action.id);
  if (!draft) return replyRefusal(scene, "already-answered");
  const segments = await scene.tx.segments.active();
  await reply(scene, segmentSettledCard(scene.event.action.id, draft, false, namesFor(scene, segments)));
}

async function listSegments(scene: Scene<MessageEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const segments = await tx.segments.active();
  const lines: SegmentLine[] = [];
  for (const segment of segments) {
    const settling = await settlingOf(tx, segment.id, scene);
    lines.push({ segment, members: await tx.profiles.countMembers(segment.id), settling });
  }
  if (lines.length === 0)
    return reply(
      scene,
      say(person.lang, "还没有分群。例如:新建分群 换购窗口: 计划换车 且 二胎家庭", "There is no segment yet."),
    );
  await reply(scene, segmentListCard(ctx.newId(), lines.slice(0, 40), namesFor(scene, segments)));
}

async function settlingOf(tx: Tx, segmentId: string, { ctx, person }: Scene): Promise<SegmentLine["settling"]> {
  const settling = await tx.profiles.settlingOf(segmentId);
  if (!settling) return null;
  const since = new Intl.DateTimeFormat(person.lang === "zh" ? "zh-CN" : "en-GB", {
    timeZone: person.timeZone ?? ctx.timeZone,
    dateStyle: "short",
    timeStyle: "short",
  }).format(settling.startedAt);
  return { done: settling.done, total: settling.total, since };
}
