import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The two ends of a terminal: lines that come, and text that goes. */
export type Terminal = { lines: AsyncIterable<string>; show(text: string): void; close(): void };

export function openTerminal(input: Readable, output: Writable): Terminal {
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  return { lines, show: (text) => void output.write(`${text}\n`), close: () => lines.close() };
}
