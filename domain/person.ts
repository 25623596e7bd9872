export type Role = "koc" | "customer" | "koe" | "manager";

/** Somebody koloop knows: an employee, a manager, or a person of the community. Times are epoch milliseconds. */
export type Person = {
  id: string;
  name: string;
  roles: Role[];
  city: string | null;
  /** The KOE who looks after them. */
  ownerId: string | null;
  joinedAt: number;
  lang: "zh" | "en";
  timeZone: string | null;
  consent: "yes" | "no" | "unknown";
  /** The channel where their cards should go; empty: where they were last seen. */
  homeChannel: string | null;
  pausedUntil: number | null;
  /** 1 is normal; "too often" halves it. */
  frequency: number;
  mergedInto: string | null;
  createdAt: number;
  updatedAt: number;
};

/** A person as koloop first meets them; whatever `known` names stands instead of what nobody has said yet. */
export function newPerson(
  known: Pick<Person, "id" | "name" | "roles" | "lang" | "joinedAt" | "createdAt"> & Partial<Person>,
): Person {
  return {
    city: null,
    ownerId: null,
    timeZone: null,
    consent: "unknown",
    homeChannel: null,
    pausedUntil: null,
    frequency: 1,
    mergedInto: null,
    updatedAt: known.createdAt,
    ...known,
  };
}

/** Employees and managers: they are served by koloop, never profiled, counted as members, or pushed tasks. */
export const isStaff = (person: Pick<Person, "roles">): boolean =>
  person.roles.includes("koe") || person.roles.includes("manager");

export const hasRole = (person: Pick<Person, "roles">, role: Role): boolean => person.roles.includes(role);

/** How often somebody is asked from now on who says that it is too often: half as often, down to an eighth of what is normal. */
export const askedLess = (frequency: number): number => Math.max(0.125, frequency / 2);
