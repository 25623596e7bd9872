import type { Tx } from "#db/store.ts";
import { type Chance, seededChance, seedOf } from "#domain/chance.ts";
import { type PlannedOffers, withHoldout } from "#domain/holdout.ts";
import { type MatchSetup, type RuleCount, rankPeople } from "#domain/match.ts";
import { planWave } from "#domain/plan.ts";
import type { Assignment, Task } from "#domain/task.ts";
import { pendingChances } from "#domain/task-life.ts";
import type { Context } from "./context.ts";
import type { DecisionDetail } from "./learner.ts";
import { limitsOf, matchPeople, matchTask, pushesPerPiece } from "./match-people.ts";

export type PlannedWave = { number: number; wave: PlannedOffers; left: RuleCount };

/**
 * Whom the next wave of a task asks, in which form and when, and how many each rule leaves out. The same facts give the same plan, so
 * what the manager was shown is what goes out.
 */
export async function planNextWave(tx: Tx, ctx: Context, task: Task): Promise<PlannedWave> {
  const assignments = await tx.tasks.assignmentsOf(task.id);
  const asked = new Set(assignments.map((assignment) => assignment.personId));
  const sent = assignments.filter(
    (assignment) => assignment.withdrawnAt === null && assignment.blocked === null,
  ).length;
  const approved = assignments.filter((assignment) => assignment.approvedAt !== null).length;
  const desk = matchTask(task, { asked, sent, approved }, ctx.now());
  const pending = pendingChances(await withChances(tx, assignments), ctx.now());
  const wanted = Math.max(0, Math.ceil(task.quota - approved - pending.reduce((sum, chance) => sum + chance, 0)));
  // Without a budget of the manager's each wave may ask as many as its own pieces call for.
  const view = { ...desk, budget: task.pushBudget ?? sent + wanted * pushesPerPiece };
  const number = 1 + Math.max(0, ...assignments.map((assignment) => assignment.wave));
  const people = await matchPeople(tx, ctx);
  const setup = await matchSetup(tx, ctx, seededChance(seedOf(task.id, number)));
  const { offers, left } = rankPeople(view, people, setup, 3 * view.budget);
  const learned = planWave(offers, view.wanted, Math.max(0, view.budget - sent), pending);
  const world = { task: view, people: new Map(people.map((person) => [person.id, person])), setup };
  const wave = withHoldout(learned, offers, world, seededChance(seedOf(task.id, number, "holdout")));
  // Without quiet hours nobody waits for their best hour either: a newcomer who sends a task wants to see it arrive.
  const timed = ctx.quietHours ? wave.offers : wave.offers.map((offer) => ({ ...offer, at: ctx.now() }));
  return { number, left, wave: { ...wave, offers: timed } };
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
export async function matchSetup(tx: Tx, ctx: Context, chance: Chance): Promise<MatchSetup> {
  const themes = await themesInUse(tx);
  return { learner: await ctx.learner.current(), limits: limitsOf(ctx), influence: {}, themes, chance };
}

async function themesInUse(tx: Tx): Promise<string[]> {
  const running = await tx.tasks.list({ status: "open" });
  return [...new Set(running.map((task) => `${task.theme}#${task.briefVersion}`))];
}
