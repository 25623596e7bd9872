/** What `koloop policy` keeps of a world it plays in: the people and tasks as told. All decisions are the domain's. */
import { type BriefVocabulary, briefMentions } from "#domain/brief-fit.ts";
import { seededChance } from "#domain/chance.ts";
import { formWeights } from "#domain/form-weights.ts";
import {
  type InfluenceFit,
  type InfluenceState,
  newInfluence,
  noteReading,
  weighInfluence,
} from "#domain/influence.ts";
import { closeTask, type LearnerState, newLearner, noteOutcome, notePush, passTime } from "#domain/learning.ts";
import { type MatchLimits, type MatchPerson, type MatchTask, rankPeople } from "#domain/match.ts";
import { wordReason } from "#domain/match-reasons.ts";
import type { LoggedChoice } from "#domain/off-policy.ts";
import { planWave } from "#domain/plan.ts";
import { type DeclineReason, noStanding, noteDecline } from "#domain/standing-declines.ts";
import { levelOf } from "#domain/step-model.ts";
import { tagKinship } from "#domain/tag-kinship.ts";
import { holdsRule, type TagRule } from "#domain/tag-rule.ts";
import { newThemes, noteTask, saidOf, settleThemes, type ThemesState } from "#domain/theme-verdict.ts";
import { weakestStep } from "#domain/weakest-step.ts";
import type { Message } from "./policy-protocol.ts";

type Of<T extends Message["type"]> = Extract<Message, { type: T }>;
type Person = { -readonly [K in keyof MatchPerson]: MatchPerson[K] } & { tags: Set<string>; sends: number[] };
type Task = Of<"task">;

const WEEK = 7 * 24 * 3_600_000;

type OnChoice = (task: string, person: string, choice: LoggedChoice) => void;

export class PolicyDesk {
  private readonly segments: { id: string; rule: TagRule }[];
  private readonly people = new Map<string, Person>();
  private readonly tasks = new Map<string, Task>();
  private readonly themesInUse = new Map<string, string>();
  private readonly learner: LearnerState;
  private readonly limits: MatchLimits;
  private readonly influence: InfluenceState = newInfluence();
  private readonly themes: ThemesState = newThemes();
  private readonly chance: () => number;
  private readonly vocabulary: BriefVocabulary;
  private weights: Record<string, number> = {};

  private readonly onChoice: OnChoice | undefined;

  /** `onChoice` is told each choice of a form as it is made. */
  constructor(init: Of<"init">, vocabulary: BriefVocabulary, onChoice?: OnChoice) {
    this.vocabulary = vocabulary;
    this.onChoice = onChoice;
    this.segments = init.segments;
    for (const p of init.people) {
      this.people.set(p.id, {
        id: p.id,
        koc: p.roles.includes("koc"),
        consent: p.consent.push,
        tags: new Set(p.tags),
        segments: this.segmentsOf(new Set(p.tags)),
        offset: p.tz_offset_min,
        told: p.active_hours,
        standing: noStanding(),
        sends: [],
      });
    }
    const at = Date.parse(init.at);
    this.learner = newLearner({
      forms: init.forms,
      segments: init.segments.map((s) => ({ id: s.id, tags: [...s.rule.all, ...s.rule.any] })),
      told: init.people.map((p) => p.active_hours),
      at,
    });
    this.limits = { perWeek: init.caps.pushes_per_person_per_week, quiet: init.caps.quiet_hours };
    this.chance = seededChance(init.seed);
  }

  /** Takes one line; the answer's fields for a question, nothing otherwise. */
  take(message: Message): object | undefined {
    switch (message.type) {
      case "init":
        return { ready: true };
      case "round":
        passTime(this.learner, Date.parse(message.at));
        return undefined;
      case "task":
        return this.task(message);
      case "outcome":
        this.outcome(message);
        return undefined;
      case "profile":
        this.profile(message);
        return undefined;
      case "close":
        return this.close(message);
      case "ask":
        return { influence: this.weightsOf(this.weigh()) };
      case "end":
        return {
          form_weights: formWeights(this.learner.model, this.reachable()),
          influence: this.weightsOf(this.weigh()),
        };
    }
  }

  /** Everything that the lines so far have taught. */
  learned(): { forms: readonly string[]; formWeights: ReturnType<typeof formWeights>; state: object } {
    const { learner, influence, themes } = this;
    return {
      forms: learner.model.forms,
      formWeights: formWeights(learner.model, this.reachable()),
      state: { learner, influence, themes },
    };
  }

