import { optionWords, type TaskOption } from "#cards/task-writing.ts";
import type { TaskField } from "#domain/task-words.ts";
import type { Scene } from "./context.ts";

/** The answers to a question about a task that one tap gives; for people the largest segments, everybody last. */
export async function answerOptions({ tx, person }: Scene, field: TaskField): Promise<TaskOption[]> {
  const usual = optionWords(field, person.lang);
  if (field !== "audience") return usual;
  const members = new Map<string, number>();
  for (const segments of (await tx.segments.allMemberships()).values())
    for (const id of segments) members.set(id, (members.get(id) ?? 0) + 1);
  const largest = (await tx.segments.active())
    .filter(({ name }) => Buffer.byteLength(name) <= 40 && !/[.,,、和与及]/.test(name))
    .sort((a, b) => (members.get(b.id) ?? 0) - (members.get(a.id) ?? 0))
    .slice(0, 4);
  return [...largest.map(({ id, name }) => ({ label: `${name}(${members.get(id) ?? 0})`, words: name })), ...usual];
}
