import type { Tx } from "#db/store.ts";
import { type Chance, seededChance, seedOf } from "#domain/chance.ts";
import { type PlannedOffers, withHoldout } from "#domain/holdout.ts";
import {
  type MatchPerson,
  type MatchSetup,
  type MatchTask,
  type Offer,
  type RuleCount,
  rankPeople,
} from "#domain/match.ts";
import { planWave } from "#domain/plan.ts";
import { type Contender, keptForOthers } from "#domain/shared-people.ts";
import type { Assignment, Task } from "#domain/task.ts";
import { pendingChances } from "#domain/task-life.ts";
import type { Context } from "./context.ts";
import type { DecisionDetail } from "./learner.ts";
import { type FirstGuess, firstGuess, limitsOf, matchPeople, matchTask, pushesPerPiece } from "./match-people.ts";
import { likingShifts } from "./override-weights.ts";
import { influenceOf } from "./weigh-influence.ts";

export type PlannedWave = {
  number: number;
  wave: PlannedOffers;
  left: RuleCount;
  /** People left to other running tasks that need them more. */
  kept: number;
  guess: FirstGuess;
};

const weekMs = 7 * 86_400_000;
/** How many other tasks are weighed against one, the most important first. */
const othersAtMost = 12;
/** A scheduled task that opens within this time has its people kept for it. */
const soonMs = 7 * 86_400_000;

/**
 * Whom the next wave of a task asks, in which form and when, and how many each rule leaves out. All running tasks share the people: who
 * is worth more to another is left to it. The same facts give the same plan, so what the manager was shown is what goes out.
 */
export async function planNextWave(tx: Tx, ctx: Context, task: Task): Promise<PlannedWave> {
  const ahead = plansAhead.get(ctx)?.get(task.id);
  if (ahead?.about === factsOf(task) && ahead.asked === (await tx.tasks.countAsked(task.id))) return ahead.planned;
  return makePlan(tx, ctx, task);
}

/** Plans that were made outside the transaction that will use them, by task: a plan over many people takes longer than one may last. */
const plansAhead = new WeakMap<Context, Map<string, { about: string; asked: number; planned: PlannedWave }>>();

/** What of a task a plan depends on. */
const factsOf = ({ status, publishedAt, updatedAt, autopilot, ...facts }: Task): string => JSON.stringify(facts);

/**
 * Plans the next wave for whoever asks for it before `forget` is called. Rules that begin to hold in between are kept by the gate when
 * each card is sent.
 */
export async function planAhead(tx: Tx, ctx: Context, task: Task): Promise<{ forget: () => void }> {
  const asked = await tx.tasks.countAsked(task.id);
  const plan = { about: factsOf(task), asked, planned: await makePlan(tx, ctx, task) };
  const plans = plansAhead.get(ctx) ?? new Map();
  plansAhead.set(ctx, plans.set(task.id, plan));
  return { forget: () => plans.get(task.id) === plan && plans.delete(task.id) };
}

async function makePlan(tx: Tx, ctx: Context, task: Task): Promise<PlannedWave> {
  const people = await matchPeople(tx, ctx);
  const desk = await deskOf(tx, ctx, task, people);
  const { view, pending, room, number, guess } = desk;
  const setup = await matchSetup(tx, ctx, seededChance(seedOf(task.id, number)), people);
  const { offers, left } = rankPeople(view, people, setup, 3 * view.budget);
  const kept = await keptFrom(tx, ctx, { task, desk, offers, people, setup });
  const open = kept.size === 0 ? offers : offers.filter((offer) => !kept.has(offer.person));
  const learned = planWave(open, view.wanted, room, pending);
  const world = { task: view, people: new Map(people.map((person) => [person.id, person])), setup };
  const wave = withHoldout(learned, open, world, seededChance(seedOf(task.id, number, "holdout")));
  // Without quiet hours nobody waits for their best hour either: a newcomer who sends a task wants to see it arrive.
  const timed = ctx.quietHours ? wave.offers : wave.offers.map((offer) => ({ ...offer, at: ctx.now() }));
  return { number, left, kept: kept.size, guess, wave: { ...wave, offers: timed } };
}

/** Whether nobody is asked for a theme any more, by a manager's word or by autopilot. */
export const isRetired = async (tx: Tx, theme: string): Promise<boolean> =>
  (await tx.learning.themes()).some(({ id, status }) => id === theme && status === "retired");

type Desk = { view: MatchTask; pending: number[]; room: number; number: number; guess: FirstGuess };

