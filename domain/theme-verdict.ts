/**
 * Which themes work: ok, weak, retired or template, with the evidence. Each closed task gives one reading of its theme, the shift of
 * acceptance against what its people and forms would give on a usual theme; the verdict is Bayes' rule over three kinds of theme, each
 * with an unknown level of its own, and tasks that went wrong for their own reasons.
 */
import { sigmoid } from "./belief.ts";

export type ThemeStatus = "ok" | "weak" | "retired" | "template";

/** One closed task, as a reading of its theme: the shift in logits and its variance. */
export type ThemeReading = { wording: number; shift: number; variance: number; asked: number };
export type ThemeRecord = { readings: ThemeReading[]; status: ThemeStatus };
export type ThemesState = { themes: Record<string, ThemeRecord>; recent: number[] };

export type ThemeEvidence = {
  theme: string;
  status: ThemeStatus;
  weak: number;
  strong: number;
  level: number;
  tasks: number;
};

export const newThemes = (): ThemesState => ({ themes: {}, recent: [] });

/** Usual, weak, strong: how common, how they are accepted (logits) and read (logarithm) against the usual. */
const KINDS = [
  { prior: 0.75, mean: -0.1, sd: 0.4, read: 0, readSd: 0.05 },
  { prior: 0.13, mean: -1.6, sd: 0.4, read: -0.4, readSd: 0.25 },
  { prior: 0.12, mean: 0.45, sd: 0.35, read: 0.32, readSd: 0.12 },
] as const;
const WEAK = 1;
const STRAY = 0.25;
const FAULT = { chance: 0.06, mean: -2.2, sd: 0.7 };
/** A theme may change its kind between two tasks; a new wording heals half of the weak. */
const CHANGE = 0.03;
const HEALED = 0.5;
const KEPT = 14;

/** Notes a closed task: logits of accepting on a usual theme for those who saw it, and who accepted. */
export function noteTask(
  state: ThemesState,
  theme: string,
  wording: number,
  logits: readonly number[],
  accepted: readonly number[],
): void {
  if (logits.length < 3) return;
  const reading = { wording, asked: logits.length, ...shiftOf(logits, accepted) };
  state.themes[theme] ??= { readings: [], status: "ok" };
  const record = state.themes[theme]!;
  record.readings = [...record.readings, reading].slice(-KEPT);
  state.recent = [...state.recent, reading.shift].slice(-60);
}

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
  const sorted = [...state.recent].sort((a, b) => a - b);
  const centre = sorted.length ? sorted[sorted.length >> 1]! : 0;
  return Object.entries(state.themes).map(([theme, record]) => {
    const evidence = weigh(record, centre, reads[theme]);
    record.status = sorted.length < 6 ? record.status : verdict(record, evidence);
    return { theme, status: record.status, tasks: record.readings.length, ...evidence };
  });
}

const freshLevels = (): { mean: number; variance: number }[] =>
  KINDS.map((k) => ({ mean: k.mean, variance: k.sd * k.sd }));

type Weighed = { weak: number; strong: number; level: number };

/** Filters a theme's readings, oldest first, over the three kinds (a hidden Markov chain whose kinds have Gaussian levels). */
function weigh(record: ThemeRecord, centre: number, reads: ThemeReads | undefined): Weighed {
  let chance = KINDS.map((k) => k.prior as number);
  let level = freshLevels();
  let wording = record.readings[0]?.wording ?? 1;
  for (const r of record.readings) {
    chance = chance.map((c, i) => (1 - CHANGE) * c + CHANGE * KINDS[i]!.prior);
    if (r.wording !== wording) {
      wording = r.wording;
      chance = [chance[0]! + HEALED * chance[1]!, (1 - HEALED) * chance[1]!, chance[2]!];
      // New words are a new thing: what the old ones' level was says nothing of theirs.
      level = freshLevels();
    }
    const noise = r.variance + STRAY * STRAY;
    chance = chance.map((c, i) => c * likelihood(r.shift - centre, level[i]!, noise));
    const total = chance.reduce((a, b) => a + b, 0);
    chance = chance.map((c) => c / total);
    level.forEach((l, i) => {
      // A reading that looks like a fault teaches little about the level.
      const trust = sane(r.shift - centre, l, noise);
      // The weak kind's level moves only as far as the theme may be weak; else it would drift to a healthy theme's and never be seen.
      const share = i === WEAK ? chance[i]! : 1;
      const gain = (l.variance / (l.variance + noise)) * trust * share;
      level[i] = { mean: l.mean + gain * (r.shift - centre - l.mean), variance: l.variance * (1 - gain) + 0.002 };
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

function verdict(record: ThemeRecord, { weak, strong }: Weighed): ThemeStatus {
  const tasks = record.readings.length;
  const wording = record.readings.at(-1)!.wording;
  const inWording = record.readings.filter((r) => r.wording === wording).length;
  if (weak > 0.9 && wording > 1 && inWording >= 2) return "retired";
  if (record.status === "retired") return weak > 0.5 ? "retired" : "ok";
  if (weak > (tasks >= 2 ? 0.5 : 0.85)) return "weak";
  if (record.status === "weak" && weak > 0.3) return "weak";
  if (strong > 0.8 && tasks >= 4) return "template";
  if (record.status === "template" && strong > 0.4) return "template";
  return "ok";
}
