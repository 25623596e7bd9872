import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { nlpFile } from "./files.ts";

/** A labelled line of our own: the tags that its words show, those they must not be taken to show, those they take back, and the talk. */
export type LabelledLine = { tags: TagKey[]; traps: TagKey[]; retracted: TagKey[]; turns: Turn[] };

/** What the model of `cue-model.ts` learns from: every file of `nlp/lines` that is wanted, in order of name. */
export function readAllLines(wanted: (file: string) => boolean = () => true): LabelledLine[] {
  const folder = nlpFile("lines");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(wanted)
    .sort()
    .flatMap((file) => readLines(readFileSync(`${folder}/${file}`, "utf8")));
}

/**
 * Reads lines of `tags|words`, `tags|question >> answer` (the employee asks) or `tags|koe: … >> c: … >> 阿强: …`. The tag `-` is none, `!tag` a trap,
 * `~tag` one taken back; ⟦…⟧ marks the words that show the first tag; lines that begin with `#` are remarks.
 */
export function readLines(text: string): LabelledLine[] {
  return text
    .split("\n")
    .filter((line) => line.includes("|") && !line.startsWith("#"))
    .map((line) => {
      const bar = line.indexOf("|");
      const marks = line.slice(0, bar).trim().split(/\s+/);
      const marked = (sign: string) => marks.filter((mark) => mark.startsWith(sign)).map((mark) => mark.slice(1));
      return {
        tags: marks.filter((mark) => !/^[-!~]/.test(mark)),
        traps: marked("!"),
        retracted: marked("~"),
        turns: turnsOf(line.slice(bar + 1)),
      };
    });
}

const NAMED = /^([a-z一-鿿]{1,8})\s*[:：]\s*(.*)$/iu;
const SUBJECT = /^c\s*[:：]/i;

function turnsOf(said: string): Turn[] {
  const parts = said.split(">>").map((part) => part.trim().replace(/[⟦⟧]/g, ""));
  return parts.map((part, at) => {
    const [, who, text] = (parts.length > 1 && NAMED.exec(part)) || [];
    const last = at === parts.length - 1;
    const named =
      who !== undefined && (/^(?:koe|c|customer)$/i.test(who) || !last || parts.length > 2 || SUBJECT.test(said));
    if (!named) return { who: last ? "customer" : "koe", text: part };
    return { who: /^c$/i.test(who) ? "customer" : who, text: text ?? "" };
  });
}
