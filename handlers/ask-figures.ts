import { figuresDueCard, oneFigureCard } from "#cards/intake-cards.ts";
import { say } from "#cards/names.ts";
import type { Tx } from "#db/store.ts";
import { type Metric, metrics } from "#domain/metric-words.ts";
import { readFigure } from "#domain/table-rows.ts";
import type { Submission } from "#domain/task.ts";
import { cleanFigures } from "./clean-figures.ts";
import type { Context, Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { pushFigures } from "./push.ts";
import { redraw, replyRefusal } from "./say.ts";

const dayMs = 86_400_000;
/** Days after hand-in on which figures are asked for. */
const figureDays = [1, 3, 7] as const;
const atOnce = 100;
/** Days need no closer look. */
const restMs = 600_000;
/** What was being asked is forgotten after this long. */
const dialogueMs = dayMs;
/** Photo posts and articles have no share of watching to the end. */
const hasCompletion = (form: string): boolean => form === "video" || form === "live";

/** Asks the KOCs whose posts turned 1, 3 or 7 days old and whose figures have not come by another way; through the gate. */
export async function askFigures(tx: Tx, ctx: Context): Promise<void> {
  const now = ctx.now();
  const looked = Number((await tx.settings.get("figures-looked")) ?? 0);
  if (now - looked < restMs) return;
  await tx.settings.set("figures-looked", String(now), now);
  for (const due of await tx.submissions.figuresDue(now, [...figureDays], atOnce)) {
    const { submissionId, assignmentId, day } = due;
    const person = await tx.people.find(due.personId);
    const assignment = await tx.tasks.findAssignment(assignmentId);
    const task = await tx.tasks.find(due.taskId);
    await tx.settings.set(`figures-asked:${submissionId}:${day}`, String(now), now);
    if (!person || !assignment || !task || person.consent !== "yes") continue;
    const card = figuresDueCard({ submissionId, title: task.title, day, lang: person.lang });
    await pushFigures(tx, ctx, { assignment, person, card, sendAt: now }, `${submissionId}:${day}`);
  }
}

type Asking = { submissionId: string; asked: Metric; given: [Metric, number][]; until: number };
const kind = "figures";

/** The post of a tap; undefined after saying why not. */
async function ownPost(scene: Scene<TapEvent>): Promise<Submission | undefined> {
  const submission = await scene.tx.submissions.find(scene.event.action.id);
  if (submission?.personId === scene.person.id) return submission;
  await replyRefusal(scene, submission ? "not-yours" : "gone");
  return undefined;
}

/** "Fill in": the first figure is asked for. */
export async function figuresGive(scene: Scene<TapEvent>): Promise<void> {
  const submission = await ownPost(scene);
  if (submission) await ask(scene, submission, [], metrics[0]!);
}

/** "Not known": it stays missing, and the next is asked for. */
export async function figuresSkip(scene: Scene<TapEvent>): Promise<void> {
  const submission = await ownPost(scene);
  if (!submission) return;
  const asking = await askingOf(scene);
  if (asking?.submissionId !== submission.id || asking.asked !== scene.event.action.arg)
    return replyRefusal(scene, "gone");
  await askNext(scene, submission, asking);
}

/** A post that is gone is asked about no more; what is known of it stays. */
export async function figuresGone(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const submission = await ownPost(scene);
  if (!submission) return;
  await tx.intake.markGone(submission.id, ctx.now());
  const title = (await tx.tasks.find(submission.taskId))?.title ?? submission.url;
  const settled = say(person.lang, "已记下:作品没了,不再问数据", "Noted: the post is gone; no more questions");
  for (const day of figureDays) {
    const card = figuresDueCard({ submissionId: submission.id, title, day, lang: person.lang });
    const here = String(day) === event.action.arg ? event.address : undefined;
    await redraw(tx, ctx, { ...card, buttons: [], settled }, here);
  }
}

/** A number in answer to the figure that was asked for. Anything else is for others to hear. */
export async function figureAnswered(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, event, person } = scene;
  const asking = await askingOf(scene);
  if (!asking) return false;
  const submission = await tx.submissions.find(asking.submissionId);
  if (!submission || submission.personId !== person.id) return false;
  const said = event.text.trim();
  const value = readFigure(said, asking.asked);
  if (value === null) {
    await askNext(scene, submission, asking);
    return true;
  }
  if (typeof value === "object") {
    if (!/\d/.test(said) || said.length > 20) return false;
    await show(scene, submission, asking.asked, asking.given, said.slice(0, 20));
    return true;
  }
  const given: Asking["given"] = [...asking.given, [asking.asked, value]];
  await note(scene, submission, asking.asked, value);
  await askNext(scene, submission, { ...asking, given });
  return true;
}

async function askingOf({ tx, ctx, person, event }: Scene): Promise<Asking | undefined> {
  const dialogue = await tx.settings.dialogue(person.id, event.address.channel);
  if (dialogue?.kind !== kind) return undefined;
  const asking = JSON.parse(dialogue.state) as Asking;
  return asking.until > ctx.now() ? asking : undefined;
}

async function askNext(scene: Scene, submission: Submission, { asked, given }: Asking): Promise<void> {
  const wanted = metrics.filter((metric) => metric !== "completionRate" || hasCompletion(submission.form));
  const next = wanted[wanted.indexOf(asked) + 1];
  if (next) return ask(scene, submission, given, next);
  const { tx, person, event } = scene;
  await tx.settings.endDialogue(person.id, event.address.channel);
  await show(scene, submission, null, given);
}

async function ask(scene: Scene, submission: Submission, given: Asking["given"], asked: Metric): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const state: Asking = { submissionId: submission.id, asked, given, until: ctx.now() + dialogueMs };
  const { channel } = event.address;
  await tx.settings.setDialogue({
    personId: person.id,
    channel,
    kind,
    state: JSON.stringify(state),
    updatedAt: ctx.now(),
  });
  await show(scene, submission, asked, given);
}

async function show(
  scene: Scene,
  submission: Submission,
  asked: Metric | null,
  given: Asking["given"],
  unclear?: string,
): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const title = (await tx.tasks.find(submission.taskId))?.title ?? submission.url;
  const card = oneFigureCard({
    submissionId: submission.id,
    title,
    asked,
    given,
    lang: person.lang,
    ...(unclear && { unclear }),
  });
  await redraw(tx, ctx, card, event.address);
}

/** Each figure is kept as it is said: who stops half way has not told it for nothing. All of an hour are one reading. */
async function note({ tx, ctx, person }: Scene, submission: Submission, metric: Metric, value: number): Promise<void> {
  const now = ctx.now();
  const at = now - (now % 3_600_000);
  const figures = Object.fromEntries(metrics.map((each) => [each, each === metric ? value : null])) as Record<
    Metric,
    number | null
  >;
  await tx.intake.addSnapshots([
    {
      id: ctx.newId(),
      submissionId: submission.id,
      at: Math.max(at, submission.submittedAt),
      source: "koc",
      byId: person.id,
      ...figures,
      recordedAt: now,
    },
  ]);
  await cleanFigures(tx, submission, now);
}
