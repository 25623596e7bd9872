import type { HealthFacts, PushFact } from "./health-facts.ts";
import { differenceOf, medianOf, type Share, shareOf } from "./interval.ts";
import { countsOf } from "./step-counts.ts";
import { type Cell, expectationOf, judgeStep, type LaterStep, laterSteps, type StepVerdict } from "./step-health.ts";

/** A likely cause of a weak step, with the numbers that speak for it. The first is the likeliest. */
export type Cause =
  | { kind: "form"; form: string; share: Share; others: Share }
  | { kind: "segment"; segment: string; share: Share; others: Share }
  | { kind: "decline-reason"; reason: string; share: Share; others: Share }
  | { kind: "night"; share: Share; others: Share }
  | { kind: "little-time"; days: number; usual: number }
  | { kind: "low-reward"; points: number; usual: number }
  | { kind: "waiting-review"; share: Share }
  | { kind: "sent-back"; share: Share; note: string | null }
  | { kind: "theme"; tasks: number; verdict: StepVerdict }
  /** Every form and every segment is low alike: it is the task itself. */
  | { kind: "whole-task" };

const smallestGroup = 20;

/** Why a step is weak, from what can be told apart; never empty. */
export function causesOf(step: LaterStep, facts: HealthFacts, own: readonly Cell[]): Cause[] {
  const at = laterSteps.indexOf(step);
  const found = ofTheme(at, facts);
  if (found.length === 0) found.push(...concentrated(at, facts));
  if (step === "seen") found.push(...nightly(facts));
  if (step === "accepted") found.push(...reasons(facts), ...lowReward(facts));
  if (step === "submitted") found.push(...littleTime(facts));
  if (step === "approved") found.push(...reviews(facts));
  return found.length > 0 || own.length === 0 ? found : [{ kind: "whole-task" }];
}

/** One form or one segment that is low while the others are clearly higher and sound by themselves. */
function concentrated(at: number, facts: HealthFacts): Cause[] {
  const expectation = expectationOf(facts.peers, at);
  const groups: { kind: "form" | "segment"; key: string; of(push: PushFact): boolean }[] = [
    ...new Set(facts.pushes.map((push) => push.form)),
  ].map((key) => ({ kind: "form", key, of: (push) => push.form === key }));
  for (const key of new Set(facts.pushes.flatMap((push) => push.segments)))
    groups.push({ kind: "segment", key, of: (push) => push.segments.includes(key) });
  const found = groups.flatMap(({ kind, key, of }) => {
    const [inside, outside] = [facts.pushes.filter(of), facts.pushes.filter((push) => !of(push))];
    const [low, high] = [countsOf(inside, facts.now), countsOf(outside, facts.now)];
    const [share, others] = [shareAt(low, at), shareAt(high, at)];
    if (share.of < smallestGroup || others.of < smallestGroup) return [];
    if (differenceOf(share, others).high >= 0) return [];
    if (judgeStep(high, expectation, at).verdict === "weak") return [];
    const usual = judgeStep(low, kind === "form" ? expectation : segmentExpectation(facts, key, at), at, groups.length);
    if (usual.verdict !== "weak") return [];
    const cause: Cause = kind === "form" ? { kind, form: key, share, others } : { kind, segment: key, share, others };
    return [{ cause, gap: others.rate - share.rate }];
  });
  return found
    .sort((a, b) => b.gap - a.gap)
    .slice(0, 1)
    .map(({ cause }) => cause);
}

/** What members of the segment usually give; everybody's where there are too few of their pushes. */
export function segmentExpectation(facts: HealthFacts, segment: string, at: number) {
  const own = facts.peersBySegment.get(segment) ?? [];
  const entered = own.reduce((sum, cell) => sum + cell.entered[at]!, 0);
  return expectationOf(entered < 60 ? facts.peers : own, at);
}

