import { readFileSync } from "node:fs";
import type { Turn } from "#domain/cue.ts";

/** A line of a fixture: the tags that its words show, those they must not be taken to show, and the talk. */
export type CueLine = { tags: string[]; traps: string[]; turns: Turn[] };

/**
 * Reads `test/fixtures/cues/NAME.txt`: lines of `tags|words` or `tags|question >> answer`, where the employee asks. The tag `-` is none, `!tag` a trap;
 * lines that begin with `#` are remarks.
 */
export function readCueLines(name: string): CueLine[] {
  return readFileSync(new URL(`../fixtures/cues/${name}.txt`, import.meta.url), "utf8")
    .split("\n")
    .filter((line) => line.includes("|") && !line.startsWith("#"))
    .map((line) => {
      const [named = "", said = ""] = line.split("|");
      const marks = named.trim().split(/\s+/);
      const [first, answer] = said.split(" >> ");
      const turns: Turn[] = answer
        ? [
            { who: "koe", text: first! },
            { who: "customer", text: answer },
          ]
        : [{ who: "customer", text: said }];
      return {
        tags: marks.filter((mark) => mark !== "-" && !mark.startsWith("!")),
        traps: marks.filter((mark) => mark.startsWith("!")).map((mark) => mark.slice(1)),
        turns,
      };
    });
}
