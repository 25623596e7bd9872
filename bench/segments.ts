import { Engine } from "json-rules-engine";
import { Query } from "mingo";
import siftModule from "sift";
import { leavesOf, type Rule, type Segment, type SegmentFacts } from "#domain/segment.ts";
import { compile } from "#domain/segment-check.ts";
import { candidates, follow, indexSegments } from "#domain/segment-index.ts";
import type { Taxonomy } from "#domain/taxonomy.ts";
import { type Figure, median, quantile } from "./frame.ts";
import { benchCount, benchSettled } from "./settled.ts";

/** At run time the module is the function; its types say otherwise. */
const sift = siftModule as unknown as (query: object) => (document: object) => boolean;

const tagCount = 120;
const tagsHeld = 12;
const segmentCount = 1000;
/** Segments that refer to others, as the goal has them. */
const referring = 30;
const people = 2000;

/** A small generator of chance with a seed (Park and Miller 1988), so that every engine sees the same people. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

type Plan = { all: string[]; any: string[]; none: string[]; segments: string[] };

function plansBy(chance: () => number): Plan[] {
  const tag = () => `t${Math.floor(chance() * tagCount)}`;
  return Array.from({ length: segmentCount }, (_, n) => ({
    all: [tag()],
    any: [tag(), tag()],
    none: chance() < 0.5 ? [tag()] : [],
    segments: n >= segmentCount - referring ? [`s${Math.floor(chance() * (segmentCount - referring))}`] : [],
  }));
}

function ruleOf(plan: Plan): Rule {
  const tag = (key: string): Rule => ({ kind: "tag", tag: key });
  return {
    kind: "all",
    of: [
      ...plan.all.map(tag),
      { kind: "any", of: plan.any.map(tag) },
      ...(plan.none.length > 0 ? [{ kind: "none" as const, of: plan.none.map(tag) }] : []),
      ...plan.segments.map((segmentId): Rule => ({ kind: "segment", segmentId })),
    ],
  };
}

/** The same rule as a MongoDB query, for sift and mingo. */
function queryOf(plan: Plan): object {
  return {
    $and: [
      ...plan.all.map((tag) => ({ tags: tag })),
      { tags: { $in: plan.any } },
      ...(plan.none.length > 0 ? [{ tags: { $nin: plan.none } }] : []),
      ...plan.segments.map((segment) => ({ segments: segment })),
    ],
  };
}

const has = (fact: string, value: string) => ({ fact, operator: "contains", value });
/** The same rule for json-rules-engine. */
function conditionsOf(plan: Plan): object {
  return {
    all: [
      ...plan.all.map((tag) => has("tags", tag)),
      { any: plan.any.map((tag) => has("tags", tag)) },
      ...plan.none.map((tag) => ({ fact: "tags", operator: "doesNotContain", value: tag })),
      ...plan.segments.map((segment) => has("segments", segment)),
    ],
  };
}

const segmentOf = (plan: Plan, n: number): Segment => ({
  id: `s${n}`,
  name: `s${n}`,
  rule: ruleOf(plan),
  version: 1,
  status: "active",
  createdBy: null,
  createdAt: 0,
  updatedAt: 0,
});

type Life = { tags: Set<string>; members: Set<string> };

/**
 * What one message costs that changes two tags of one person, with 1,000 segments of which 30 refer to others: the index against every
 * segment by compiled rules, sift, mingo and json-rules-engine, all in this run and over the same people.
 */
