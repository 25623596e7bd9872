/**
 * Which themes work: ok, weak, retired or template, with the evidence. Each closed task gives one reading of its theme, the shift of
 * acceptance against what its people and forms would give on a usual theme; the verdict is Bayes' rule over three kinds of theme, each
 * with an unknown level of its own, and tasks that went wrong for their own reasons.
 */
import { sigmoid } from "./belief.ts";
import { medianOf } from "./interval.ts";
import type { DeclineReason } from "./standing-declines.ts";

export type ThemeStatus = "ok" | "weak" | "retired" | "template";

/** One closed task, as a reading of its theme: the shift in logits and its variance. `nr` counts the readings of all themes. */
export type ThemeReading = {
  nr: number;
  first: boolean;
  wording: number;
  shift: number;
  variance: number;
  asked: number;
  /** How many said why they decline, and how many of those that the topic is not theirs; missing in old records. */
  said?: Said;
};
export type Said = { reasons: number; offTopic: number };
/** `level`: how well the theme is accepted in the model's eyes beside whom it draws, in logits; missing where no model was asked. */
export type ThemeRecord = { readings: ThemeReading[]; status: ThemeStatus; level?: number };
/** `recent` are the latest shifts of all themes, first tasks made comparable; the newest has the number `count`. */
export type ThemesState = { themes: Record<string, ThemeRecord>; recent: number[]; count: number };

export type ThemeEvidence = {
  theme: string;
  status: ThemeStatus;
  weak: number;
  strong: number;
  level: number;
  tasks: number;
};

export const newThemes = (): ThemesState => ({ themes: {}, recent: [], count: 0 });

/** Usual, weak, strong: how common, how they are accepted (logits) and read (logarithm) against the usual. */
const KINDS = [
  { prior: 0.71, mean: 0, sd: 0.4, read: 0, readSd: 0.03 },
  { prior: 0.17, mean: -1.8, sd: 0.3, read: -0.5, readSd: 0.2 },
  { prior: 0.12, mean: 0.65, sd: 0.25, read: 0.36, readSd: 0.03 },
] as const;
const WEAK = 1;
/** The model's level of a strong theme and of a usual one, against the middle of all themes (logits). */
const LEVEL = { usual: { mean: 0, sd: 0.28 }, strong: { mean: 0.65, sd: 0.24 } };
/**
 * Of those who say why they decline, the share who name the topic: on a usual theme as on all that work, on a strong one less, on a weak
 * one most. `sure` is how many answers that share is worth: it differs from task to task.
 */
const OFF_TOPIC = { share: 0.12, worth: 30, weak: 0.7, strong: 0.5, sure: [4.5, 9, 8] } as const;
const STRAY = 0.2;
/** The first task of a theme, or of its new wording, was matched before anything was known of whom it draws: it does less well, and how much less is uncertain. */
const FIRST = { mean: -0.4, sd: 0.6 };
const FAULT = { chance: 0.04, mean: -2.2, sd: 0.7 };
/** A theme may change its kind between two tasks; a new wording heals half of the weak. */
const CHANGE = 0.03;
const HEALED = 0.5;
const KEPT = 14;
/** How many shifts of all themes are kept, and how many on either side of a reading are its contemporaries. */
const MEMORY = 80;
const AROUND = 15;

/** Notes a closed task: logits of accepting on a usual theme for those who saw it, and who accepted. */
export function noteTask(
  state: ThemesState,
  theme: string,
  wording: number,
  logits: readonly number[],
  accepted: readonly number[],
  said?: Said,
  level?: number,
): void {
  if (logits.length < 3) return;
  state.themes[theme] ??= { readings: [], status: "ok" };
  const record = state.themes[theme]!;
  const first = record.readings.at(-1)?.wording !== wording;
  const reading = {
    nr: ++state.count,
    first,
    wording,
    asked: logits.length,
    ...shiftOf(logits, accepted),
    ...(said && { said }),
  };
  if (level !== undefined) record.level = level;
  record.readings = [...record.readings, reading].slice(-KEPT);
  state.recent = [...state.recent, reading.shift - (first ? FIRST.mean : 0)].slice(-MEMORY);
}

/** What the reasons given for declining a task say of its theme. */
export const saidOf = (reasons: readonly DeclineReason[]): Said => ({
  reasons: reasons.length,
  offTopic: reasons.filter((reason) => reason === "not_my_topic").length,
});

