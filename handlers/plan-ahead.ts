import type { Store, Tx } from "#db/store.ts";
import { mayAtAll } from "#domain/rights.ts";
import type { Task } from "#domain/task.ts";
import type { Context } from "./context.ts";
import type { Incoming } from "./incoming.ts";
import { planAhead } from "./plan-wave.ts";
import { tasksToPlan } from "./run-tasks.ts";

const planning: ReadonlySet<string> = new Set(["task.send", "task.people", "wave.send", "wave.propose"]);
const planned: ReadonlySet<Task["status"]> = new Set(["draft", "scheduled", "open"]);

/** Whether it goes quicker where `planForTaps` has seen it before its transaction opens. */
export const wantsPlan = (event: Incoming): boolean => event.type === "tap" && planning.has(event.action.type);

/** Forgets the plans that were made; to be called once what they were made for is over. */
type Forget = () => void;

/**
 * Plans what the buttons among these events will ask for, before the transaction opens that handles them: over ten thousand people a
 * plan takes longer than others should wait to write.
 */
export async function planForTaps(store: Store, ctx: Context, events: readonly Incoming[]): Promise<Forget> {
  const made: Forget[] = [];
  for (const event of events) {
    if (event.type !== "tap" || !wantsPlan(event)) continue;
    await store.read(async (tx) => {
      // Nobody makes koloop work whom it would refuse.
      const identity = await tx.people.identity(event.address.channel, event.from);
      const person = identity && (await tx.people.find(identity.personId));
      if (person && mayAtAll(person, "task.run")) made.push(await plan(tx, ctx, event.action.id));
    });
  }
  return together(made);
}

/** The same for one task, where its page is about to send it. */
export const planFor = (store: Store, ctx: Context, taskId: string): Promise<Forget> =>
  store.read((tx) => plan(tx, ctx, taskId));

/** The same for the tasks whose first or next wave has come due. */
export async function planForTime(store: Store, ctx: Context): Promise<Forget> {
  const made: Forget[] = [];
  for (const { id } of await store.read((tx) => tasksToPlan(tx, ctx))) made.push(await planFor(store, ctx, id));
  return together(made);
}

async function plan(tx: Tx, ctx: Context, taskId: string): Promise<Forget> {
  const task = await tx.tasks.find(taskId);
  return task && planned.has(task.status) ? (await planAhead(tx, ctx, task)).forget : () => {};
}

const together =
  (made: readonly Forget[]): Forget =>
  () => {
    for (const forget of made) forget();
  };
