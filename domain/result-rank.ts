/** Fewer posts of a kind than this say nothing about a place among them. */
export const fewestPeers = 10;

/** The share of a kind's posts that did at least as well, the post itself among them; null where there are too few to say. */
export function topShare(own: number, all: readonly number[]): number | null {
  if (all.length < fewestPeers) return null;
  return all.filter((reads) => reads >= own).length / all.length;
}
