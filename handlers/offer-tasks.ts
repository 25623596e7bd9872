import { say } from "#cards/names.ts";
import { taskOfferCard } from "#cards/task-offer.ts";
import { type PlanView, planListCard, taskPlanCard, taskSettledCard } from "#cards/task-plan.ts";
import type { Offer, RuleCount } from "#domain/match.ts";
import { hasRole } from "#domain/person.ts";
import { newAssignment, type Task } from "#domain/task.ts";
import type { Scene } from "./context.ts";
import type { TapEvent } from "./incoming.ts";
import { offerReasons } from "./offer-reasons.ts";
import { type PlannedWave, planNextWave } from "./plan-wave.ts";
import { pushOffer } from "./push.ts";
import { redraw, reply, replyRefusal } from "./say.ts";
import { recordDecision } from "./write-decision.ts";

/** Shows the manager who would be asked for a task, and why, before anything goes out. */
export async function showPlan(scene: Scene, task: Task): Promise<void> {
  await reply(scene, taskPlanCard(await viewOf(scene, task, await planNextWave(scene.tx, scene.ctx, task))));
}

/** "See the list": everybody of the plan, with reasons. */
export async function peopleTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await draftOf(scene);
  if (task) await reply(scene, planListCard(await viewOf(scene, task, await planNextWave(scene.tx, scene.ctx, task))));
}

/** "Cancel": the draft is dropped. */
export async function cancelTapped(scene: Scene<TapEvent>): Promise<void> {
  const task = await draftOf(scene);
  if (!task) return;
  const cancelled: Task = { ...task, status: "cancelled", updatedAt: scene.ctx.now() };
  await scene.tx.tasks.save(cancelled);
  await redraw(
    scene.tx,
    scene.ctx,
    taskSettledCard({ task: cancelled, asked: 0, lang: scene.person.lang }),
    scene.event.address,
  );
}

/** "Send": the task opens and its first wave goes out through the gate, each push with its choice and chances on record. */
export async function sendTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person } = scene;
  const task = await draftOf(scene);
  if (!task) return;
  const now = ctx.now();
  if (task.deadlineAt !== null && task.deadlineAt <= now) return replyRefusal(scene, "deadline-passed");
  const open: Task = { ...task, status: "open", publishedAt: now, updatedAt: now };
  const planned = await planNextWave(tx, ctx, open);
  if (planned.wave.offers.length === 0) return replyRefusal(scene, "no-candidates");
  await tx.tasks.save(open);
  const asked = await sendWave(scene, open, planned);
  await tx.settings.audit({ at: now, actor: person.id, action: "task.send", subject: task.id, detail: { asked } });
  await redraw(tx, ctx, taskSettledCard({ task: open, asked, lang: person.lang }), scene.event.address);
}

/** Writes one wave: an assignment, a decision and a card each. Returns how many people are asked. */
async function sendWave(scene: Scene, task: Task, { number, wave }: PlannedWave): Promise<number> {
  let asked = 0;
  for (const offer of wave.offers) if (await sendOne(scene, task, offer, number)) asked++;
  return asked;
}

async function sendOne({ tx, ctx }: Scene, task: Task, offer: Offer, wave: number): Promise<boolean> {
  const person = await tx.people.find(offer.person);
  if (!person || (await tx.tasks.assignmentFor(task.id, offer.person))) return false;
  const about = { id: ctx.newId(), taskId: task.id, personId: person.id, form: offer.form, wave };
  const assignment = { ...newAssignment({ ...about, policy: "learned" }, ctx.now()), sendAfter: offer.at };
  await tx.tasks.addAssignment(assignment);
  await recordDecision(tx, ctx, assignment, offer);
  const card = taskOfferCard({
    assignment,
    task,
    because: await offerReasons(tx, ctx, assignment, person),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  });
  if (await pushOffer(tx, ctx, { assignment, person, card, sendAt: offer.at })) return true;
  await tx.tasks.saveAssignment({ ...assignment, blocked: "unreachable" });
  return false;
}

/** The draft that a button is about, if this manager may decide on it; says why not otherwise. */
async function draftOf(scene: Scene<TapEvent>): Promise<Task | undefined> {
  const task = await scene.tx.tasks.find(scene.event.action.id);
  if (!hasRole(scene.person, "manager")) await replyRefusal(scene, "not-for-your-role");
  else if (!task) await replyRefusal(scene, "gone");
  else if (task.status !== "draft") await replyRefusal(scene, "not-a-draft");
  else return task;
  return undefined;
}

async function viewOf({ tx, ctx, person }: Scene, task: Task, { wave, left }: PlannedWave): Promise<PlanView> {
  const names = new Map((await tx.people.list(wave.offers.map((offer) => offer.person))).map((p) => [p.id, p.name]));
  const segments = await tx.segments.active();
  return {
    task,
    segmentNames: task.target.segments.map((id) => segments.find((segment) => segment.id === id)?.name ?? id),
    people: wave.offers.map((offer) => ({
      name: names.get(offer.person) ?? offer.person,
      form: offer.form,
      expected: offer.expected,
      at: offer.at,
      reasons: offer.reasons,
    })),
    expected: wave.expected,
    low: wave.low,
    high: wave.high,
    left: leftOut(left, person.lang),
    taxonomy: ctx.taxonomy,
    now: ctx.now(),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  };
}

function leftOut(left: RuleCount, lang: "zh" | "en"): { why: string; count: number }[] {
  const words: Record<keyof RuleCount, string> = {
    "not-running": say(lang, "任务未进行", "not running"),
    "not-koc": say(lang, "已暂停", "paused"),
    "no-consent": say(lang, "未同意", "no consent"),
    excluded: say(lang, "不在目标内", "not in the target"),
    duplicate: say(lang, "已问过", "asked already"),
    "over-budget": say(lang, "超出预算", "over budget"),
    "declined-theme": say(lang, "婉拒过这个主题", "declined this theme"),
    "declined-form": say(lang, "婉拒过这种形式", "declined this form"),
    "too-late": say(lang, "来不及", "too late"),
    resting: say(lang, "休息中", "resting"),
    "quiet-hours": say(lang, "免打扰时段", "quiet hours"),
    capped: say(lang, "本周已满", "weekly cap"),
  };
  return Object.entries(left).map(([why, count]) => ({ why: words[why as keyof RuleCount], count: count ?? 0 }));
}
