import type { MeasureKey } from "#domain/measures.ts";
import { asksForQuota } from "./amounts.ts";
import { type Chosen, contentNamed, tagsNamed } from "./measure-content.ts";
import { peopleNamed } from "./measure-people.ts";
import { asksHowLong, inOrder, is, keysOf, marksOf, type Slots } from "./slots.ts";

const rates: MeasureKey[] = [
  "view_rate",
  "participation_rate",
  "acceptance_rate",
  "decline_rate",
  "hand_in_rate",
  "approval_rate",
  "rejection_rate",
  "unread_rate",
  "no_answer_rate",
  "overdue_rate",
  "late_rate",
  "completion_rate",
  "quota_attainment",
  "response_time",
  "review_time",
  "interaction_rate",
  "video_completion",
  "influence",
  "active_koc",
  "silent_koc",
  "reward_earned",
];
const states: MeasureKey[] = [
  "to_come",
  "overdue",
  "late",
  "waiting",
  "no_answer",
  "unread",
  "sent_back",
  "resubmitted",
];
const steps = ["pushed", "seen", "accepted", "declined", "submitted", "approved", "rejected"] as const;

const conversions: Record<string, MeasureKey> = {
  "pushed>seen": "view_rate",
  "pushed>accepted": "participation_rate",
  "pushed>submitted": "submitted_of_pushed",
  "pushed>approved": "completion_rate",
  "pushed>declined": "decline_rate",
  "seen>accepted": "acceptance_rate",
  "seen>declined": "declined_of_seen",
  "seen>submitted": "submitted_of_seen",
  "seen>approved": "approved_of_seen",
  "accepted>submitted": "hand_in_rate",
  "accepted>approved": "approved_of_accepted",
  "submitted>approved": "review_conversion",
};

/** Picks the measure from the words; undefined where the question names none. */
export function chooseMeasure(slots: Slots): Chosen | undefined {
  return (
    named(slots) ??
    stepPair(slots) ??
    stateNamed(slots) ??
    contentNamed(slots) ??
    tagsNamed(slots) ??
    stepNamed(slots) ??
    fieldNamed(slots) ??
    peopleNamed(slots) ??
    tasksNamed(slots)
  );
}

function named(slots: Slots): Chosen | undefined {
  if (asksWhatIsLeft(slots)) return { measures: ["quota_attainment"], field: "left" };
  const length = lengthAsked(slots);
  if (length) return length;
  if (asksForQuota(slots) && !is(slots, "share")) return { measures: ["quota_attainment"] };
  const found = inOrder(slots, "measure", rates) as MeasureKey[];
  const ofSegments =
    (slots.grouped.some((g) => g.by === "segment") || slots.mentioned.some((m) => m.by === "segment")) &&
    /流失/.test(slots.text) &&
    !/步|环节|step/.test(slots.text);
  if (ofSegments) return { measures: ["segment_left"] };
  if (is(slots, "measure", "weakest_step")) return { measures: ["weakest_step"] };
  if (found.includes("active_koc") && found.includes("silent_koc"))
    return { measures: [/不活跃|inactive/.test(slots.text) ? "silent_koc" : "active_koc"] };
  if (found.length > 0) return { measures: found };
  const share = stepShare(slots);
  if (share) return { measures: [share] };
  if (is(slots, "measure", "funnel") && !is(slots, "measure", "conversion")) return { measures: ["funnel"] };
  return undefined;
}

/** `还差几篇`: of the task that is named, or that was spoken of; not `跟上周比还差几篇`. */
function asksWhatIsLeft(slots: Slots): boolean {
  if (!/还[差缺]|short of quota|still (?:missing|needs?|lacks?|wants?)\b/.test(slots.text)) return false;
  if (!is(slots, "task_field", "quota") && !/篇|名额|pieces|posts|hand-ins/.test(slots.text)) return false;
  return slots.references.every((r) => r.kind === "task" || r.kind === "theme") && slots.times.length === 0;
}

const ratesOfSteps: Record<string, MeasureKey> = {
  sent_back: "rejection_rate",
  rejected: "rejection_rate",
  unread: "unread_rate",
  no_answer: "no_answer_rate",
  overdue: "overdue_rate",
  late: "late_rate",
  declined: "decline_rate",
  approved: "approval_rate",
  accepted: "participation_rate",
  seen: "view_rate",
};

