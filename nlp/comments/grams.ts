/** The weights' table has a place for each of 2^20 hashes. */
export const gramBits = 20;
export const longestGram = 3;

const mask = (1 << gramBits) - 1;
/** Texts longer than this are read by their grams' first so many occurrences; the rest repeats. */
const mostGrams = 16384;

/** Distinct hashed character n-grams of one text after another; the buffer holds until the next `read`. */
export type Grams = { hashes: Uint32Array; count: number; read: (codes: Uint16Array, length: number) => void };

export function createGrams(): Grams {
  const hashes = new Uint32Array(mostGrams);
  // An open-addressed set, cleared by raising the stamp instead of by writing it over.
  const seen = new Uint32Array(mostGrams * 2);
  const stamps = new Uint32Array(mostGrams * 2);
  let stamp = 0;
  const grams: Grams = {
    hashes,
    count: 0,
    read(codes, length) {
      stamp++;
      let count = 0;
      for (let at = 0; at < length; at++) {
        let h = 0;
        for (let size = 0; size < longestGram && at + size < length; size++) {
          h = Math.imul(h ^ codes[at + size]!, 0x9e3779b1);
          h ^= h >>> 15;
          const key = ((Math.imul(h, 0x85ebca6b) >>> 8) ^ (size * 7919)) & mask;
          let slot = Math.imul(key, 0x9e3779b1) >>> 17;
          while (stamps[slot] === stamp && seen[slot] !== key) slot = (slot + 1) & 32767;
          if (stamps[slot] === stamp) continue;
          stamps[slot] = stamp;
          seen[slot] = key;
          if (count < mostGrams) hashes[count++] = key;
        }
      }
      grams.count = count;
    },
  };
  return grams;
}
