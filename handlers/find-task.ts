import type { Tx } from "#db/store.ts";
import type { Task, TaskStatus } from "#domain/task.ts";

/**
 * The tasks that a name may mean: by id, by title, by a part of one, or by a title that stands in what was said; the first kind that
 * finds any decides. An empty name means all in those states.
 */
export async function findTasksNamed(tx: Tx, name: string, states: readonly TaskStatus[]): Promise<Task[]> {
  const wanted = name.trim().toLowerCase();
  const tasks = (await tx.tasks.list()).filter((task) => states.includes(task.status));
  if (wanted === "") return tasks;
  const kinds: ((task: Task) => boolean)[] = [
    (task) => task.id.toLowerCase() === wanted || task.title.toLowerCase() === wanted,
    (task) => task.title.toLowerCase().includes(wanted),
    (task) => wanted.includes(task.title.toLowerCase()),
  ];
  for (const kind of kinds) {
    const found = tasks.filter(kind);
    if (found.length > 0) return found;
  }
  return [];
}