/** `退回的作品占比`, `what share was sent back`: how many of all; where people or reasons stand between, the share is theirs. */
function stepShare(slots: Slots): MeasureKey | undefined {
  if (!/占比|比例|比重|share|proportion|percentage/.test(slots.text)) return undefined;
  const [mark] = marksOf(slots, "share");
  const taken = [...marksOf(slots, "state"), ...marksOf(slots, "step")].filter(({ key }) => ratesOfSteps[key]);
  const keys = [...new Set(taken.map(({ key }) => ratesOfSteps[key]!))];
  const [only] = keys;
  if (!mark || !only || keys.length > 1 || is(slots, "reason") || slots.grouped.length > 0) return undefined;
  const [from, until] = [taken[0]!.end, mark.at].sort((a, b) => a - b);
  const others = [
    ...slots.references,
    ...["role", "form", "channel", "consent", "source"].flatMap((of) => marksOf(slots, of)),
  ];
  const isTheirs =
    others.some(({ at }) => at >= from! && at < until!) || /[里中内]/.test(slots.text.slice(from, until));
  return isTheirs ? undefined : only;
}

/** `从推送到接受要几天`: how long a step takes, where koloop knows it. */
function lengthAsked(slots: Slots): Chosen | undefined {
  if (!asksHowLong(slots.text)) return undefined;
  const pair = inOrder(slots, "step", steps).join(">");
  if (/审核|审稿|审一?篇|\breview/.test(slots.text)) return { measures: ["review_time"] };
  if (pair === "pushed>accepted") return { measures: ["response_time"] };
  return pair === "submitted>approved" ? { measures: ["review_time"] } : undefined;
}

/** `从接受到提交少了多少人`, `从查看到接受的转化率`. */
function stepPair(slots: Slots): Chosen | undefined {
  const pair = inOrder(slots, "step", steps);
  if (is(slots, "measure", "conversion")) {
    const key = pair.length >= 2 ? conversions[`${pair[0]}>${pair[1]}`] : undefined;
    return { measures: key ? [key] : ["funnel"] };
  }
  const joined = /到|之间|from .+ to|between .+ and|这一步|这步/.test(slots.text);
  const isLoss = /少了|流失|掉了|丢了|损失|差了|走了|漏了|没了|流掉|lost|lose|drop|loss/.test(slots.text);
  if (pair.length === 2 && isLoss && (joined || is(slots, "measure", "segment_left")))
    return { measures: ["step_lost"], between: [pair[0]!, pair[1]!] };
  if (isLoss && /每一步|各步|每步|each step/.test(slots.text)) return { measures: ["step_lost"] };
  if (pair.length === 2 && is(slots, "share")) {
    const key = conversions[`${pair[0]}>${pair[1]}`] ?? conversions[`${pair[1]}>${pair[0]}`];
    if (key) return { measures: [key] };
  }
  return undefined;
}

function stateNamed(slots: Slots): Chosen | undefined {
  const text = slots.text;
  const marks = keysOf(slots, "state");
  const found = inOrder(slots, "state", states) as MeasureKey[];
  if (
    marks.includes("to_come") &&
    (marks.includes("overdue") || marks.includes("not_handed_in") || is(slots, "step", "accepted"))
  )
    return { measures: ["to_come"] };
  if (marks.includes("not_handed_in") && marks.includes("overdue")) return { measures: ["overdue"] };
  if (
    marks.includes("not_handed_in") &&
    /过了?(?:截止|期|ddl|deadline)|截止.{0,4}(?:过了|已过)|past the deadline/.test(text) &&
    !found.includes("overdue")
  )
    return { measures: ["overdue"] };
  if (found.includes("late") && found.includes("overdue"))
    return { measures: /和|与|各|and/.test(text) ? found : ["late"] };
  if (found.length > 0) return { measures: found };
  const isNever = is(slots, "never") || slots.references.some((r) => r.kind === "segment" || r.kind === "tag");
  if (marks.includes("not_accepted") && (marks.includes("not_declined") || is(slots, "step", "seen")))
    return { measures: ["no_answer"] };
  if (marks.includes("not_handed_in") && (!isNever || is(slots, "step", "accepted")))
    return { measures: ["not_handed_in"] };
  return undefined;
}

