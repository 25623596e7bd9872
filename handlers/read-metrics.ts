import { figuresCard, noPostText, unclearText, whichPostCard } from "#cards/figures.ts";
import { type MetricReading, readMetrics } from "#domain/metric-text.ts";
import { isStaff } from "#domain/person.ts";
import type { Submission } from "#domain/task.ts";
import { cleanFigures } from "./clean-figures.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { mayOver } from "./reach.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

/** Figures are asked and given for posts of about this age. */
const recentMs = 60 * 86_400_000;

/** `阅读 3200 赞 210 评论 35`: a KOC's figures of their own post, or a manager's of a post named by its id. */
export async function readFigures(scene: Scene<MessageEvent>): Promise<boolean> {
  const reading = readMetrics(scene.event.text);
  if (Object.keys(reading.values).length === 0 && reading.unclear.every((part) => part.metric === null)) return false;
  const posts = await postsMeant(scene);
  if (posts.length === 0) return askForPost(scene, reading);
  if (Object.keys(reading.values).length === 0) {
    await reply(scene, unclearText(reading.unclear, scene.person.lang));
    return true;
  }
  const [only, another] = posts;
  if (only && !another) {
    await note(scene, only, reading);
    return true;
  }
  const id = scene.ctx.newId();
  const { tx, person, ctx } = scene;
  await tx.settings.set(
    `figures:${id}`,
    JSON.stringify({ personId: person.id, text: scene.event.text, at: scene.event.at }),
    ctx.now(),
  );
  await reply(scene, whichPostCard({ id, posts: await named(scene, posts), lang: person.lang }));
  return true;
}

/** The KOC has said which post the figures belong to. */
export async function metricsChosen(scene: Scene<TapEvent>): Promise<void> {
  const { tx, event, person } = scene;
  const kept = await tx.settings.get(`figures:${event.action.id}`);
  const asked = kept ? (JSON.parse(kept) as { personId: string; text: string; at: number }) : undefined;
  const submission = event.action.arg ? await tx.submissions.find(event.action.arg) : undefined;
  if (!asked || !submission) return replyRefusal(scene, "gone");
  if (asked.personId !== person.id || submission.personId !== person.id) return replyRefusal(scene, "not-yours");
  await note(scene, submission, readMetrics(asked.text), event.action.id, asked.at);
}

/** Two figures at once are a report, not talk: a KOC without a post they could belong to hears what is missing. */
async function askForPost(scene: Scene<MessageEvent>, { values }: MetricReading): Promise<boolean> {
  const { person } = scene;
  if (isStaff(person) || !person.roles.includes("koc") || Object.keys(values).length < 2) return false;
  await reply(scene, noPostText(person.lang));
  return true;
}

/** A member's own posts that still run; for staff, the post whose id stands in the message. */
async function postsMeant({ tx, ctx, person, event }: Scene<MessageEvent>): Promise<Submission[]> {
  if (isStaff(person)) {
    const named = await Promise.all((event.text.match(/[\w-]{4,20}/g) ?? []).map((word) => tx.submissions.find(word)));
    const meant: Submission[] = [];
    for (const submission of named) {
      const author = submission && (await tx.people.find(submission.personId));
      if (author && (await mayOver(tx, person, "figures.give", author.ownerId))) meant.push(submission);
    }
    return meant;
  }
  const own = await tx.submissions.ofPerson(person.id);
  return own.filter((s) => (s.status === "pending" || s.status === "approved") && ctx.now() - s.submittedAt < recentMs);
}

async function named({ tx }: Scene, posts: Submission[]): Promise<{ id: string; title: string }[]> {
  const titles: { id: string; title: string }[] = [];
  for (const post of posts) titles.push({ id: post.id, title: (await tx.tasks.find(post.taskId))?.title ?? post.url });
  return titles;
}

async function note(
  scene: Scene,
  submission: Submission,
  reading: MetricReading,
  cardId?: string,
  at = scene.event.at,
): Promise<void> {
  const { tx, ctx, person } = scene;
  const { values } = reading;
  await tx.submissions.addSnapshot({
    id: ctx.newId(),
    submissionId: submission.id,
    at,
    source: isStaff(person) ? "manager" : "koc",
    byId: person.id,
    reads: values.reads ?? null,
    likes: values.likes ?? null,
    comments: values.comments ?? null,
    shares: values.shares ?? null,
    favourites: values.favourites ?? null,
    completionRate: values.completionRate ?? null,
    recordedAt: ctx.now(),
  });
  await cleanFigures(tx, submission, ctx.now());
  const title = (await tx.tasks.find(submission.taskId))?.title ?? submission.url;
  const card = figuresCard({ id: cardId ?? ctx.newId(), title, values, unclear: reading.unclear, lang: person.lang });
  if (cardId) await redraw(tx, ctx, card, scene.event.address);
  else await reply(scene, card);
}
