import type { Store, Tx } from "#db/store.ts";
import type { StepFact } from "#db/tasks.ts";
import {
  closeTask,
  type LearnerSetup,
  type LearnerState,
  newLearner,
  noteOutcome,
  notePush,
  passTime,
  WINDOWS,
  type Windows,
} from "#domain/learning.ts";
import { tagsOf } from "#domain/segment.ts";
import { standingReason } from "#domain/standing-declines.ts";
import type { Situation } from "#domain/step-model.ts";
import { offsetMs } from "#domain/zone.ts";

/** What a decision keeps beside the choice, so that replaying the log gives the same weights. */
export type DecisionDetail = { situation: Situation; logits: number[]; usual: number };

/** The forms that a brand starts with; others are learned once a task offers them. */
const knownForms = ["video", "photo_text", "longform", "live"];
const factsAtOnce = 2000;

export type Learner = {
  /** The learner's state after everything that has been committed; it knows the forms of all kept tasks, and those named here. */
  current(forms?: readonly string[]): Promise<LearnerState>;
};

type Setup = { store: Store; timeZone: string; now: () => number };

const dayMs = 86_400_000;
/** What was told so long after it happened is history (an import): it is learned as of then. Everything else as of when it was written down. */
const historyMs = 2 * dayMs;
/** A line may be written a moment before it comes to light: time is not passed further than this before now. */
const settlingMs = 60_000;
/** A number that was given out and has not come to light for so long was rolled back. */
const gapLastsMs = 600_000;

/**
 * How long koloop waits before silence is a "no". Answers as in the simulator's protocol; a piece has the time in which a yes counts as
 * being at work (`domain/task-life.ts`), and a review is staff's to give: their weekends say nothing about the piece.
 */
const windows: Windows = { ...WINDOWS, submitted: 2 * WINDOWS.submitted, approved: 14 * dayMs };

/** The log as far as it was folded, and the state that it came to. */
type Fold = {
  state: LearnerState;
  seq: number;
  /** How far the log alone has brought time. */
  logTime: number;
  /** Closed tasks of which something may still come. */
  ending: Set<string>;
  /** Numbers of the log that were not there yet, and when they were missed. */
  gaps: { from: number; to: number; missedAt: number }[];
};

/**
 * The learner as a fold of the log: decisions and the steps that followed. It lives in memory, is caught up from the step facts when it
 * is asked for, and can be rebuilt from them at any time; nothing is lost with the process. When it was asked, on which database and by
 * how many processes changes nothing: the same log gives the same bits.
 */
export function createLearner({ store, timeZone, now }: Setup): Learner {
  let fold: Fold | undefined;
  let kin = "";
  const named = new Set<string>();
  let working: Promise<unknown> = Promise.resolve();

  async function catchUp(): Promise<LearnerState> {
    return store.read(async (tx) => {
      const setup = await setupOf(tx, named);
      const fingerprint = JSON.stringify([setup, await tx.erasure.forgottenCount()]);
      if (fingerprint !== kin || (fold && (await hasFilledGap(tx, fold, now())))) fold = undefined;
      kin = fingerprint;
      // What the clock alone has passed beyond a line that came to light only now has to be taken back: the log decides, not when it was read.
      const known = fold;
      // What a fault interrupts is begun anew.
      fold = undefined;
      const caughtUp = (known && (await foldOn(tx, known))) ?? (await foldOn(tx, await foldFrom(tx, setup)));
      if (!caughtUp) throw new Error("the log of steps changed while it was read");
      advance(caughtUp, now() - settlingMs);
      fold = caughtUp;
      return caughtUp.state;
    });
  }

  const foldFrom = async (tx: Tx, setup: Pick<LearnerSetup, "forms" | "segments">): Promise<Fold> => {
    const [first] = await tx.tasks.stepsAfter(0, 1);
    const at = first ? clockOf(first) : now() - settlingMs;
    const state = newLearner({ ...setup, told: [], at, windows });
    return { state, seq: 0, logTime: at, ending: new Set(), gaps: [] };
  };

  /** Folds the lines that are new. Undefined where one of them belongs before what the clock has passed. */
  async function foldOn(tx: Tx, known: Fold): Promise<Fold | undefined> {
    for (;;) {
      const facts = await tx.tasks.stepsAfter(known.seq, factsAtOnce);
      // Before the first line there was nothing to pass time over.
      if (known.seq === 0 && facts[0] && known.logTime !== clockOf(facts[0])) return undefined;
      for (const fact of facts) {
        const clock = clockOf(fact);
        if (clock < known.state.now && known.logTime < known.state.now) return undefined;
        advance(known, clock);
        known.logTime = Math.max(known.logTime, clock);
        await foldFact(tx, known, fact);
        if (fact.seq > known.seq + 1 && now() - fact.recordedAt < gapLastsMs)
          known.gaps.push({ from: known.seq + 1, to: fact.seq - 1, missedAt: now() });
        known.seq = fact.seq;
      }
      if (facts.length < factsAtOnce) return known;
    }
  }

  async function foldFact(tx: Tx, { state, ending }: Fold, fact: StepFact): Promise<void> {
    const at = Math.min(fact.at, clockOf(fact));
    if (fact.step === "closed") ending.add(fact.taskId);
    else if (fact.step === "pushed") {
      // A closed task that goes on.
      ending.delete(fact.taskId);
      const detail = await detailOf(tx, fact);
      // Who took a task of their own accord was not pushed: their yes says nothing about pushes.
      if (!detail || !state.model.forms.includes(fact.form)) return;
      notePush(state, {
        situation: detail.situation,
        form: fact.form,
        at,
        offset: (at) => offsetMs(at, timeZone) / 60_000,
        told: [],
        logits: detail.logits,
        usual: detail.usual,
      });
    } else if (fact.step !== "sent_back") {
      const event = fact.step === "form_withdrawn" ? "withdrawn" : fact.step;
      const reason = fact.step === "declined" ? { reason: standingReason(fact.reason) } : {};
      const taken = fact.step === "accepted" ? { form: fact.form } : {};
      noteOutcome(state, { task: fact.taskId, person: fact.personId, at, event, ...reason, ...taken });
    }
  }

  return {
    current(forms = []) {
      for (const form of forms) named.add(form);
      const turn = working.then(catchUp, catchUp);
      working = turn.catch(() => {});
      return turn;
    },
  };
}