function stepNamed(slots: Slots): Chosen | undefined {
  if (slots.grouped.some((g) => g.by === "reason")) return { measures: ["declined"] };
  const found = inOrder(slots, "step", steps).filter((s) => s !== "seen" || !onlyLooks(slots)) as MeasureKey[];
  // `推给我的任务里奖励最高的`: the step says which tasks.
  const ranksTasks = is(slots, "order") && is(slots, "task_field") && slots.mentioned.some((m) => m.by === "task");
  if (ranksTasks && found.length === 1 && found[0] === "pushed") return undefined;
  if (found.length === 0) return is(slots, "reason") ? { measures: ["declined"] } : undefined;
  if (found.length === 1) return { measures: found };
  return { measures: withoutFrame(slots, found) };
}

/** `推送的任务里通过了多少`: the first step says among what, the last is counted; `推了多少,看了多少` counts each. */
function withoutFrame(slots: Slots, found: MeasureKey[]): MeasureKey[] {
  const counts = [...slots.text.matchAll(/多少|几个|几条|几单|几次|几篇|how many|分别|各|respectively/g)].length;
  if (counts >= 2 || /分别|各|respectively|[、和与]|, | and /.test(slots.text)) return found;
  return [found.at(-1)!];
}

/** `按城市看顾客`: the one who asks is looking. */
const onlyLooks = (slots: Slots): boolean =>
  marksOf(slots, "step").every((m) => m.key !== "seen" || m.text === "看") &&
  /[按分用][^,,。]{1,8}看|看[^了过没不,,。]{1,8}(?:分布|排名|走势|来源)/.test(slots.text);

const taskFields = [
  "reward",
  "deadline",
  "status",
  "theme",
  "quota",
  "published_at",
  "forms",
  "importance",
  "brief",
  "segments",
];

function fieldNamed(slots: Slots): Chosen | undefined {
  const people = slots.references.filter((r) => r.kind === "person" || r.kind === "koe");
  const tasks = slots.references.filter((r) => r.kind === "task");
  const personField = keysOf(slots, "person_field")[0];
  if (personField && (people.length > 0 || slots.self) && tasks.length === 0)
    return { measures: ["person_field"], field: personField };
  if (people.length > 0 && slots.grouped.some((g) => g.by === "city" || g.by === "channel") && !is(slots, "count")) {
    return {
      measures: ["person_field"],
      field: slots.grouped.find((g) => g.by === "city" || g.by === "channel")!.by === "city" ? "city" : "channel",
    };
  }
  const isLatest =
    /(?:最近|最新|刚刚?)(?:一个)?发布的?(?:一个)?任务|最新的?任务|(?:latest|newest|most recent) task/.test(slots.text);
  if (isLatest && tasks.length === 0) return { measures: ["task_field"], field: "published_at" };
  const field = inOrder(slots, "task_field", taskFields)[0];
  const pointsBack = /它|\b(?:its?|it)\b/.test(slots.text);
  const aboutTasks =
    tasks.length > 0 || pointsBack || slots.mentioned.some((m) => m.by === "task") || is(slots, "that_task");
  if (field && aboutTasks) {
    const isList =
      tasks.length === 0 &&
      (field === "deadline" || field === "published_at" || field === "status") &&
      !is(slots, "order") &&
      !is(slots, "that_task") &&
      !pointsBack;
    return isList ? { measures: ["tasks"], field } : { measures: ["task_field"], field };
  }
  if (tasks.length === 1 && slots.grouped.some((g) => g.by === "theme"))
    return { measures: ["task_field"], field: "theme" };
  return undefined;
}

function tasksNamed(slots: Slots): Chosen | undefined {
  const about = slots.mentioned.some((m) => m.by === "task");
  const asked = is(slots, "count") || is(slots, "list") || is(slots, "which") || slots.grouped.length > 0;
  return about && asked && (is(slots, "status") || is(slots, "vague") === false) ? { measures: ["tasks"] } : undefined;
}
