import { type MatchPerson, type MatchSetup, type MatchTask, type Offer, rankPeople } from "./match.ts";

export type TaskChoice = { task: MatchTask; offer: Offer };

/**
 * What suits one person best, best first. Who asks for tasks is not pushed, so caps, rests, quiet hours and budgets do not count;
 * whom the task is for, consent, what was asked before and what the person has refused do.
 */
export function rankTasks(tasks: readonly MatchTask[], person: MatchPerson, setup: MatchSetup): TaskChoice[] {
  const asking = { ...person, koc: true, sends: [], standing: { ...person.standing, all: 0 } };
  const choices = tasks.flatMap((task): TaskChoice[] => {
    if (task.wanted <= 0) return [];
    const open = { ...task, sent: 0, budget: Number.POSITIVE_INFINITY };
    const [offer] = rankPeople(open, [asking], { ...setup, limits: { perWeek: 1000, quiet: null } }, 1).offers;
    return offer ? [{ task, offer }] : [];
  });
  return choices.sort((a, b) => b.offer.expected - a.offer.expected || (a.task.id < b.task.id ? -1 : 1));
}
