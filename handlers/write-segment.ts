import { say } from "#cards/names.ts";
import {
  retiredText,
  retireSegmentCard,
  type SegmentLine,
  segmentListCard,
  segmentPlanCard,
  segmentSettledCard,
} from "#cards/segment-card.ts";
import type { Tx } from "#db/store.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Segment } from "#domain/segment.ts";
import { near } from "#domain/segment-text.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import {
  applySegment,
  mayChangeSegment,
  namingSegments,
  namingTasks,
  readSegment,
  retireSegment,
  segmentNames,
  whoMoves,
} from "./plan-segment.ts";
import { reply, replyRefusal } from "./say.ts";

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
const retireForm =
  /^(?:停用|删除|取消)(?:分群|人群|群组)\s*[「“"]?(.+?)[」”"]?[。]?$|^(?:retire|delete|remove)(?: the)? segment\s+["“]?(.+?)["”]?[.]?$/i;

/** `新建分群 换购窗口: 计划换车 且 …`, `修改分群 …`: shown back in words with who would come and go, and in force after a press. */
export async function writeSegment(scene: Scene<MessageEvent>): Promise<boolean> {
  if (!mayAtAll(scene.person, "segment.write")) return false;
  const text = scene.event.text.trim();
  if (listForm.test(text)) {
    await listSegments(scene);
    return true;
  }
  const retiring = retireForm.exec(text);
  if (retiring) {
    await proposeRetiring(scene, (retiring[1] ?? retiring[2] ?? "").trim());
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
  const names = segmentNames(ctx, person, segments);
  const known = segments.find((one) => one.name === name || one.id === name);
  if (change && !known) return replyUnknown(scene, name, segments);
  if (known && !mayChangeSegment(person, known)) return replyRefusal(scene, "not-for-your-role");
  const written = { id: known?.id ?? ctx.newId(), name: known?.name ?? name, words, version: known?.version ?? 0 };
  const read = await readSegment(tx, ctx, person, written);
  if ("fault" in read) return reply(scene, read.fault);
  const { draft } = read;
  const draftId = ctx.newId();
  await tx.profiles.keepDraft(draftId, draft, ctx.now());
  const moves = await whoMoves(tx, ctx, draft, known, person);
  await reply(scene, segmentPlanCard({ draftId, segment: draft, before: known ?? null, ...moves }, names));
}

/** The press on "create" or "apply". */
export async function applySegmentTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "segment.write")) return replyRefusal(scene, "not-for-your-role");
  const draft = await tx.profiles.takeDraft(event.action.id);
  if (!draft) return replyRefusal(scene, "already-answered");
  const applied = await applySegment(tx, ctx, person, draft);
  if (!applied.ok) return replyRefusal(scene, applied.refused);
  const names = segmentNames(ctx, person, await tx.segments.active());
  await reply(scene, segmentSettledCard(event.action.id, applied.value, true, names));
}

/** `停用分群 换购窗口`: asks once, with how many would leave and which tasks use it; refused while other segments name it. */
async function proposeRetiring(scene: Scene<MessageEvent>, name: string): Promise<void> {
  const { tx, ctx, person } = scene;
  const segments = await tx.segments.active();
  const segment = segments.find((one) => one.name === name || one.id === name);
  if (!segment) return replyUnknown(scene, name, segments);
  if (!mayChangeSegment(person, segment)) return replyRefusal(scene, "not-for-your-role");
  const naming = (await namingSegments(tx, segment.id)).map((one) => one.name);
  const tasks = (await namingTasks(tx, segment.id)).map((task) => task.title);
  const members = await tx.profiles.countMembers(segment.id);
  await reply(
    scene,
    retireSegmentCard({ id: ctx.newId(), segment, members, naming, tasks }, segmentNames(ctx, person, segments)),
  );
}

/** The press on "retire". */
export async function retireSegmentTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "segment.write")) return replyRefusal(scene, "not-for-your-role");
  const segment = await tx.segments.find(event.action.id);
  if (!segment) return replyRefusal(scene, "gone");
  const retired = await retireSegment(tx, ctx, person, segment);
  if (!retired.ok) return replyRefusal(scene, retired.refused);
  const tasks = (await namingTasks(tx, segment.id)).map((task) => task.title);
  await reply(scene, retiredText(segment.name, tasks, person.lang));
}

async function replyUnknown(scene: Scene, name: string, segments: readonly Segment[]): Promise<void> {
  const names = segments.map((one) => one.name);
  const meant = near(name, names).join("、");
  await reply(
    scene,
    say(
      scene.person.lang,
      `没有叫「${name}」的分群。${meant ? `您是指:${meant}?` : ""}`,
      `No segment is called “${name}”.${meant ? ` Did you mean: ${meant}?` : ""}`,
    ),
  );
}

export async function dropSegmentTapped(scene: Scene<TapEvent>): Promise<void> {
  const draft = await scene.tx.profiles.takeDraft(scene.event.action.id);
  if (!draft) return replyRefusal(scene, "already-answered");
  const segments = await scene.tx.segments.active();
  await reply(
    scene,
    segmentSettledCard(scene.event.action.id, draft, false, segmentNames(scene.ctx, scene.person, segments)),
  );
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
  await reply(scene, segmentListCard(ctx.newId(), lines.slice(0, 40), segmentNames(scene.ctx, scene.person, segments)));
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
