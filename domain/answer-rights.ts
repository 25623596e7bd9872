import { measureOf } from "./measures.ts";
import type { Query, RefuseReason } from "./query.ts";
import { may, type Ownership, ownershipOf } from "./rights.ts";

export type AskerRole = "manager" | "koe" | "koc";
/** `led`: the employees in the teams that the asker leads; their people count like the asker's own. */
export type Asker = { id: string; role: AskerRole; led?: ReadonlySet<string> };

/** What rights are judged by: everybody a question may have meant, whether the answer can be given or not. */
export type AskedFor = {
  query: Query;
  /** Each name's possible owners: of several people of one name, one of one's own is enough to be asked back. */
  people: readonly { id: string; owner: string | null }[];
  koes: readonly string[];
  /** Splits by KOE, or speaks of other employees. */
  namesKoes: boolean;
  /** Speaks of other people than oneself without naming them (`其他KOC`, `别人`). */
  namesOthers: boolean;
  isOwn: boolean;
  /** The tasks that were pushed to the one who asks. */
  ownTasks: ReadonlySet<string>;
};

/**
 * Why this person may not be told this; null: they may. Managers see everything; KOEs the brand's figures and their own people, those who
 * lead a team its people as well; KOCs and customers themselves alone.
 */
export function refusalOf(asker: Asker, asked: AskedFor): RefuseReason | null {
  if (mayAsk(asker, "other")) return null;
  return asker.role === "koe" ? koeRefusal(asker, asked) : kocRefusal(asker.id, asked);
}

const mayAsk = (asker: Asker, of: Ownership): boolean => may({ roles: [asker.role] }, "answer.ask", of);

const noneLed: ReadonlySet<string> = new Set();
/** Whether an employee's people are the asker's to ask about. */
const isWithin = (asker: Asker, owner: string | null | undefined): boolean =>
  owner != null && mayAsk(asker, ownershipOf(asker.id, owner, asker.led ?? noneLed));

function koeRefusal(asker: Asker, asked: AskedFor): RefuseReason | null {
  const { id } = asker;
  const { query, people, koes, namesKoes, namesOthers } = asked;
  const others = people.filter((p) => p.id !== id);
  if (others.length > 0 && others.every((p) => !isWithin(asker, p.owner))) return "not-your-people";
  if (koes.some((koe) => !isWithin(asker, koe))) return "other-koe";
  const isOwn =
    query.filters.koe?.in?.length !== undefined && query.filters.koe.in.every((koe) => isWithin(asker, koe));
  const isTeams = isOwn && (asker.led?.size ?? 0) > 0;
  if ((!isTeams && namesKoes) || (!isTeams && query.group?.by === "koe") || (namesOthers && asked.isOwn))
    return "ranking-of-koes";
  const notOwn = query.filters.koe?.in?.some((koe) => !isWithin(asker, koe)) || query.filters.koe?.not;
  if (notOwn) return "other-koe";
  const named = query.filters.person?.in;
  if (query.group?.by === "person" && !isOwn && !named) return "names-of-others";
  return null;
}

const own = new Set(["assignments", "submissions", "posts", "comments", "tasks", "tags"]);

function kocRefusal(id: string, asked: AskedFor): RefuseReason | null {
  const { query, people, koes, isOwn, ownTasks, namesKoes, namesOthers } = asked;
  if (people.some((p) => p.id !== id) || koes.length > 0 || namesKoes || namesOthers) return "only-own";
  const measure = query.measures[0];
  if (measure === "task_field") {
    const tasks = query.filters.task?.in ?? query.group?.keys ?? [];
    return tasks.every((task) => ownTasks.has(task)) ? null : "not-your-task";
  }
  if (!isOwn) return "only-own";
  if (["person", "koe", "city", "segment", "channel"].includes(query.group?.by ?? "")) return "only-own";
  if (measure === undefined) return null;
  const tagsOfOwn = measure === "people" && query.group?.by === "tag";
  return tagsOfOwn || own.has(measureOf(measure).subject) ? null : "only-own";
}

/** Whether the single rows behind a figure may be shown: they carry names. KOEs see those of their people, members their own. */
export function maySeeRows(asker: Asker, query: Query): boolean {
  if (mayAsk(asker, "other")) return true;
  if (query.filters.person?.in?.every((id) => id === asker.id)) return true;
  return asker.role === "koe" && (query.filters.koe?.in?.every((id) => isWithin(asker, id)) ?? false);
}

/** Groups of fewer people than this are not shown apart to those who may not see every one of them. */
export const smallestShown = 5;

/** Whether small groups must be kept back: figures of people, for somebody who does not look after all of them. */
export function hidesSmallGroups(asker: Asker, query: Query): boolean {
  if (mayAsk(asker, "other")) return false;
  const isOwn =
    query.filters.koe?.in?.some((id) => isWithin(asker, id)) || query.filters.person?.in?.includes(asker.id);
  const measure = query.measures[0];
  return !isOwn && measure !== undefined && measureOf(measure).subject === "people" && query.group !== null;
}
