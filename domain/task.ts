import { platformNamed } from "./platform.ts";
import { ok, type Result, refuse } from "./result.ts";
import type { TagKey } from "./taxonomy.ts";

/** How a piece of content is made. The three of the data package have names of their own; a brand may add more. */
export type Form = string;

export type TaskStatus = "draft" | "scheduled" | "open" | "paused" | "closed" | "cancelled" | "archived";

/** Whom a task is for: members of any of the segments or holders of any of the tags, less the excluded. Empty: everybody. */
export type Target = {
  segments: string[];
  tags: TagKey[];
  exclude: { segments: string[]; tags: TagKey[] };
};

/** What a hand-in must show to be approved. */
export type ProofRules = { platforms: string[]; count: number; mustMention: string[]; newerThanTask: boolean };

export type Task = {
  id: string;
  title: string;
  theme: string;
  brief: string;
  /** Addresses of what whoever takes it works with: pictures, specifications, examples. */
  materials: string[];
  target: Target;
  forms: { form: Form; brief: string }[];
  /** 1 to 5. */
  importance: number;
  /** Approved pieces wanted. */
  quota: number;
  /** Most people that may be asked; null: as many as the quota calls for. */
  pushBudget: number | null;
  /** Points for one approved piece. */
  reward: number;
  proof: ProofRules;
  publishedAt: number | null;
  deadlineAt: number | null;
  status: TaskStatus;
  autopilot: boolean;
  briefVersion: number;
  templateId: string | null;
  createdBy: string | null;
  createdAt: number;
  updatedAt: number;
};

/** One task offered to one person, with the time of each step that has happened. */
export type Assignment = {
  id: string;
  taskId: string;
  personId: string;
  form: Form;
  wave: number;
  policy: "learned" | "holdout" | "manual" | "import";
  plannedAt: number;
  sendAfter: number | null;
  pushedAt: number | null;
  seenAt: number | null;
  acceptedAt: number | null;
  declinedAt: number | null;
  declineReason: string | null;
  declineNote: string | null;
  promisedAt: number | null;
  remindedAt: number | null;
  submittedAt: number | null;
  approvedAt: number | null;
  rejectedAt: number | null;
  withdrawnAt: number | null;
  blocked: string | null;
};

/** A task as somebody begins to write it: a draft that nobody has been asked about. */
export const newTask = (
  known: Omit<Task, "publishedAt" | "status" | "autopilot" | "briefVersion" | "templateId" | "updatedAt">,
): Task => ({
  ...known,
  publishedAt: null,
  status: "draft",
  autopilot: false,
  briefVersion: 1,
  templateId: null,
  updatedAt: known.createdAt,
});

/** An assignment of which nothing has happened yet. */
export function newAssignment(
  about: Pick<Assignment, "id" | "taskId" | "personId" | "form" | "wave" | "policy">,
  plannedAt: number,
): Assignment {
  return {
    ...about,
    plannedAt,
    sendAfter: null,
    pushedAt: null,
    seenAt: null,
    acceptedAt: null,
    declinedAt: null,
    declineReason: null,
    declineNote: null,
    promisedAt: null,
    remindedAt: null,
    submittedAt: null,
    approvedAt: null,
    rejectedAt: null,
    withdrawnAt: null,
    blocked: null,
  };
}

/** Why a KOC says no, in the data package's keys. */
export const declineReasons = [
  "no_time",
  "not_interested",
  "wrong_form",
  "not_me",
  "reward_low",
  "too_often",
  "other",
] as const;
export type DeclineReason = (typeof declineReasons)[number];

export type OfferRefusal =
  | "not-yours"
  | "already-answered"
  | "task-closed"
  | "deadline-passed"
  | "withdrawn"
  | "unknown-form"
  | "quota-full";

/** May this answer still count? The first one stands, and none counts after the task has ended. */
function answerable(assignment: Assignment, task: Task, by: string, now: number): Result<Assignment, OfferRefusal> {
  if (assignment.personId !== by) return refuse("not-yours");
  if (assignment.withdrawnAt !== null) return refuse("withdrawn");
  if (assignment.declinedAt !== null || assignment.submittedAt !== null) return refuse("already-answered");
  if (task.status !== "open") return refuse("task-closed");
  if (task.deadlineAt !== null && now > task.deadlineAt) return refuse("deadline-passed");
  return ok(assignment);
}

