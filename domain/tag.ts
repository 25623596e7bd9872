import { closeImplied, definitionOf, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** Where a claim about a person comes from. A stronger source is never overruled by a weaker one. */
export type TagSource = "koe" | "self" | "import" | "behaviour" | "machine";
const rank: Record<TagSource, number> = { koe: 4, self: 4, import: 2, behaviour: 1, machine: 0 };

/**
 * `held` opens an interval or refreshes an open one; the three endings close it: `retracted` by word or tap, `superseded` by a newer
 * fact that excludes it, `expired` by age. `undone` takes back one earlier line, which its cause names (`undo:<id>`): the fold reads as
 * if that line had never been written.
 */
export type TagEventKind = "held" | "retracted" | "superseded" | "expired" | "locked" | "unlocked" | "undone";

/** One line of the ledger: who proposed, who settled, which words, why, and since when it is true. */
export type TagEvent = {
  id: string;
  personId: string;
  tag: TagKey;
  kind: TagEventKind;
  source: TagSource;
  proposedBy: string | null;
  settledBy: string | null;
  quote: string | null;
  messageId: string | null;
  suggestionId: string | null;
  cause: string | null;
  /** 0 to 1, at `at`. */
  confidence: number;
  at: number;
  recordedAt: number;
};

/** One interval in which a tag held: the fold of its ledger lines. */
export type TagHold = {
  id: string;
  personId: string;
  tag: TagKey;
  source: TagSource;
  proposedBy: string | null;
  settledBy: string | null;
  quote: string | null;
  messageId: string | null;
  since: number;
  until: number | null;
  endCause: string | null;
  /** At `evidenceAt`; `strengthOf` says what is left of it. */
  strength: number;
  evidenceAt: number;
  evidenceCount: number;
  locked: boolean;
};

const dayMs = 86_400_000;

/** What is left of a tag's confidence: it halves every half-life of its dimension since the last evidence. 0 once it has ended. */
export function strengthOf(hold: TagHold, taxonomy: Taxonomy, now: number): number {
  if (hold.until !== null && hold.until <= now) return 0;
  const definition = definitionOf(taxonomy, hold.tag);
  const halfLifeDays = definition ? taxonomy.dimensions.get(definition.dimension)?.halfLifeDays : undefined;
  if (!halfLifeDays) return hold.strength;
  return hold.strength * 0.5 ** (Math.max(0, now - hold.evidenceAt) / (halfLifeDays * dayMs));
}

/** When so little will be left of a hold that it equals `floor`; undefined where its dimension does not fade or it is there already. */
export function fadesTo(hold: TagHold, floor: number, taxonomy: Taxonomy): number | undefined {
  const definition = definitionOf(taxonomy, hold.tag);
  const halfLifeDays = definition ? taxonomy.dimensions.get(definition.dimension)?.halfLifeDays : undefined;
  if (!halfLifeDays || hold.strength <= floor) return undefined;
  return Math.ceil(hold.evidenceAt + Math.log2(hold.strength / floor) * halfLifeDays * dayMs);
}

/** A hold of which less than this is left has told nothing for three half-lives: it expires, unless somebody locked it. */
export const expiresBelow = 0.1;

/** A tag that is held, but of which less than this is left, is fading: it weighs less, and the KOE is asked about it. */
export const fadingBelow = 0.35;

/**
 * Folds one ledger line into the interval that is open for its person and tag (undefined: none is). Returns what becomes of it:
 * a new open interval, the refreshed or closed one, or undefined where the line changes nothing.
 */
export function applyTagEvent(open: TagHold | undefined, event: TagEvent): TagHold | undefined {
  switch (event.kind) {
    case "held":
      return open ? refreshed(open, event) : opened(event);
    case "retracted":
    case "superseded":
    case "expired":
      return open && { ...open, until: Math.max(event.at, open.since), endCause: event.cause ?? event.kind };
    case "locked":
      return open && { ...open, locked: true };
    case "unlocked":
      return open && { ...open, locked: false };
    case "undone":
      return undefined;
  }
}

function opened(event: TagEvent): TagHold {
  return {
    id: event.id,
    personId: event.personId,
    tag: event.tag,
    source: event.source,
    proposedBy: event.proposedBy,
    settledBy: event.settledBy,
    quote: event.quote,
    messageId: event.messageId,
    since: event.at,
    until: null,
    endCause: null,
    strength: event.confidence,
    evidenceAt: event.at,
    evidenceCount: 1,
    locked: false,
  };
}

function refreshed(hold: TagHold, event: TagEvent): TagHold {
  const newer = event.at >= hold.evidenceAt;
  const stronger = rank[event.source] > rank[hold.source] || (newer && rank[event.source] === rank[hold.source]);
  return {
    ...hold,
    ...(stronger && {
      source: event.source,
      proposedBy: event.proposedBy ?? hold.proposedBy,
      settledBy: event.settledBy ?? hold.settledBy,
      quote: event.quote ?? hold.quote,
      messageId: event.messageId ?? hold.messageId,
    }),
    strength: newer ? Math.max(hold.strength, event.confidence) : hold.strength,
    evidenceAt: Math.max(hold.evidenceAt, event.at),
    evidenceCount: hold.evidenceCount + 1,
  };
}

/** The whole history of one person folded from their ledger lines, oldest first: what `doctor --deep` compares with the tables. */
export function foldHolds(history: readonly TagEvent[]): TagHold[] {
  const events = standing(history);
  const closed: TagHold[] = [];
  const open = new Map<TagKey, TagHold>();
  for (const event of events) {
    const next = applyTagEvent(open.get(event.tag), event);
    if (!next) continue;
    if (next.until === null) open.set(event.tag, next);
    else {
      closed.push(next);
      open.delete(event.tag);
    }
  }
  return [...closed, ...open.values()];
}

/** The lines that still count: without those that a later line took back. An undo can itself be undone. Oldest first. */
export function standing(events: readonly TagEvent[]): TagEvent[] {
  const gone = new Set<string>();
  const kept: TagEvent[] = [];
  for (const event of [...events].reverse()) {
    if (gone.has(event.id)) continue;
    if (event.kind === "undone") gone.add(event.cause?.replace(/^undo:/, "") ?? "");
    else kept.push(event);
  }
  return kept.reverse();
}

/** Lines that were written together, by one word or tap, share the part of their id before `~`. */
export const settlementOf = (event: Pick<TagEvent, "id">): string => event.id.split("~")[0] as string;

/**
 * The lines that take back the last word of a person that still stands, so that everything is again as it was before; empty where there
 * is none. What was imported or seen in behaviour is nobody's word, and a merge is undone as a whole.
 */
export function undoLast(
  history: readonly TagEvent[],
  by: { personId: string; at: number },
  newId: () => string,
): TagEvent[] {
  const last = standing(history).findLast((event) => isSettledWord(event));
  if (!last) return [];
  return undoSettlement(history, settlementOf(last), by, newId);
}

/** Whether a line is somebody's own word: not imported, not seen in behaviour, not part of a merge. */
export const isSettledWord = (event: TagEvent): boolean =>
  (event.source === "koe" || event.source === "self") && event.settledBy !== null && !isMerge(event);
const isMerge = (claim: { cause?: string | null }): boolean => claim.cause?.startsWith("merge:") ?? false;

/** The lines that take back one settlement; those of it that were taken back before are left alone. */
export function undoSettlement(
  history: readonly TagEvent[],
  settlement: string,
  by: { personId: string; at: number },
  newId: () => string,
): TagEvent[] {
  const id = newId();
  return standing(history)
    .filter((event) => settlementOf(event) === settlement)
    .map((event, i) => ({
      ...event,
      id: i === 0 ? id : `${id}~${i}`,
      kind: "undone" as const,
      source: "koe" as const,
      proposedBy: null,
      settledBy: by.personId,
      quote: null,
      messageId: null,
      suggestionId: null,
      cause: `undo:${event.id}`,
      confidence: 1,
      at: by.at,
      recordedAt: by.at,
    }));
}

/** A claim that somebody settled: that a tag holds for a person, or holds no longer. */
export type TagClaim = Omit<TagEvent, "id" | "kind" | "cause" | "recordedAt"> & { holds: boolean; cause?: string };

/**
 * The ledger lines that follow from a claim, given the intervals open for that person: the tag and all it implies are held; the older
 * tag of its group, another city, and what the taxonomy says it excludes are superseded; with a tag fall those that imply it. A claim of
 * a weaker source against a locked or stronger tag changes nothing.
 */
export function settleClaim(
  said: TagClaim,
  open: readonly TagHold[],
  taxonomy: Taxonomy,
  newId: () => string,
  recordedAt: number,
): TagEvent[] {
  const claim = { ...said, at: timeOf(said, open, recordedAt) };
  const settlement = newId();
  let lines = 0;
  const line = (tag: TagKey, kind: TagEventKind, cause: string | null): TagEvent => {
    const { holds: _, cause: __, ...facts } = claim;
    const id = lines++ === 0 ? settlement : `${settlement}~${lines - 1}`;
    return { ...facts, tag, kind, cause, id, recordedAt };
  };
  if (!claim.holds) {
    const fallen = open.filter((hold) => closeImplied(taxonomy, hold.tag).includes(claim.tag) && mayEnd(hold, claim));
    return fallen.map((hold) =>
      line(hold.tag, "retracted", hold.tag === claim.tag ? (claim.cause ?? null) : `implied:${claim.tag}`),
    );
  }
  const held = closeImplied(taxonomy, claim.tag);
  const out = open.filter((hold) => !held.includes(hold.tag) && held.some((tag) => excludes(taxonomy, tag, hold.tag)));
  if (out.some((hold) => !mayEnd(hold, claim))) return [];
  if (open.some((hold) => overtakes(hold, held, claim, taxonomy))) return [];
  return [
    ...out.map((hold) => line(hold.tag, "superseded", `by:${claim.tag}`)),
    ...held.map((tag, i) => line(tag, "held", i === 0 ? (claim.cause ?? null) : `implied:${claim.tag}`)),
  ];
}

/** A word about now, spoken while clocks differ by less than this, is never older than what it speaks of. */
const clockSlackMs = 10 * 60_000;

/**
 * When a claim is true from. What somebody says now is newer than all that is written, even where a clock has jumped back since; a
 * claim about the past keeps its time.
 */
function timeOf(claim: TagClaim, open: readonly TagHold[], recordedAt: number): number {
  if (claim.source !== "koe" && claim.source !== "self") return claim.at;
  if (isMerge(claim) || Math.abs(claim.at - recordedAt) > clockSlackMs) return claim.at;
  return open.reduce((latest, hold) => Math.max(latest, hold.evidenceAt), claim.at);
}

/** True where a newer fact that is held has already ended what an older claim tells of: an old list does not bring it back. */
function overtakes(hold: TagHold, told: readonly TagKey[], claim: TagClaim, taxonomy: Taxonomy): boolean {
  if (told.includes(hold.tag) || hold.since <= claim.at || rank[claim.source] > rank[hold.source]) return false;
  return told.some((tag) => excludes(taxonomy, hold.tag, tag));
}

/** Whether a claim only repeats what was so before its known end; `ended` are the person's closed intervals. */
export const toldBeforeItsEnd = (claim: Pick<TagClaim, "tag" | "at" | "holds">, ended: readonly TagHold[]): boolean =>
  claim.holds && ended.some(({ tag, until }) => tag === claim.tag && until !== null && until > claim.at);

/** Whether so much time has passed since what a claim tells of that nothing is left of it: it would expire at once. */
export function isWornOut(
  claim: Pick<TagClaim, "tag" | "at" | "confidence">,
  taxonomy: Taxonomy,
  now: number,
): boolean {
  const definition = definitionOf(taxonomy, claim.tag);
  const halfLifeDays = definition ? taxonomy.dimensions.get(definition.dimension)?.halfLifeDays : undefined;
  if (!halfLifeDays) return false;
  return claim.confidence * 0.5 ** (Math.max(0, now - claim.at) / (halfLifeDays * dayMs)) <= expiresBelow;
}

function mayEnd(hold: TagHold, claim: TagClaim): boolean {
  if (claim.at < hold.evidenceAt && rank[claim.source] <= rank[hold.source]) return false;
  return hold.locked ? claim.source === "koe" || claim.source === "self" : rank[claim.source] >= rank[hold.source];
}

/** True where a newer `tag` ends an older `other`: one of a group at a time, one city at a time, and what the taxonomy names. */
function excludes(taxonomy: Taxonomy, tag: TagKey, other: TagKey): boolean {
  const a = definitionOf(taxonomy, tag);
  const b = definitionOf(taxonomy, other);
  if (!a || !b || tag === other) return false;
  if (a.open && a === b) return true;
  return (a.group !== undefined && a.group === b.group) || a.supersedes.includes(b.key);
}