export async function benchSegments(): Promise<Figure[]> {
  const chance = chanceFrom(4);
  const plans = plansBy(chance);
  const taxonomy: Taxonomy = { version: 1, dimensions: new Map(), tags: new Map() };
  const index = indexSegments(plans.map(segmentOf), taxonomy);
  const tag = () => `t${Math.floor(chance() * tagCount)}`;
  const lives = Array.from({ length: people }, (): Life => {
    const tags = new Set<string>();
    while (tags.size < tagsHeld) tags.add(tag());
    const life = { tags, members: new Set<string>() };
    follow(index, factsOf(life), life.members, 0);
    return life;
  });
  const swaps = Array.from({ length: 50_000 }, () => [Math.floor(chance() * people), chance(), tag()] as const);

  let judged = 0;
  let updates = 0;
  const times: number[] = [];
  for (const [who, which, gained] of swaps) {
    const life = lives[who]!;
    // One tag takes the place of another, so that everybody keeps as many as people have.
    const lost = [...life.tags][Math.floor(which * life.tags.size)]!;
    const begun = performance.now();
    life.tags.delete(lost);
    life.tags.add(gained);
    judged += follow(index, factsOf(life), life.members, 0, { tags: [lost, gained] }).judged.length;
    times.push(performance.now() - begun);
    updates++;
  }
  // By the middle of the times, as the peers' below: what else the machine does in between is nobody's merit.
  const ours = 1000 / median(times);

  const checks = index.ordered.map((segment) => compile(segment.rule));
  const all = rate(lives, 1000, (life) => checks.filter((check) => check(factsOf(life), 0)).length);
  const documents = lives.map((life) => ({ tags: [...life.tags], segments: [...life.members] }));
  const sifts = plans.map((plan) => sift(queryOf(plan)));
  const bySift = rate(documents, 100, (document) => sifts.filter((test) => test(document)).length);
  const mingos = plans.map((plan) => new Query(queryOf(plan) as never));
  const byMingo = rate(documents, 100, (document) => mingos.filter((query) => query.test(document)).length);
  const byEngine = await engineRate(plans, documents);
  const agree = documents.slice(0, 100).every((document, i) => {
    const ids = plans.flatMap((_, n) => (sifts[n]!(document) ? [`s${n}`] : []));
    return ids.length === lives[i]!.members.size && ids.every((id) => lives[i]!.members.has(id));
  });

  const how = `${updates} updates of two tags of one of ${people} people with about ${tagsHeld} of ${tagCount} tags, ${segmentCount} segments, ${referring} on others`;
  const against = (name: string, peer: number, goal: number | null): Figure => ({
    name: `updates against ${name}`,
    value: ours / peer,
    unit: "times",
    goal: goal === null ? "" : `>= ${goal}`,
    holds: goal === null ? null : ours / peer >= goal,
    against: `${name} over all segments, ${Math.round(peer)} people/s`,
    how,
  });
  const share = judged / updates / segmentCount;
  return [
    { name: "updates", value: ours, unit: "1/s", goal: "", holds: null, against: "", how },
    {
      name: "segments judged",
      value: share * 100,
      unit: "%",
      goal: "<= 5",
      holds: share <= 0.05,
      against: "all segments",
      how,
    },
    against("compiled rules", all, null),
    against("sift", bySift, 50),
    against("mingo", byMingo, 50),
    against("json-rules-engine", byEngine, 2000),
    {
      name: "one update",
      value: median(times) * 1000,
      unit: "µs",
      goal: "",
      holds: null,
      against: `p95 ${(quantile(times, 0.95) * 1000).toFixed(1)} µs`,
      how,
    },
    {
      name: "same members as sift",
      value: agree ? 1 : 0,
      unit: "",
      goal: "1",
      holds: agree,
      against: "sift over all segments, 100 people after all updates",
      how,
    },
    {
      name: "segments that name a changed tag",
      value: candidates(index, { tags: ["t1", "t2"] }).length,
      unit: "",
      goal: "",
      holds: null,
      against: `${plans.reduce((sum, plan) => sum + leavesOf(ruleOf(plan)).length, 0)} conditions in all`,
      how: "an example: t1 and t2",
    },
    ...benchCount(),
    ...(await benchSettled(index.ordered)),
  ];
}

const factsOf = (life: Life): SegmentFacts => ({
  tags: life.tags,
  city: null,
  lastActiveAt: null,
  segments: life.members,
});

/** How many subjects a second are judged by all segments. */
function rate<T>(subjects: readonly T[], count: number, judgeAll: (subject: T) => number): number {
  let found = 0;
  for (const subject of subjects.slice(0, 20)) found += judgeAll(subject);
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    found += judgeAll(subjects[i % subjects.length]!);
    times.push(performance.now() - begun);
  }
  if (found < 0) throw new Error("nothing was judged");
  return 1000 / median(times);
}

async function engineRate(plans: readonly Plan[], documents: readonly object[]): Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [n, plan] of plans.entries())
    engine.addRule({ conditions: conditionsOf(plan) as never, event: { type: `s${n}` } });
  await engine.run(documents[0] as Record<string, unknown>);
  const times: number[] = [];
  for (const document of documents.slice(0, 24)) {
    const begun = performance.now();
    await engine.run(document as Record<string, unknown>);
    times.push(performance.now() - begun);
  }
  return 1000 / median(times);
}
