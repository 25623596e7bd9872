import { inOrder, judge, leavesOf, type Reason, type Rule, type Segment, type SegmentFacts } from "./segment.ts";
import { type Check, compile, neededTags } from "./segment-check.ts";
import { definitionOf, type TagKey, type Taxonomy } from "./taxonomy.ts";

/** What happened to a person, as far as rules can tell. */
export type Change = {
  tags?: readonly TagKey[];
  city?: boolean;
  activity?: boolean;
  tasks?: boolean;
  influence?: boolean;
  /** Segments to look at whatever happened: those that fell due, or whose rule is new. */
  segments?: readonly string[];
};

/** The segments in memory: in an order that respects references, their rules compiled, and which of them each kind of change can move. */
export type SegmentIndex = {
  ordered: readonly Segment[];
  checks: readonly Check[];
  positions: ReadonlyMap<string, number>;
  byTag: ReadonlyMap<TagKey, readonly number[]>;
  byDimension: ReadonlyMap<string, readonly number[]>;
  bySegment: ReadonlyMap<string, readonly number[]>;
  byCity: readonly number[];
  byActivity: readonly number[];
  byTasks: readonly number[];
  byInfluence: readonly number[];
  /**
   * Of the tags without which a segment's rule cannot hold, the one that the fewest rules name; undefined: it needs none. While it is
   * missing nothing else can let the person in, so no other change has to look.
   */
  needs: readonly (TagKey | undefined)[];
  /** Which positions the search under way has met, by its number: saves a set for every event. */
  met: { by: Uint32Array; search: number };
  taxonomy: Taxonomy;
};

/** Compiles the segments. Throws for a circle of references, naming it. */
export function indexSegments(segments: readonly Segment[], taxonomy: Taxonomy): SegmentIndex {
  const ordered = inOrder(segments);
  const lists = {
    byTag: new Map<TagKey, number[]>(),
    byDimension: new Map<string, number[]>(),
    bySegment: new Map<string, number[]>(),
    byCity: [] as number[],
    byActivity: [] as number[],
    byTasks: [] as number[],
    byInfluence: [] as number[],
  };
  for (const [position, { rule }] of ordered.entries()) {
    for (const part of leavesOf(rule)) {
      const list = listFor(part, lists);
      if (list.at(-1) !== position) list.push(position);
    }
  }
  return {
    ordered,
    checks: ordered.map(({ rule }) => compile(rule)),
    positions: new Map(ordered.map(({ id }, position) => [id, position])),
    ...lists,
    needs: ordered.map(({ rule }) => rarest(neededTags(rule), lists.byTag)),
    met: { by: new Uint32Array(ordered.length), search: 0 },
    taxonomy,
  };
}

function rarest(tags: readonly TagKey[], byTag: ReadonlyMap<TagKey, readonly number[]>): TagKey | undefined {
  const named = (tag: TagKey) => byTag.get(tag)?.length ?? 0;
  return tags.reduce<TagKey | undefined>(
    (least, tag) => (least === undefined || named(tag) < named(least) ? tag : least),
    undefined,
  );
}

type Lists = {
  byTag: Map<TagKey, number[]>;
  byDimension: Map<string, number[]>;
  bySegment: Map<string, number[]>;
  byCity: number[];
  byActivity: number[];
  byTasks: number[];
  byInfluence: number[];
};

function listFor(part: Reason["rule"], lists: Lists): number[] {
  switch (part.kind) {
    case "tag":
      return listAt(lists.byTag, part.tag);
    case "dimension":
      return listAt(lists.byDimension, part.dimension);
    case "segment":
      return listAt(lists.bySegment, part.segmentId);
    case "city":
      return lists.byCity;
    case "active":
    case "silent":
      return lists.byActivity;
    case "approved":
      return lists.byTasks;
    case "influence":
      return lists.byInfluence;
  }
}

function listAt(map: Map<string, number[]>, key: string): number[] {
  const known = map.get(key);
  if (known) return known;
  const list: number[] = [];
  map.set(key, list);
  return list;
}

/**
 * The positions of the segments that a change can move directly, in order. `change.tags` names every tag that changed. With the tags
 * held since, those are left out that need a tag which is missing, unless it is one that went just now.
 */
export function candidates(index: SegmentIndex, change: Change, held?: ReadonlySet<TagKey>): number[] {
  const found: number[] = [];
  const { needs, met } = index;
  const search = ++met.search;
  const take = (list: readonly number[] | undefined, changed?: TagKey) => {
    if (!list) return;
    for (let i = 0; i < list.length; i++) {
      const position = list[i]!;
      if (met.by[position] === search) continue;
      const needed = needs[position];
      if (held && needed !== undefined && needed !== changed && !held.has(needed)) continue;
      met.by[position] = search;
      found.push(position);
    }
  };
  for (const tag of change.tags ?? []) {
    take(index.byTag.get(tag), tag);
    if (tag.startsWith("city:")) take(index.byCity);
    if (index.byDimension.size > 0) take(index.byDimension.get(definitionOf(index.taxonomy, tag)?.dimension ?? ""));
  }
  if (change.city) take(index.byCity);
  if (change.activity) take(index.byActivity);
  if (change.tasks) take(index.byTasks);
  if (change.influence) take(index.byInfluence);
  for (const id of change.segments ?? []) {
    const position = index.positions.get(id);
    if (position === undefined || met.by[position] === search) continue;
    met.by[position] = search;
    found.push(position);
  }
  return found.sort((a, b) => a - b);
}

export type Move = { segment: Segment; enters: boolean; reasons: Reason[] };

/**
 * Who comes and goes after a change: judges the segments that it can move, and those that refer to one that moved; all of them
 * where the change is not known. `members` is brought up to date; `facts.segments` must be the same set. Returns the moves in order
 * and the positions that were judged.
 */
export function follow(
  index: SegmentIndex,
  facts: SegmentFacts,
  members: Set<string>,
  now: number,
  change?: Change,
): { moves: Move[]; judged: number[] } {
  const queue = change ? candidates(index, change, facts.tags) : [...index.ordered.keys()];
  const moves: Move[] = [];
  for (let i = 0; i < queue.length; i++) {
    const position = queue[i]!;
    const segment = index.ordered[position]!;
    const holds = index.checks[position]!(facts, now);
    if (holds === members.has(segment.id)) continue;
    if (holds) members.add(segment.id);
    else members.delete(segment.id);
    moves.push({ segment, enters: holds, reasons: judge(segment.rule, facts, now).reasons });
    // A segment comes after all that its rule names, so those that refer to this one are still ahead in the queue.
    const later = change ? index.bySegment.get(segment.id) : undefined;
    if (later) for (const next of later) insert(queue, next, i + 1);
  }
  return { moves, judged: queue };
}

/** Puts a position into a sorted queue behind `from`, unless it waits there already. */
function insert(queue: number[], position: number, from: number): void {
  let at = from;
  while (at < queue.length && queue[at]! < position) at++;
  if (queue[at] !== position) queue.splice(at, 0, position);
}

/** Whether a rule's answer can change by time alone. */
export const looksAtTime = (rule: Rule): boolean =>
  leavesOf(rule).some((part) => part.kind === "active" || part.kind === "silent" || part.kind === "approved");
