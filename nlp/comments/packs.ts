import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { yaml } from "../yaml.ts";
import { folded } from "./fold.ts";

const words = z.array(z.coerce.string().min(1));
const lists = z.array(words).default([]);
const strengths = z.strictObject({ strong: lists, plain: lists, mild: lists }).partial();
const opinionsSchema = z.strictObject({
  domain: z.string(),
  positive: strengths.default({}),
  negative: strengths.default({}),
  neutral: lists,
});
const pairsSchema = z.strictObject({
  reach: z.number().int().min(1).max(20),
  pairs: z.array(z.strictObject({ of: words, good: words, bad: words })),
});
const scopeSchema = z.strictObject({
  negators: words,
  stronger: words,
  weaker: words,
  contrast: words,
  questions: words,
  supposing: words,
  irony: words,
});
const aspectsSchema = z.strictObject({
  aspects: z.record(z.string(), z.strictObject({ zh: z.string(), terms: words, signs: words })),
});
const talkSchema = z.strictObject({
  classes: z.record(z.string(), words),
  neutral: words,
  positive: words,
  negative: words,
});
const termsSchema = z.strictObject({ things: z.record(z.string(), words), never: words, attributes: words });

/** One way of judging: a folded phrase and how good (+2 … -2) it is; 0 is a false friend, in which nothing is heard. */
export type Opinion = { phrase: string; value: number; domain: string };

export type CommentPacks = {
  opinions: Opinion[];
  pairs: z.infer<typeof pairsSchema>;
  scope: z.infer<typeof scopeSchema>;
  aspects: z.infer<typeof aspectsSchema>["aspects"];
  talk: z.infer<typeof talkSchema>;
  terms: z.infer<typeof termsSchema>;
};

const weights = { strong: 2, plain: 1, mild: 0.5 } as const;
const special = new Set(["pairs.yaml", "scope.yaml", "aspects.yaml", "talk.yaml", "terms.yaml"]);

/** Reads the comment packs of a folder. Throws with file and line where one is not as `docs/data.md` describes it. */
export function readCommentPacks(folder: string): CommentPacks {
  const opinions: Opinion[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(".yaml") || special.has(file)) continue;
    opinions.push(...opinionsOf(readYaml(folder, file, opinionsSchema)));
  }
  return {
    opinions,
    pairs: readYaml(folder, "pairs.yaml", pairsSchema),
    scope: readYaml(folder, "scope.yaml", scopeSchema),
    aspects: readYaml(folder, "aspects.yaml", aspectsSchema).aspects,
    talk: readYaml(folder, "talk.yaml", talkSchema),
    terms: readYaml(folder, "terms.yaml", termsSchema),
  };
}

function opinionsOf(file: z.infer<typeof opinionsSchema>): Opinion[] {
  const out: Opinion[] = [];
  const add = (list: string[][] | undefined, value: number) => {
    for (const entry of (list ?? []).flat()) {
      for (const phrase of spelledOut(entry)) out.push({ phrase: folded(phrase), value, domain: file.domain });
    }
  };
  for (const key of ["strong", "plain", "mild"] as const) {
    add(file.positive[key], weights[key]);
    add(file.negative[key], -weights[key]);
  }
  add(file.neutral, 0);
  return out;
}

/** `(a|b)c` as `ac` and `bc`; an empty choice may be absent. */
export function spelledOut(pattern: string): string[] {
  const open = pattern.indexOf("(");
  const close = pattern.indexOf(")", open);
  if (open === -1 || close === -1 || !pattern.slice(open, close).includes("|")) return [pattern];
  const head = pattern.slice(0, open);
  const tails = spelledOut(pattern.slice(close + 1));
  return pattern
    .slice(open + 1, close)
    .split("|")
    .flatMap((choice) => tails.map((tail) => head + choice + tail));
}

function readYaml<T>(folder: string, file: string, schema: z.ZodType<T>): T {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(join(folder, file), "utf8"), { lineCounter: lines });
  const fault = document.errors[0];
  if (fault) throw new Error(`${file}:${lines.linePos(fault.pos[0]).line}: ${fault.message.split("\n")[0]}`);
  const checked = schema.safeParse(document.toJS());
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0]!;
  const node = document.getIn(issue.path as (string | number)[], true) as
    | { range?: [number, number, number] }
    | undefined;
  const line = node?.range ? lines.linePos(node.range[0]).line : 1;
  throw new Error(`${file}:${line}: ${issue.path.join(".")}: ${issue.message}`);
}
