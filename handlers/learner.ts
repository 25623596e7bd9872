import type { Store, Tx } from "#db/store.ts";
import type { StepFact } from "#db/tasks.ts";
import { type LearnerState, newLearner, noteOutcome, notePush, passTime } from "#domain/learning.ts";
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

/**
 * The learner as a fold of the log: decisions and the steps that followed. It lives in memory, is caught up from the step facts when it
 * is asked for, and can be rebuilt from them at any time; nothing is lost with the process.
 */
export function createLearner({ store, timeZone, now }: Setup): Learner {
  let state: LearnerState | undefined;
  let seenSeq = 0;
  let kin = "";
  const named = new Set<string>();
  let working: Promise<unknown> = Promise.resolve();

  async function catchUp(): Promise<LearnerState> {
    return store.read(async (tx) => {
      const segments = (await tx.segments.active()).map((segment) => ({ id: segment.id, tags: tagsOf(segment.rule) }));
      const forms = [...new Set([...knownForms, ...(await tx.tasks.formsOffered()), ...named])];
      const fingerprint = JSON.stringify([segments, forms, await tx.erasure.forgottenCount()]);
      if (!state || fingerprint !== kin) {
        kin = fingerprint;
        seenSeq = 0;
        const first = await tx.tasks.stepsAfter(0, 1);
        state = newLearner({ forms, segments, told: [], at: first[0]?.at ?? now() });
      }
      for (;;) {
        const facts = await tx.tasks.stepsAfter(seenSeq, factsAtOnce);
        for (const fact of facts) {
          await fold(tx, state, fact);
          seenSeq = fact.seq;
        }
        if (facts.length < factsAtOnce) break;
      }
      passTime(state, now());
      return state;
    });
  }

  async function fold(tx: Tx, into: LearnerState, fact: StepFact): Promise<void> {
    if (fact.step === "pushed") {
      const detail = await detailOf(tx, fact);
      // Who took a task of their own accord was not pushed: their yes says nothing about pushes.
      if (!detail || !into.model.forms.includes(fact.form)) return;
      passTime(into, fact.at);
      notePush(into, {
        situation: detail.situation,
        form: fact.form,
        at: fact.at,
        offset: (at) => offsetMs(at, timeZone) / 60_000,
        told: [],
        logits: detail.logits,
        usual: detail.usual,
      });
    } else if (fact.step !== "sent_back") {
      const event = fact.step === "withdrawn" ? "undelivered" : fact.step;
      const reason = fact.step === "declined" ? { reason: standingReason(fact.reason) } : {};
      noteOutcome(into, { task: fact.taskId, person: fact.personId, at: fact.at, event, ...reason });
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
    .map((s) => s.segmentId);
  return {
    situation: {
      person: fact.personId,
      task: fact.taskId,
      theme: `${task?.theme ?? ""}#${task?.briefVersion ?? 1}`,
      tags: holds.filter((h) => h.since <= fact.at && (h.until === null || fact.at < h.until)).map((h) => h.tag),
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