/** The common shift that explains the answers best, with a weak prior; Newton's method. */
export function shiftOf(logits: readonly number[], passed: readonly number[]): { shift: number; variance: number } {
  let shift = 0;
  let variance = 2.25;
  for (let round = 0; round < 12; round++) {
    let slope = -shift / 2.25;
    let bend = 1 / 2.25;
    for (let i = 0; i < logits.length; i++) {
      const p = sigmoid(logits[i]! + shift);
      slope += passed[i]! - p;
      bend += p * (1 - p);
    }
    shift += Math.max(-1, Math.min(1, slope / bend));
    variance = 1 / bend;
  }
  return { shift, variance };
}

/** How much its posts are read against the usual, as a logarithm, and the variance of that. */
export type ThemeReads = { effect: number; variance: number };

/** Settles the status of every theme seen so far; call at each close. */
export function settleThemes(state: ThemesState, reads: Readonly<Record<string, ThemeReads>> = {}): ThemeEvidence[] {
  const offTopic = offTopicShares(state);
  const middle =
    medianOf(Object.values(state.themes).flatMap(({ level }) => (level === undefined ? [] : [level]))) ?? 0;
  return Object.entries(state.themes).map(([theme, record]) => {
    const shifts = record.readings.map((r) => r.shift - (r.first ? FIRST.mean : 0) - usualAround(state, r.nr));
    const evidence = weigh(record, shifts, offTopic, reads[theme]);
    if (record.level !== undefined)
      evidence.strong = strongBy(record, record.level - middle, offTopic, reads[theme]) * (1 - evidence.weak);
    record.status = state.count < 6 ? record.status : verdict(record, evidence);
    return { theme, status: record.status, tasks: record.readings.length, ...evidence };
  });
}

/** The share of reasons that name the topic, for each kind of theme; the usual one is learned from all themes that work. */
function offTopicShares(state: ThemesState): number[] {
  let [offTopic, reasons] = [OFF_TOPIC.share * OFF_TOPIC.worth, OFF_TOPIC.worth as number];
  for (const { status, readings } of Object.values(state.themes)) {
    if (status === "weak" || status === "retired") continue;
    for (const { said } of readings) {
      offTopic += said?.offTopic ?? 0;
      reasons += said?.reasons ?? 0;
    }
  }
  const usual = offTopic / reasons;
  return [usual, Math.max(OFF_TOPIC.weak, (1 + usual) / 2), usual * OFF_TOPIC.strong];
}

/** Log chance that so many of those who gave a reason named the topic (beta-binomial, without the constant). */
function saysSo({ reasons, offTopic }: Said, share: number, sure: number): number {
  let sum = 0;
  for (let i = 0; i < offTopic; i++) sum += Math.log(share * sure + i);
  for (let i = 0; i < reasons - offTopic; i++) sum += Math.log((1 - share) * sure + i);
  for (let i = 0; i < reasons; i++) sum -= Math.log(sure + i);
  return sum;
}

/** The median shift of the tasks closed around the time of a reading: what the model expects of everybody moves while it learns. */
function usualAround(state: ThemesState, nr: number): number {
  const at = nr - 1 - (state.count - state.recent.length);
  const from = Math.max(0, Math.min(at - AROUND, state.recent.length - AROUND));
  return medianOf(state.recent.slice(from, Math.max(at, 0) + AROUND + 1)) ?? 0;
}

const freshLevels = (): { mean: number; variance: number }[] =>
  KINDS.map((k) => ({ mean: k.mean, variance: k.sd * k.sd }));

type Weighed = { weak: number; strong: number; level: number };

