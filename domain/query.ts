import type { MeasureKey } from "./measures.ts";

/**
 * By what a figure may be split. `period` splits by the query's own periods (weeks, months, or those compared), `weekday` adds those up whose label
 * begins with the same key.
 */
export type Dimension =
  | "segment"
  | "tag"
  | "task"
  | "theme"
  | "form"
  | "platform"
  | "city"
  | "koe"
  | "person"
  | "channel"
  | "reason"
  | "role"
  | "consent"
  | "post"
  | "status"
  | "weekday"
  | "period";

/** Steps that a person may have taken or not, for `done` and `never`. */
export type Done = "pushed" | "seen" | "accepted" | "declined" | "submitted" | "approved";

export const filterKeys = [
  "segment",
  "tag",
  "task",
  "theme",
  "form",
  "platform",
  "city",
  "koe",
  "person",
  "channel",
  "reason",
  "role",
  "consent",
  "status",
  "keyword",
  "source",
  "post",
  "done",
  "never",
] as const;
export type FilterKey = (typeof filterKeys)[number];

/** `in`: at least one of them, or all of them where `every` is set. `not`: none of them. */
export type Filter = { in?: string[]; not?: string[]; every?: boolean };
export type Filters = Partial<Record<FilterKey, Filter>>;

/** From its start, included, to its end, excluded (now included). `label` is what a series shows for it. Epoch milliseconds. */
export type Period = { from: number; until: number; label: string; words: string };

/**
 * All that may be asked: koloop answers nothing that is not written in this type, and no text of a person ever becomes part of a
 * query to the database other than as a value.
 */
export type Query = {
  /** One figure, or several side by side, in the order asked for. */
  measures: MeasureKey[];
  filters: Filters;
  /** Null: since the beginning. */
  period: Period | null;
  /** For what is a state (how many people are in a segment): the moment; null: now. */
  at: { ms: number; words: string } | null;
  group: { by: Dimension; keys: string[] | null; periods?: Period[] } | null;
  /** Rows count assignments, people count each person once. */
  count: "rows" | "people";
  order: "desc" | "asc" | null;
  limit: number | null;
  having: Having | null;
  /** How many groups there are, instead of the groups. */
  countGroups: boolean;
  /** The key whose place among all groups is asked for. */
  place: string | null;
  /** The second against the first key of the group. */
  compare: "difference" | "growth" | null;
  /** A share: the same figure without these filters is the whole. */
  share: FilterKey[] | null;
  /** For a share where the filter taken away leaves a role behind. */
  field: string | null;
  /** The step between two steps, for conversions and losses. */
  between: [string, string] | null;
};

/** Only groups whose figure is above or below a value, or just it (`orEqual` then says nothing more). */
export type Having = { is: "above" | "below" | "equal"; value: number; orEqual: boolean };

/** Whether a figure passes; a missing one never does. */
export function passes(having: Having | null, value: number | null): boolean {
  if (!having) return true;
  if (value === null) return false;
  if (value === having.value) return having.orEqual || having.is === "equal";
  return having.is === "above" ? value > having.value : having.is === "below" && value < having.value;
}

export const emptyQuery: Query = {
  measures: [],
  filters: {},
  period: null,
  at: null,
  group: null,
  count: "rows",
  order: null,
  limit: null,
  having: null,
  countGroups: false,
  place: null,
  compare: null,
  share: null,
  field: null,
  between: null,
};

export const funnelSteps = ["pushed", "seen", "accepted", "submitted", "approved"] as const;

/**
 * One line of an answer. `value` is null where there is nothing to divide by, and `missing` then says whether that may still come; in a list of mere
 * names it is null without.
 */
export type AnswerRow = {
  label: string;
  name: string;
  value: number | null;
  parts?: [number, number];
  missing?: Missing;
};

/** Why something that was named has no figure: its time still runs, it is over, or there are too few posts. */
export type Missing = "yet" | "over" | "too-few";

/** How far apart two rates are, in percentage points, with the 95 % interval of the difference. */
export type Apart = { value: number; low: number; high: number };

/** What a figure would be without what cleaning took out, and of how many posts. */
export type Cleaned = { value: number; posts: number };

/** One row behind a figure, as it is shown: when, who, what. */
export type DetailRow = { at: number | null; personId: string | null; taskId: string | null; text: string };

/** What an answer is made of; `of` are the parts of a rate. `rows` counts the rows of the database that stand behind it. */
export type Answer =
  | {
      type: "number" | "percent";
      value: number;
      unit: string;
      rows: number;
      parts?: [number, number];
      apart?: Apart;
      cleaned?: Cleaned;
      /** Of a place: among how many, and the figure it is for. */
      place?: { among: number; row: AnswerRow };
    }
  | {
      type: "list" | "ranking" | "series";
      value: AnswerRow[];
      unit: string;
      rows: number;
      left?: number;
      apart?: Apart;
      /** Named periods, and what could not be ranked, that have no figure: they are shown, but are no part of `value`. */
      beside?: AnswerRow[];
    }
  /** `beside`: the sides of a comparison that could not be made, each with its figure where it has one. */
  | { type: "unknown"; why: UnknownReason; about?: string; beside?: AnswerRow[] }
  | { type: "clarify"; why: ClarifyReason; choices: Choice[] }
  | { type: "refuse"; why: RefuseReason };

export type UnknownReason =
  | "not-held"
  | "no-such-name"
  | "nothing-to-divide"
  | "too-few-posts"
  | "no-figures"
  | "no-such-date"
  | "unclear"
  | "future";
export type ClarifyReason =
  | "which-one"
  | "which-measure"
  | "which-task"
  | "which-person"
  | "which-segment"
  | "not-understood";
export type RefuseReason =
  | "not-your-people"
  | "other-koe"
  | "ranking-of-koes"
  | "only-own"
  | "names-of-others"
  | "not-your-task"
  | "small-group";

/** One thing that a person may have meant; `say` is the question as it would have been clear. */
export type Choice = { label: string; say: string };
