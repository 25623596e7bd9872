import type { Tx } from "#db/store.ts";
import type { HealthScope } from "#domain/health-facts.ts";

/** What a name means as the subject of a report: an id or exact name first, else a name that contains it. */
export async function findScope(tx: Tx, kind: HealthScope["kind"], said: string): Promise<HealthScope | undefined> {
  const name = said.trim();
  if (name === "") return undefined;
  const pick = (all: { id: string; name: string }[]): HealthScope | undefined => {
    const exact = all.find((one) => one.id === name || one.name === name);
    const found = exact ?? all.find((one) => one.name.toLowerCase().includes(name.toLowerCase()));
    return found && { kind, ...found };
  };
  if (kind === "month") return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(name) ? { kind, id: name, name } : undefined;
  if (kind === "segment") return pick((await tx.segments.active()).map(({ id, name: title }) => ({ id, name: title })));
  if (kind === "koc") {
    const byId = await tx.people.find(name);
    return pick((byId ? [byId] : await tx.people.named(name)).map((person) => ({ id: person.id, name: person.name })));
  }
  const tasks = (await tx.tasks.list()).filter((task) => task.publishedAt !== null);
  if (kind === "theme")
    return pick([...new Set(tasks.map(({ theme }) => theme))].map((theme) => ({ id: theme, name: theme })));
  return pick(tasks.map(({ id, title }) => ({ id, name: title })));
}