const shareAt = (cells: readonly Cell[], at: number): Share =>
  shareOf(
    cells.reduce((sum, cell) => sum + cell.passed[at]!, 0),
    cells.reduce((sum, cell) => sum + cell.entered[at]!, 0),
  );

function nightly({ pushes, now, peersAtNight, peers }: HealthFacts): Cause[] {
  const night = shareOf(pushes.filter((push) => push.atNight).length, pushes.length);
  const usual = shareOf(
    peersAtNight.entered[0]!,
    peers.reduce((sum, cell) => sum + cell.entered[0]!, 0),
  );
  const share = shareAt(
    countsOf(
      pushes.filter((push) => push.atNight),
      now,
    ),
    0,
  );
  const others = shareAt(
    countsOf(
      pushes.filter((push) => !push.atNight),
      now,
    ),
    0,
  );
  const isMore = differenceOf(night, usual).low > 0.1;
  return isMore && (others.of < smallestGroup || differenceOf(share, others).high < 0)
    ? [{ kind: "night", share: night, others: usual }]
    : [];
}

function reasons({ pushes, peerDeclines }: HealthFacts): Cause[] {
  const own = pushes.filter((push) => push.declinedAt !== null && push.declineReason !== null);
  const all = [...peerDeclines.values()].reduce((a, b) => a + b, 0);
  if (own.length < 8 || all < smallestGroup) return [];
  return [...new Set(own.map((push) => push.declineReason!))]
    .map((reason) => ({
      reason,
      share: shareOf(own.filter((push) => push.declineReason === reason).length, own.length),
      others: shareOf(peerDeclines.get(reason) ?? 0, all),
    }))
    .filter(({ share, others }) => differenceOf(share, others).low > 0)
    .sort((a, b) => b.share.rate - b.others.rate - (a.share.rate - a.others.rate))
    .slice(0, 1)
    .map((found) => ({ kind: "decline-reason", ...found }));
}

function lowReward({ terms, peerTerms }: HealthFacts): Cause[] {
  const [points, usual] = [medianOf(terms.map((t) => t.reward)), medianOf(peerTerms.map((t) => t.reward))];
  if (points === undefined || usual === undefined || peerTerms.length < 5 || points > 0.6 * usual) return [];
  return [{ kind: "low-reward", points, usual }];
}

function littleTime({ terms, peerTerms }: HealthFacts): Cause[] {
  const daysOf = (of: HealthFacts["terms"]) => medianOf(of.flatMap((t) => (t.leadDays === null ? [] : [t.leadDays])));
  const [days, usual] = [daysOf(terms), daysOf(peerTerms)];
  if (days === undefined || usual === undefined || peerTerms.length < 5 || days > 0.6 * usual) return [];
  return [{ kind: "little-time", days, usual }];
}

function reviews({ handIns }: HealthFacts): Cause[] {
  const waiting = shareOf(handIns.waiting, handIns.all);
  if (waiting.low > 0.15) return [{ kind: "waiting-review", share: waiting }];
  const back = shareOf(handIns.sentBack + handIns.rejected, handIns.all);
  if (back.low <= 0.2) return [];
  const counts = new Map<string, number>();
  for (const note of handIns.notes) counts.set(note, (counts.get(note) ?? 0) + 1);
  const [note] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [null];
  return [{ kind: "sent-back", share: back, note }];
}

/** Whether the same theme's other tasks were low at the same step too. */
function ofTheme(at: number, { peersOfTheme, peers }: HealthFacts): Cause[] {
  const tasks = new Set(peersOfTheme.map((cell) => cell.task));
  if (tasks.size === 0) return [];
  const others = peers.filter((cell) => !tasks.has(cell.task));
  const verdict = judgeStep(peersOfTheme, expectationOf(others, at), at);
  // One task of the theme is known to be weak: a second is likelier than one of any theme.
  return verdict.verdict === "weak" || verdict.fault > 0.5 ? [{ kind: "theme", tasks: tasks.size, verdict }] : [];
}