/** Takes the offer in one of the task's forms. Taking it again in another form changes the form until something is handed in. */
export function acceptOffer(
  assignment: Assignment,
  task: Task,
  tap: { by: string; form: Form; approvedSoFar: number },
  now: number,
): Result<Assignment, OfferRefusal> {
  const open = answerable(assignment, task, tap.by, now);
  if (!open.ok) return open;
  if (!task.forms.some((offered) => offered.form === tap.form)) return refuse("unknown-form");
  if (assignment.acceptedAt !== null && assignment.form === tap.form) return refuse("already-answered");
  if (assignment.acceptedAt === null && tap.approvedSoFar >= task.quota) return refuse("quota-full");
  return ok({
    ...assignment,
    form: tap.form,
    seenAt: assignment.seenAt ?? now,
    acceptedAt: assignment.acceptedAt ?? now,
  });
}

/** Declines the offer; also somebody who had accepted may still step back until something is handed in. */
export function declineOffer(
  assignment: Assignment,
  task: Task,
  tap: { by: string; reason: DeclineReason | null; note?: string },
  now: number,
): Result<Assignment, OfferRefusal> {
  const open = answerable(assignment, task, tap.by, now);
  if (!open.ok) return open;
  return ok({
    ...assignment,
    seenAt: assignment.seenAt ?? now,
    acceptedAt: null,
    declinedAt: now,
    declineReason: tap.reason,
    declineNote: tap.note ?? null,
  });
}

/** The day by which somebody who has taken a task says they will have it done; it may be said anew until something is handed in. */
export function promiseOffer(
  assignment: Assignment,
  task: Task,
  tap: { by: string; at: number },
  now: number,
): Result<Assignment, OfferRefusal | "past-time"> {
  const open = answerable(assignment, task, tap.by, now);
  if (!open.ok) return open;
  if (assignment.acceptedAt === null) return refuse("withdrawn");
  if (!(tap.at > now) || (task.deadlineAt !== null && tap.at > task.deadlineAt)) return refuse("past-time");
  return ok({ ...assignment, promisedAt: tap.at });
}

/** Which of a person's tasks a hand-in may be for: accepted (or merely offered) and neither withdrawn nor approved. */
export function handInCandidates(
  open: readonly { assignment: Assignment; task: Task }[],
  platform: string | null,
  rule: "its-platforms" | "any-platform" = "its-platforms",
) {
  const running = open.filter(
    ({ assignment, task }) =>
      assignment.withdrawnAt === null &&
      assignment.declinedAt === null &&
      assignment.approvedAt === null &&
      task.status === "open",
  );
  const accepted = running.filter(({ assignment }) => assignment.acceptedAt !== null);
  const among = accepted.length > 0 ? accepted : running;
  const fitting = among.filter(
    ({ task }) =>
      rule === "any-platform" ||
      task.proof.platforms.length === 0 ||
      // A task may be for a site whose addresses koloop cannot read: then any page of an unknown site may be a piece for it.
      task.proof.platforms.some((wanted) => (platform === null ? platformNamed(wanted) === null : wanted === platform)),
  );
  const fresh = fitting.filter(({ assignment }) => assignment.submittedAt === null);
  return fresh.length > 0 ? fresh : fitting;
}

export type Submission = {
  id: string;
  taskId: string;
  personId: string;
  platform: string;
  url: string;
  /** Same key, same post: how doubles are found. */
  postKey: string;
  form: Form;
  submittedAt: number;
  status: "pending" | "approved" | "rejected" | "sent_back";
  rawText: string;
  reviewedBy: string | null;
  reviewedAt: number | null;
  reviewNote: string | null;
};

/** Steps of an assignment in their order. */
export const steps = ["pushed", "seen", "accepted", "submitted", "approved"] as const;
export type Step = (typeof steps)[number];
