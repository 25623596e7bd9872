import { randomInt } from "node:crypto";

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new id: 9 characters of time, so that ids sort by age, and 7 of chance; 16 in all, short enough for a button's token. */
export function newId(): string {
  let id = Date.now().toString(32).padStart(9, "0");
  for (let i = 0; i < 7; i++) id += alphabet[randomInt(alphabet.length)];
  return id;
}
