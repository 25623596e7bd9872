/** A share with its 95 % interval. `of` is the sample behind it. */
export type Share = { part: number; of: number; rate: number; low: number; high: number };

const z = 1.959964;

/** The Wilson score interval (E. B. Wilson 1927, JASA 22:209-212): right also for small samples and for shares near 0 and 1. */
export function shareOf(part: number, of: number): Share {
  if (of === 0) return { part, of, rate: 0, low: 0, high: 1 };
  const rate = part / of;
  const bend = 1 + (z * z) / of;
  const middle = (rate + (z * z) / (2 * of)) / bend;
  const half = (z / bend) * Math.sqrt((rate * (1 - rate)) / of + (z * z) / (4 * of * of));
  return { part, of, rate, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** The difference a - b with its 95 % interval (R. G. Newcombe 1998, Statistics in Medicine 17:873-890, method 10). */
export function differenceOf(a: Share, b: Share): { value: number; low: number; high: number } {
  const value = a.rate - b.rate;
  return {
    value,
    low: value - Math.hypot(a.rate - a.low, b.high - b.rate),
    high: value + Math.hypot(a.high - a.rate, b.rate - b.low),
  };
}

/** The middle value; of an even count, the mean of the two in the middle. Undefined for none. */
export function medianOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