/** How far a task is: what is still to come of those asked, how many more it may ask, and which wave is next. */
async function deskOf(tx: Tx, ctx: Context, task: Task, people: readonly MatchPerson[]): Promise<Desk> {
  const assignments = await tx.tasks.assignmentsOf(task.id);
  const asked = new Set(assignments.map((assignment) => assignment.personId));
  const sent = assignments.filter(
    (assignment) => assignment.withdrawnAt === null && assignment.blocked === null,
  ).length;
  const approved = assignments.filter((assignment) => assignment.approvedAt !== null).length;
  const guess = firstGuess(ctx, task, people);
  const view = matchTask(task, { asked, sent, approved, guess }, ctx.now());
  const pending = pendingChances(await withChances(tx, assignments), ctx.now());
  const wanted = Math.max(0, Math.ceil(task.quota - approved - pending.reduce((sum, chance) => sum + chance, 0)));
  // Without a budget of the manager's each wave may ask as many as its own pieces call for.
  // Nobody is asked for a theme that was retired.
  const retired = await isRetired(tx, task.theme);
  const budget = retired ? sent : (task.pushBudget ?? sent + wanted * pushesPerPiece);
  const number = 1 + Math.max(0, ...assignments.map((assignment) => assignment.wave));
  return { view: { ...view, budget }, pending, room: Math.max(0, budget - sent), number, guess };
}

type Wanted = { task: Task; desk: Desk; offers: Offer[]; people: MatchPerson[]; setup: MatchSetup };

/** Whom the task leaves to others that run or are about to: by one allocation over all of them. */
async function keptFrom(tx: Tx, ctx: Context, { task, desk, offers, people, setup }: Wanted): Promise<Set<string>> {
  if (offers.length === 0) return new Set();
  const others: Contender[] = [];
  for (const other of await othersOf(tx, ctx, task)) {
    const { view, pending, room } = await deskOf(tx, ctx, other, people);
    if (room === 0 || view.wanted === 0) continue;
    const chance = seededChance(seedOf(other.id));
    // Why others fall out is not shown here, so those who cannot be asked at all are not weighed.
    const possible = people.filter((p) => p.koc && p.consent && !view.asked.has(p.id) && view.isFor(p));
    const ranked = rankPeople(view, possible, { ...setup, chance }, 3 * view.budget).offers;
    others.push(contender(other, ranked, planWave(ranked, view.wanted, room, pending).offers.length));
  }
  const slots = planWave(offers, desk.view.wanted, desk.room, desk.pending).offers.length;
  const now = ctx.now();
  const rooms = new Map(
    people.map((person) => [person.id, setup.limits.perWeek - person.sends.filter((at) => at > now - weekMs).length]),
  );
  return keptForOthers(contender(task, offers, slots), others, (person) => rooms.get(person) ?? 0);
}

const contender = ({ importance }: Task, offers: Offer[], slots: number): Contender => ({ importance, slots, offers });

async function othersOf(tx: Tx, ctx: Context, task: Task): Promise<Task[]> {
  const running = await tx.tasks.list({ status: "open" });
  const soon = (await tx.tasks.list({ status: "scheduled" })).filter(
    ({ publishedAt }) => publishedAt !== null && publishedAt < ctx.now() + soonMs,
  );
  return [...running, ...soon]
    .filter(({ id, deadlineAt }) => id !== task.id && (deadlineAt === null || deadlineAt > ctx.now()))
    .sort((a, b) => b.importance - a.importance || (a.id < b.id ? -1 : 1))
    .slice(0, othersAtMost);
}

/** Each assignment with what was believed of its steps when it was offered. */
async function withChances(tx: Tx, assignments: Assignment[]) {
  if (assignments.length === 0) return [];
  const decisions = await tx.learning.decisionsOf(assignments[0]?.taskId ?? "");
  const logits = new Map(
    decisions.map((d) => [d.assignmentId, d.detail ? (JSON.parse(d.detail) as DecisionDetail).logits : []]),
  );
  const chance = (logit: number | undefined) => 1 / (1 + Math.exp(-(logit ?? 0)));
  return assignments.map((assignment) => {
    const [seen, accepted, submitted, approved] = logits.get(assignment.id) ?? [];
    const chances = { seen: chance(seen), accepted: chance(accepted), submitted: chance(submitted) };
    return { assignment, chances: { ...chances, approved: chance(approved) } };
  });
}

/** What matching weighs people and tasks with now. */
export async function matchSetup(
  tx: Tx,
  ctx: Context,
  chance: Chance,
  people: readonly MatchPerson[],
): Promise<MatchSetup> {
  const [themes, influence] = [await themesInUse(tx), await influenceOf(tx, people)];
  const [learner, shifts] = [await ctx.learner.current(await tx.tasks.formsOffered()), await likingShifts(tx, ctx)];
  return { learner, limits: limitsOf(ctx), influence, themes, chance, shifts };
}

async function themesInUse(tx: Tx): Promise<string[]> {
  const running = await tx.tasks.list({ status: "open" });
  return [...new Set(running.map((task) => `${task.theme}#${task.briefVersion}`))];
}
