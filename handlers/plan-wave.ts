import type { Tx } from "#db/store.ts";
import { type Chance, seededChance, seedOf } from "#domain/chance.ts";
import { type MatchSetup, type RuleCount, rankPeople } from "#domain/match.ts";
import { planWave, type Wave } from "#domain/plan.ts";
import type { Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import { limitsOf, matchPeople, matchTask } from "./match-people.ts";

export type PlannedWave = { number: number; wave: Wave; left: RuleCount };

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
  const view = matchTask(task, { asked, sent, approved }, ctx.now());
  const number = 1 + Math.max(0, ...assignments.map((assignment) => assignment.wave));
  const { offers: ranked, left } = rankPeople(
    view,
    await matchPeople(tx, ctx),
    await matchSetup(tx, ctx, seededChance(seedOf(task.id, number))),
    3 * view.budget,
  );
  const wave = planWave(ranked, view.wanted, Math.max(0, view.budget - sent));
  // Without quiet hours nobody waits for their best hour either: a newcomer who sends a task wants to see it arrive.
  const offers = ctx.quietHours ? wave.offers : wave.offers.map((offer) => ({ ...offer, at: ctx.now() }));
  return { number, wave: { ...wave, offers }, left };
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
