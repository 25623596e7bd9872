/** How many of the ranked people a task should ask now. */
import type { Offer } from "./match.ts";

export type Wave = { offers: Offer[]; expected: number; low: number; high: number };

/**
 * Takes offers in order while each is worth its price: its chance times the chance that its completion is still wanted, less what
 * asking costs. Beyond the quota nothing counts, so the list ends when the quota is as good as sure. `pending` are the chances of
 * pushes that are out already (`stillToCome`): a later wave asks only as many more as their outcomes call for.
 */
export function planWave(
  offers: readonly Offer[],
  wanted: number,
  budget: number,
  pending: readonly number[] = [],
): Wave {
  const taken: Offer[] = [];
  const counts = new QuotaCount(Math.max(0, wanted));
  for (const chance of pending) counts.add(chance);
  for (const offer of offers) {
    if (taken.length >= budget) break;
    const gain = offer.worth * offer.expected * counts.stillWanted();
    if (gain <= offer.price) continue;
    taken.push(offer);
    counts.add(offer.expected);
  }
  return { offers: taken, ...counts.interval() };
}

/** The distribution of completions among independent chances, everything from the quota on in one entry. */
class QuotaCount {
  private readonly quota: number;
  private dist = [1];
  private mean = 0;
  private variance = 0;

  constructor(quota: number) {
    this.quota = quota;
  }

  add(p: number): void {
    const { dist, quota } = this;
    const next = new Array<number>(Math.min(dist.length + 1, quota + 1)).fill(0);
    for (let k = 0; k < dist.length; k++) {
      next[k]! += dist[k]! * (1 - p);
      next[Math.min(k + 1, quota)]! += dist[k]! * p;
    }
    this.dist = next;
    this.mean += p;
    this.variance += p * (1 - p);
  }

  stillWanted(): number {
    return this.dist.length <= this.quota ? 1 : 1 - this.dist[this.quota]!;
  }

  interval(): { expected: number; low: number; high: number } {
    const spread = 1.645 * Math.sqrt(this.variance);
    let expected = 0;
    this.dist.forEach((q, k) => {
      expected += q * k;
    });
    return {
      expected,
      low: Math.max(0, Math.min(this.quota, this.mean - spread)),
      high: Math.min(this.quota, this.mean + spread),
    };
  }
}