/** What the fold starts from, in an order that is the same on every database. */
async function setupOf(tx: Tx, named: ReadonlySet<string>): Promise<Pick<LearnerSetup, "forms" | "segments">> {
  const segments = (await tx.segments.active()).map(({ id, rule }) => ({ id, tags: tagsOf(rule) }));
  const offered = [...new Set([...(await tx.tasks.formsOffered()), ...named])].sort();
  return {
    forms: [...new Set([...knownForms, ...offered])],
    segments: segments.sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/** When a line counts as learned. */
const clockOf = ({ at, recordedAt }: StepFact): number => (recordedAt - at > historyMs ? at : recordedAt);

/** On PostgreSQL a line with a lower number may come to light after one with a higher. */
async function hasFilledGap(tx: Tx, fold: Fold, now: number): Promise<boolean> {
  fold.gaps = fold.gaps.filter(({ missedAt }) => now - missedAt < gapLastsMs);
  for (const { from, to } of fold.gaps) {
    const [next] = await tx.tasks.stepsAfter(from - 1, 1);
    if (next && next.seq <= to) return true;
  }
  return false;
}

/** Lets time pass in steps that depend on the log alone, so that it makes no difference who looked in between. */
function advance(fold: Fold, to: number): void {
  const { state } = fold;
  for (let day = state.fadedAt + dayMs; day <= to; day += dayMs) {
    passTime(state, day);
    dropEnded(fold, day);
  }
  passTime(state, to);
}

/** Forgets what was kept to tell apart the pushes of closed tasks from which nothing is awaited any more. */
function dropEnded({ state, ending }: Fold, at: number): void {
  if (ending.size === 0) return;
  const awaited = new Set<string>();
  for (const { silent, situation } of Object.values(state.open)) if (!silent) awaited.add(situation.task);
  for (const task of ending) {
    if (awaited.has(task)) continue;
    closeTask(state, task, at);
    ending.delete(task);
  }
}

/** What was believed when the push was chosen; for imported history, the situation as the tables tell it, without beliefs. */
async function detailOf(tx: Tx, fact: StepFact): Promise<DecisionDetail | undefined> {
  const decision = await tx.learning.decisionFor(fact.assignmentId);
  if (decision?.policy === "manual") return undefined;
  if (decision?.detail) return JSON.parse(decision.detail) as DecisionDetail;
  const holds = await tx.ledger.holdsOf(fact.personId);
  const stays = await tx.segments.staysOf(fact.personId);
  const task = await tx.tasks.find(fact.taskId);
  const segments = stays
    .filter((s) => s.enteredAt <= fact.at && (s.leftAt === null || fact.at < s.leftAt))
    .map((s) => s.segmentId)
    .sort();
  return {
    situation: {
      person: fact.personId,
      task: fact.taskId,
      theme: `${task?.theme ?? ""}#${task?.briefVersion ?? 1}`,
      tags: holds
        .filter((h) => h.since <= fact.at && (h.until === null || fact.at < h.until))
        .map((h) => h.tag)
        .sort(),
      active: 0.5,
      tired: 0,
      hinted: segments.some((id) => task?.target.segments.includes(id)) ? 1 : 0,
      mentioned: 0,
      segments,
    },
    logits: [0, 0, 0, 0],
    usual: 0,
  };
}
