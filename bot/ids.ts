import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Chance is drawn for many ids at once: a draw of its own for each character cost more than all else about an id. */
const pool = new Uint8Array(7 * 512);
let used = pool.length;

/** A new id: 9 characters of time, so that ids sort by age, and 7 of chance; 16 in all, short enough for a button's token. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = Date.now().toString(32).padStart(9, "0");
  // 32 characters: five bits of a byte choose one evenly.
  for (let i = 0; i < 7; i++) id += alphabet[pool[used++]! & 31];
  return id;
}
