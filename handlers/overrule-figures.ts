import { figureDoubtsCard } from "#cards/figure-doubts.ts";
import { say } from "#cards/names.ts";
import type { RawSnapshot } from "#domain/cleaning.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Submission } from "#domain/task.ts";
import { cleanFigures } from "./clean-figures.ts";
import type { Scene } from "./context.ts";
import type { MessageEvent, TapEvent } from "./incoming.ts";
import { redraw, reply, replyRefusal } from "./say.ts";

async function doubtsCard(scene: Scene, submission: Submission) {
  const { tx, ctx, person } = scene;
  const cleaned = await cleanFigures(tx, submission, ctx.now());
  const doubtful = cleaned.filter(({ raw, flags }) => flags.length > 0 && !raw.overruled);
  const task = await tx.tasks.find(submission.taskId);
  const author = await tx.people.find(submission.personId);
  return figureDoubtsCard({
    submissionId: submission.id,
    title: task?.title ?? submission.url,
    person: author?.name ?? submission.personId,
    doubts: doubtful.map(({ raw, flags }) => ({ ...about(raw), flags })),
    now: ctx.now(),
    timeZone: person.timeZone ?? ctx.timeZone,
    lang: person.lang,
  });
}

const about = ({ id, at, source }: RawSnapshot) => ({ snapshotId: id, at, source });

/** `数据疑点 S0012`, `doubts S0012`: which figures of a post are doubted and why; without an id, the posts that have any. */
export async function askedForDoubts(scene: Scene<MessageEvent>): Promise<boolean> {
  const asked = /^(?:数据疑点|存疑数据|doubts)(?:[\s::]+(\S+))?$/i.exec(scene.event.text.trim());
  if (!asked || !mayAtAll(scene.person, "figures.overrule")) return false;
  const { tx, person } = scene;
  const submission = asked[1] ? await tx.submissions.find(asked[1]) : undefined;
  if (submission) {
    await reply(scene, await doubtsCard(scene, submission));
    return true;
  }
  const ids = await tx.postFigures.doubtfulPosts();
  const list = ids.slice(0, 20).join("、");
  await reply(
    scene,
    ids.length === 0
      ? say(person.lang, "没有存疑的数据。", "No figures are doubted.")
      : say(
          person.lang,
          `这些作品有存疑的数据:${list}。说「数据疑点 编号」看详情。`,
          `Posts with doubtful figures: ${list}. Say "doubts" and an id.`,
        ),
  );
  return true;
}

/** "These figures are right": the raw ones count again, and who said so is written down. */
export async function overruleTapped(scene: Scene<TapEvent>): Promise<void> {
  const { tx, ctx, event, person } = scene;
  if (!mayAtAll(person, "figures.overrule")) return replyRefusal(scene, "not-for-your-role");
  const submission = await tx.submissions.find(event.action.id);
  const snapshotId = event.action.arg;
  if (!submission || !snapshotId || !(await tx.submissions.overrule(snapshotId, person.id)))
    return replyRefusal(scene, "gone");
  const detail = { snapshot: snapshotId };
  await tx.settings.audit({
    at: ctx.now(),
    actor: person.id,
    action: "figures.overrule",
    subject: submission.id,
    detail,
  });
  await redraw(tx, ctx, await doubtsCard(scene, submission), event.address);
}