  private task(q: Of<"task">): object {
    const at = Date.parse(q.at);
    passTime(this.learner, at);
    this.tasks.set(q.id, q);
    const wording = `${q.theme}#${q.brief_version}`;
    this.themesInUse.set(q.theme, wording);
    for (const p of this.people.values()) p.sends = p.sends.filter((s) => s > at - WEEK);
    const match = this.matchTask(q, wording, at);
    const { offers } = rankPeople(
      match,
      this.people.values(),
      {
        learner: this.learner,
        limits: this.limits,
        influence: this.weights,
        themes: [...this.themesInUse.values()],
        chance: this.chance,
      },
      3 * q.push_budget,
    );
    const wave = planWave(offers, q.quota, q.push_budget);
    for (const o of wave.offers) {
      const person = this.people.get(o.person)!;
      person.sends.push(o.at);
      notePush(this.learner, {
        situation: o.situation,
        form: o.form,
        at: o.at,
        offset: person.offset,
        told: person.told,
        logits: o.logits,
        usual: o.usualLogit,
      });
      this.onChoice?.(q.id, o.person, { form: o.form, chances: o.chances, expected: o.prospects, completed: false });
    }
    return {
      pushes: wave.offers.map((o) => ({
        person: o.person,
        form: o.form,
        probability: o.probability,
        score: o.score,
        reasons: o.reasons.map(wordReason),
        at: new Date(o.at).toISOString(),
      })),
    };
  }

  private matchTask(q: Of<"task">, wording: string, at: number): MatchTask {
    return {
      id: q.id,
      theme: q.theme,
      wording,
      forms: q.forms,
      importance: q.importance,
      wanted: q.quota,
      budget: q.push_budget,
      sent: 0,
      isFor: (person) => holdsRule(q.eligible, person.tags),
      hinted: q.segments,
      kinship: tagKinship(this.reachable(), q.segments),
      mentions: briefMentions(q.brief, this.vocabulary),
      opensAt: at,
      asked: new Set(),
    };
  }

  private outcome(o: Of<"outcome">): void {
    const at = Date.parse(o.at);
    if (o.event === "metrics") {
      const task = this.tasks.get(o.task);
      if (!task) return;
      noteReading(
        this.influence,
        { person: o.person, task: o.task, theme: task.theme, form: o.form, platform: o.platform ?? "" },
        {
          day: o.day ?? 0,
          reads: o.reads ?? 0,
          likes: o.likes ?? 0,
          comments: o.comments ?? 0,
          shares: o.shares ?? 0,
          completionRate: o.completion_rate ?? null,
        },
      );
      return;
    }
    noteOutcome(this.learner, {
      task: o.task,
      person: o.person,
      at,
      event: o.event,
      ...(o.reason === undefined ? {} : { reason: o.reason }),
    });
    const task = this.tasks.get(o.task);
    const person = this.people.get(o.person);
    if (o.event === "declined" && task && person) {
      person.standing = noteDecline(person.standing, o.reason as DeclineReason, task.theme, o.form, at);
    }
  }

  private profile(o: Of<"profile">): void {
    const person = this.people.get(o.person);
    if (!person) return;
    for (const tag of o.retracted) person.tags.delete(tag);
    for (const tag of o.added) person.tags.add(tag);
    person.segments = this.segmentsOf(person.tags);
    if (o.consent) person.consent = o.consent.push;
  }

  private close(q: Of<"close">): object {
    const tally = closeTask(this.learner, q.task, Date.parse(q.at));
    const task = this.tasks.get(q.task);
    const empty = {
      theme: q.theme,
      pushed: 0,
      entered: [[], [], [], []],
      passed: [[], [], [], []],
      usual: [],
      reasons: [],
    };
    const report = weakestStep(tally ?? empty);
    if (task && tally) {
      const level = levelOf(this.learner.model, `${q.theme}#${task.brief_version}`);
      noteTask(this.themes, q.theme, task.brief_version, tally.usual, tally.passed[1]!, saidOf(tally.reasons), level);
    }
    const fit = this.weigh();
    this.weights = this.weightsOf(fit);
    return {
      report: { weakest_step: report.weakest, funnel: report.funnel },
      themes: settleThemes(this.themes, fit.themes).map(({ theme, status }) => ({ theme, status })),
    };
  }

  private weigh(): InfluenceFit {
    return weighInfluence(this.influence, (id) => this.people.get(id)?.tags ?? []);
  }

  private weightsOf(fit: InfluenceFit): Record<string, number> {
    const out: Record<string, number> = {};
    for (const p of this.people.values()) out[p.id] = fit.people[p.id]?.weight ?? fit.prior(p.tags);
    return out;
  }

  private segmentsOf(tags: ReadonlySet<string>): string[] {
    return this.segments.filter((s) => holdsRule(s.rule, tags)).map((s) => s.id);
  }

  private *reachable(): Iterable<Person> {
    for (const p of this.people.values()) if (p.koc && p.consent) yield p;
  }
}
