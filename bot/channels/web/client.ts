import type { Relay } from "./relay.ts";
import type { ServerFrame } from "./wire.ts";

/** What we need of a socket; `ws` has it. */
export type Line = { send(data: string): void; close(code?: number, reason?: string): void; bufferedAmount: number };

/** A reader this far behind is cut off: it comes back by itself and is told what it missed. */
const maxBufferedBytes = 4 * 1024 * 1024;

/** The open sockets by person: several tabs are several lines. */
export class Switchboard {
  readonly #lines = new Map<string, Set<Line>>();
  readonly #sessions = new WeakMap<Line, string>();
  readonly #relay: Relay | undefined;

  /** With a relay, people whose pages are open at another process of the cluster are told too. */
  constructor(relay?: Relay) {
    this.#relay = relay;
  }

  /** Returns whether this is the person's first line. */
  add(personId: string, line: Line, sessionId: string): boolean {
    this.#sessions.set(line, sessionId);
    const lines = this.#lines.get(personId) ?? new Set();
    this.#lines.set(personId, lines.add(line));
    return lines.size === 1;
  }

  /** Returns whether it was the person's last line. */
  remove(personId: string, line: Line): boolean {
    const lines = this.#lines.get(personId);
    if (!lines?.delete(line) || lines.size > 0) return false;
    return this.#lines.delete(personId);
  }

  isOnline(personId: string): boolean {
    return this.#lines.has(personId);
  }

  /** Tells each of the people, in every tab of theirs, except on the line `but`. */
  push(personIds: Iterable<string>, frame: ServerFrame, but?: Line): void {
    const people = [...personIds];
    this.#relay?.tell(people, frame);
    this.pushHere(people, frame, but);
  }

  /** Tells those whose pages are open at this process. */
  pushHere(personIds: Iterable<string>, frame: ServerFrame, but?: Line): void {
    let data: string | undefined;
    for (const personId of personIds) {
      for (const line of this.#lines.get(personId) ?? []) {
        if (line === but) continue;
        data ??= JSON.stringify(frame);
        if (line.bufferedAmount > maxBufferedBytes) line.close(1013, "too slow");
        else line.send(data);
      }
    }
  }

  /** Cuts the lines of a session that was ended; 4401 tells the page not to come back with it. */
  closeSession(personId: string, sessionId: string): void {
    for (const line of this.#lines.get(personId) ?? []) {
      if (this.#sessions.get(line) === sessionId) line.close(4401, "signed out");
    }
  }

  closeAll(): void {
    for (const lines of this.#lines.values()) for (const line of lines) line.close(1001, "restarting");
  }
}