/** Filters a theme's readings, oldest first, over the three kinds (a hidden Markov chain whose kinds have Gaussian levels). */
function weigh(
  record: ThemeRecord,
  shifts: readonly number[],
  offTopic: readonly number[],
  reads: ThemeReads | undefined,
): Weighed {
  let chance = KINDS.map((k) => k.prior as number);
  let level = freshLevels();
  let wording = record.readings[0]?.wording ?? 1;
  for (const [nr, r] of record.readings.entries()) {
    const x = shifts[nr]!;
    chance = chance.map((c, i) => (1 - CHANGE) * c + CHANGE * KINDS[i]!.prior);
    if (r.wording !== wording) {
      wording = r.wording;
      chance = [chance[0]! + HEALED * chance[1]!, (1 - HEALED) * chance[1]!, chance[2]!];
      // New words are a new thing: what the old ones' level was says nothing of theirs.
      level = freshLevels();
    }
    const noise = r.variance + STRAY * STRAY + (r.first ? FIRST.sd * FIRST.sd : 0);
    chance = chance.map((c, i) => c * likelihood(x, level[i]!, noise));
    const { said } = r;
    if (said) chance = chance.map((c, i) => c * Math.exp(saysSo(said, offTopic[i]!, OFF_TOPIC.sure[i]!)));
    const total = chance.reduce((a, b) => a + b, 0);
    chance = chance.map((c) => c / total);
    level.forEach((l, i) => {
      // A reading that looks like a fault teaches little about the level.
      const trust = sane(x, l, noise);
      // The weak kind's level moves only as far as the theme may be weak; else it would drift to a healthy theme's and never be seen.
      const share = i === WEAK ? chance[i]! : 1;
      const gain = (l.variance / (l.variance + noise)) * trust * share;
      level[i] = { mean: l.mean + gain * (x - l.mean), variance: l.variance * (1 - gain) + 0.002 };
    });
  }
  if (reads) {
    const read = KINDS.map(
      (k, i) => chance[i]! * (density(reads.effect - k.read, reads.variance + k.readSd ** 2) + 1e-4),
    );
    const total = read.reduce((a, b) => a + b, 0);
    chance = read.map((c) => c / total);
  }
  return { weak: chance[1]!, strong: chance[2]!, level: chance.reduce((sum, c, i) => sum + c * level[i]!.mean, 0) };
}

/**
 * The chance that a theme which is not weak is strong, from the model's level: the model knows whom the theme draws, which the shift of its
 * tasks does not, so a theme that is merely offered to the right people is not taken for a strong one.
 */
function strongBy(
  record: ThemeRecord,
  level: number,
  offTopic: readonly number[],
  reads: ThemeReads | undefined,
): number {
  let odds = KINDS[2].prior / KINDS[0].prior;
  const normal = (x: number, { mean, sd }: { mean: number; sd: number }): number => density(x - mean, sd * sd);
  // What lies beyond the strong is no less strong for it.
  odds *= normal(Math.min(level, LEVEL.strong.mean), LEVEL.strong) / (normal(level, LEVEL.usual) + 1e-4);
  const said = { reasons: 0, offTopic: 0 };
  for (const r of record.readings) {
    said.reasons += r.said?.reasons ?? 0;
    said.offTopic += r.said?.offTopic ?? 0;
  }
  odds *= Math.exp(saysSo(said, offTopic[2]!, OFF_TOPIC.sure[2]) - saysSo(said, offTopic[0]!, OFF_TOPIC.sure[0]));
  if (reads) {
    const [usual, , strong] = KINDS;
    const reach = density(Math.min(0, reads.effect - strong.read), reads.variance + strong.readSd ** 2);
    odds *= (reach + 1e-4) / (density(reads.effect - usual.read, reads.variance + usual.readSd ** 2) + 1e-4);
  }
  return odds / (1 + odds);
}

const density = (x: number, variance: number): number => Math.exp((-0.5 * x * x) / variance) / Math.sqrt(variance);

function likelihood(x: number, level: { mean: number; variance: number }, noise: number): number {
  const plain = density(x - level.mean, level.variance + noise);
  const faulty = density(x - level.mean - FAULT.mean, level.variance + noise + FAULT.sd ** 2);
  return (1 - FAULT.chance) * plain + FAULT.chance * faulty + 1e-9;
}

function sane(x: number, level: { mean: number; variance: number }, noise: number): number {
  const plain = (1 - FAULT.chance) * density(x - level.mean, level.variance + noise);
  return plain / likelihood(x, level, noise);
}

/** Flagged when as likely weak as not; retired when its new words, judged by the lower standard of a first task, fail too. */
const FLAG = 0.45;
const RETIRE = 0.92;

function verdict(record: ThemeRecord, { weak, strong }: Weighed): ThemeStatus {
  const tasks = record.readings.length;
  const wording = record.readings.at(-1)!.wording;
  const inWording = record.readings.filter((r) => r.wording === wording).length;
  if (weak > RETIRE && wording > 1 && inWording >= 1) return "retired";
  if (record.status === "retired") return weak > 0.5 ? "retired" : "ok";
  if (weak > (tasks >= 2 ? FLAG : 0.6)) return "weak";
  if (record.status === "weak" && weak > 0.3) return "weak";
  if (record.level === undefined ? strong > 0.8 && tasks >= 4 : strong > 0.93 && tasks >= 3) return "template";
  if (record.status === "template" && strong > 0.5) return "template";
  return "ok";
}
