import { randomFillSync } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** Chance is drawn for many ids at once: a draw of its own for each character cost more than all else about an id. */
const pool = new Uint8Array(7 * 512);
let used = pool.length;

/** Two characters for ten bits of chance: joining few strings is quicker than joining many. */
const pairs = Array.from({ length: 1024 }, (_, n) => `${alphabet[n >> 5]}${alphabet[n & 31]}`);
let timed = { at: -1, text: "" };

/** A new id: 9 characters of time, so that ids sort by age, and 7 of chance; 16 in all, short enough for a button's token. */
export function newId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const at = Date.now();
  if (at !== timed.at) timed = { at, text: at.toString(32).padStart(9, "0") };
  // 32 characters: five bits of a byte choose one evenly.
  const five = () => pool[used++]! & 31;
  return `${timed.text}${pairs[(five() << 5) | five()]}${pairs[(five() << 5) | five()]}${pairs[(five() << 5) | five()]}${alphabet[five()]}`;
}
