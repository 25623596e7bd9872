import { type Cause, causesOf, segmentExpectation } from "./health-causes.ts";
import { type CommentHealth, type ContentHealth, commentsOf, contentOf } from "./health-content.ts";
import type { HealthFacts, HealthScope, PushFact } from "./health-facts.ts";
import { type Share, shareOf } from "./interval.ts";
import { countsOf, hoursOf, reachedOf } from "./step-counts.ts";
import { type Cell, expectationOf, judgeStep, type LaterStep, laterSteps, type StepVerdict } from "./step-health.ts";

export type StepHealth = StepVerdict & { share: Share; reached: number; hours: number | null };

/** The step that went wrong: in the whole, or in one form or segment only. */
export type WeakStep = {
  step: LaterStep;
  /** Set where only this group is low. */
  form: string | null;
  segment: string | null;
  share: Share;
  expected: number;
  /** The chance, 0 to 1, that this is more than ordinary straying. */
  sure: number;
  causes: Cause[];
};

export type GroupHealth = { name: string; pushed: number; accepted: Share; approved: Share; enough: boolean };

/** What a manager may do about it, each one a tap. */
export type NextMove =
  | { kind: "repush"; form: string }
  | { kind: "retire-theme"; theme: string }
  | { kind: "save-template" }
  | { kind: "thank"; people: { id: string; name: string }[] };

export type HealthReport = {
  v: 1;
  scope: HealthScope;
  status: string | null;
  now: number;
  pushed: number;
  quota: number | null;
  approved: number;
  comparedWith: number;
  steps: StepHealth[];
  weak: WeakStep | null;
  /** Why no step is named, where none is. */
  calm: "all-usual" | "too-few" | "nothing-to-compare" | null;
  bySegment: GroupHealth[];
  byForm: GroupHealth[];
  content: ContentHealth;
  comments: CommentHealth;
  output: { handIns: number; sentBack: number; rejected: number; waiting: number };
  /** Names of the segments that are spoken of, by id. */
  segmentNames: Record<string, string>;
  next: NextMove[];
};

/** Groups with fewer pushes than this are shown without a rate. */
export const smallestShown = 20;

/** All that a report says, from the facts alone: the same facts give the same report. No claim is made below its smallest sample. */
export function healthReport(facts: HealthFacts): HealthReport {
  const own = countsOf(facts.pushes, facts.now);
  const reached = reachedOf(facts.pushes);
  const hours = hoursOf(facts.pushes);
  const expectations = laterSteps.map((_, i) => expectationOf(facts.peers, i));
  const steps = laterSteps.map((_, i): StepHealth => {
    const verdict = judgeStep(own, expectations[i]!, i);
    return {
      ...verdict,
      share: shareOf(verdict.passed, verdict.entered),
      reached: reached[i + 1]!,
      hours: hours[i] ?? null,
    };
  });
  const weak = weakStepOf(facts, own, steps);
  const content = contentOf(facts);
  const report: Omit<HealthReport, "next"> = {
    v: 1,
    scope: facts.scope,
    status: facts.status,
    now: facts.now,
    pushed: facts.pushes.length,
    quota: facts.quota,
    approved: reached[4]!,
    comparedWith: new Set(facts.peers.map((cell) => cell.task)).size,
    steps,
    weak,
    calm: weak ? null : calmOf(steps),
    bySegment: groupsOf(facts.pushes, (push) => push.segments, facts.segmentNames).slice(0, 10),
    byForm: groupsOf(facts.pushes, (push) => [push.form]),
    content,
    comments: commentsOf(facts),
    segmentNames: Object.fromEntries(facts.segmentNames),
    output: {
      handIns: facts.handIns.all,
      sentBack: facts.handIns.sentBack,
      rejected: facts.handIns.rejected,
      waiting: facts.handIns.waiting,
    },
  };
  return { ...report, next: nextMoves(report, facts) };
}

function calmOf(steps: readonly StepHealth[]): HealthReport["calm"] {
  if (steps.every(({ verdict }) => verdict === "nothing-to-compare")) return "nothing-to-compare";
  return steps[0]!.verdict === "too-few" ? "too-few" : "all-usual";
}

