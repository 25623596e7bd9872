import { cpus, totalmem } from "node:os";

/** One measured figure. `against` names the peer or limit measured in the same run, `how` says what ran. */
export type Figure = {
  name: string;
  value: number | null;
  unit: string;
  goal: string;
  /** Whether the goal holds; null where there is none, or nothing could be measured. */
  holds: boolean | null;
  against: string;
  how: string;
};

export type BenchReport = { bench: string; at: string; machine: string; figures: Figure[] };

/** A report over the figures, with the machine's class and nothing that names it. */
export function reportOf(bench: string, figures: Figure[], now: Date): BenchReport {
  const cores = cpus();
  const model = cores[0]?.model.replace(/\s+/g, " ").trim() ?? "unknown";
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return {
    bench,
    at: now.toISOString(),
    machine: `${cores.length} x ${model}, ${memory}, Node ${process.versions.node}`,
    figures,
  };
}

/** The figures as lines for a person. */
export function reportText(report: BenchReport): string {
  const lines = report.figures.map((figure) => {
    const mark = figure.holds === null ? "·" : figure.holds ? "✓" : "✗";
    const value = figure.value === null ? "not measured" : `${shortNumber(figure.value)} ${figure.unit}`.trim();
    return `${mark} ${figure.name}: ${value}${figure.goal ? ` (goal ${figure.goal})` : ""}${figure.against ? `; against ${figure.against}` : ""}`;
  });
  return [`${report.bench}, ${report.at}, ${report.machine}`, ...lines].join("\n");
}

const shortNumber = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();

/**
 * Rounds that everybody has behind them before one is counted: bot and peers go on for months, and none is judged by the seconds in which its code is
 * compiled.
 */
export const warming = 4;

/** The middle value; of an even count, the mean of the two in the middle. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which a share of the values lies, by the nearest rank. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
