/** A source of chance: each call gives a number in (0, 1). Passed as an argument, so that the same seed gives the same choices. */
export type Chance = () => number;

/** Mulberry32 (Tommy Ettinger, public domain): small, fast, good enough to draw lots, and its whole state is one number. */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** Mixes numbers and texts into 32 bits: a seed for what is named by them. */
export function seedOf(...keys: (string | number)[]): number {
  let h = 0x9e3779b9;
  for (const key of keys) {
    const text = String(key);
    for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h >>> 0;
}

/** Two independent standard normal numbers (Box and Muller, 1958). */
export function normalPair(chance: Chance): [number, number] {
  const r = Math.sqrt(-2 * Math.log(chance()));
  const angle = 2 * Math.PI * chance();
  return [r * Math.cos(angle), r * Math.sin(angle)];
}
