import { myTasksCard, taskListCard, taskPagesCard } from "#cards/my-tasks.ts";
import { taskOfferCard } from "#cards/task-offer.ts";
import { stateOf, toDo } from "#domain/assignment-state.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { viewOf } from "./offer-steps.ts";
import { reply, replyRefusal } from "./say.ts";

const asksForOwn =
  /^(?:\/mytasks|\/my|我的任务|我(?:现在)?有(?:哪些|什么|几个)任务|任务列表|(?:show |list )?my tasks)\s*[吗呢。.!!??]*$/i;
/** Older tasks are history, not a list to work from. */
const recentMs = 120 * 86_400_000;

/** `我的任务`: a KOC's own tasks with the next step of each; for a manager, the tasks and how far they are. */
export async function myTasks(scene: Scene<MessageEvent>): Promise<boolean> {
  const { person, event } = scene;
  if (!asksForOwn.test(event.text.trim())) return false;
  if (mayAtAll(person, "task.run")) await showTaskList(scene);
  else if (!mayAtAll(person, "offer.answer")) return false;
  else await showOwnTasks(scene);
  return true;
}

/** A KOC's own tasks with the next step of each. */
export async function showOwnTasks(scene: Scene): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const now = ctx.now();
  const submissions = await tx.submissions.ofPerson(person.id);
  const own = [];
  for (const assignment of await tx.tasks.assignmentsFor(person.id, now - recentMs)) {
    const task = await tx.tasks.find(assignment.taskId);
    if (!task || assignment.pushedAt === null) continue;
    const handedIn = submissions.filter((s) => s.taskId === task.id);
    own.push({ assignment, task, state: stateOf(assignment, task, handedIn, now) });
  }
  const timeZone = person.timeZone ?? ctx.timeZone;
  await reply(scene, myTasksCard({ key: `my-tasks-${event.eventId}`, own, timeZone, lang: person.lang }));
}

async function showTaskList(scene: Scene): Promise<void> {
  const { tx, ctx, person, event } = scene;
  const current = (await tx.tasks.list()).filter((t) => t.status !== "cancelled" && t.status !== "archived");
  const tasks = [];
  for (const task of current.slice(0, 15)) tasks.push({ task, approved: await tx.tasks.countApproved(task.id) });
  const timeZone = person.timeZone ?? ctx.timeZone;
  await reply(scene, taskListCard({ key: `tasks-${event.eventId}`, tasks, timeZone, lang: person.lang }));
}

const asksForPage = /^(?:\/page|任务(?:页面?|链接|网页)|task (?:page|link))\s*[。.!!??]*$/i;

/** `任务页`: for each task to be done a link to its page, where everything works without cards. */
export async function taskPages(scene: Scene<MessageEvent>): Promise<boolean> {
  const { tx, ctx, person, event } = scene;
  if (!mayAtAll(person, "offer.answer") || !asksForPage.test(event.text.trim())) return false;
  const pages = [];
  for (const assignment of await tx.tasks.assignmentsFor(person.id, ctx.now() - recentMs)) {
    const task = await tx.tasks.find(assignment.taskId);
    if (!task || assignment.pushedAt === null || assignment.approvedAt !== null) continue;
    if (!toDo.includes(stateOf(assignment, task, [], ctx.now()))) continue;
    pages.push({ title: task.title, url: await ctx.taskLink(tx, assignment.id, person.id) });
  }
  await reply(scene, taskPagesCard({ key: `pages-${event.eventId}`, pages, lang: person.lang }));
  return true;
}

/** "Show": the card of one of their tasks again, as it stands now. */
export async function showOfferTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, person, event } = scene;
  const assignment = await tx.tasks.findAssignment(event.action.id);
  const task = assignment && (await tx.tasks.find(assignment.taskId));
  if (!assignment || !task) return replyRefusal(scene, "gone");
  if (assignment.personId !== person.id) return replyRefusal(scene, "not-yours");
  await reply(scene, taskOfferCard(await viewOf(scene, assignment, task)));
}