/** The step that is likeliest at fault as a whole; where none is, the one form or segment that is. */
function weakStepOf(facts: HealthFacts, own: readonly Cell[], steps: readonly StepHealth[]): WeakStep | null {
  const low = steps.filter(({ verdict }) => verdict === "weak").sort((a, b) => b.fault - a.fault)[0];
  if (low) {
    const causes = causesOf(low.step, facts, own);
    const { step, share, expected, fault } = low;
    return { step, form: null, segment: null, share, expected: expected!, sure: fault, causes };
  }
  const groups = [
    ...[...new Set(facts.pushes.map((push) => push.form))].map((key) => ({ form: key, segment: null })),
    ...[...new Set(facts.pushes.flatMap((push) => push.segments))].map((key) => ({ form: null, segment: key })),
  ];
  if (groups.length < 2) return null;
  const found = groups.flatMap(({ form, segment }) => {
    const within = (push: PushFact) => (form === null ? push.segments.includes(segment!) : push.form === form);
    const cells = countsOf(facts.pushes.filter(within), facts.now);
    return laterSteps.flatMap((step, i): WeakStep[] => {
      const expectation = segment === null ? expectationOf(facts.peers, i) : segmentExpectation(facts, segment, i);
      const verdict = judgeStep(cells, expectation, i, groups.length);
      if (verdict.verdict !== "weak") return [];
      const share = shareOf(verdict.passed, verdict.entered);
      const causes = causesOf(step, facts, cells);
      return [{ step, form, segment, share, expected: verdict.expected!, sure: verdict.fault, causes }];
    });
  });
  return found.sort((a, b) => b.sure - a.sure)[0] ?? null;
}

function groupsOf(
  pushes: readonly PushFact[],
  keysOf: (push: PushFact) => readonly string[],
  names?: ReadonlyMap<string, string>,
): GroupHealth[] {
  const groups = new Map<string, PushFact[]>();
  for (const push of pushes)
    for (const key of keysOf(push)) {
      const group = groups.get(key);
      if (group) group.push(push);
      else groups.set(key, [push]);
    }
  return [...groups]
    .map(([key, own]) => {
      const reached = reachedOf(own);
      return {
        name: names?.get(key) ?? key,
        pushed: own.length,
        accepted: shareOf(reached[2]!, own.length),
        approved: shareOf(reached[4]!, own.length),
        enough: own.length >= smallestShown,
      };
    })
    .sort((a, b) => b.pushed - a.pushed);
}

/** What follows from the report; only moves that can be done now. */
function nextMoves(report: Omit<HealthReport, "next">, facts: HealthFacts): NextMove[] {
  const moves: NextMove[] = [];
  const form = betterForm(report);
  if (facts.scope.kind === "task" && form) moves.push({ kind: "repush", form });
  const [theme] = facts.themes;
  if (facts.scope.kind === "task" && theme && report.weak?.causes[0]?.kind === "theme")
    moves.push({ kind: "retire-theme", theme });
  const didWell = facts.quota !== null && report.approved >= facts.quota && !report.weak;
  if (facts.scope.kind === "task" && didWell) moves.push({ kind: "save-template" });
  const people = [...new Map(report.content.best.map(({ post }) => [post.personId, post.personName]))];
  if (people.length > 0 && facts.scope.kind !== "koc")
    moves.push({ kind: "thank", people: people.slice(0, 3).map(([id, name]) => ({ id, name })) });
  return moves;
}

/** The form that clearly completes more than another, where both have been tried enough. */
function betterForm({ byForm, weak, quota, approved }: Omit<HealthReport, "next">): string | undefined {
  const tried = byForm.filter(({ enough }) => enough).sort((a, b) => b.approved.rate - a.approved.rate);
  const [best, ...others] = tried;
  const worst = others.at(-1);
  if (!best || !worst || (quota !== null && approved >= quota && !weak)) return undefined;
  return best.approved.low > worst.approved.high ? best.name : undefined;
}
