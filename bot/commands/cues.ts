import { z } from "zod";
import type { Extractor } from "#nlp/extract.ts";
import { createExtractor } from "#nlp/extract.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";

/** Where lines go; a stream such as `process.stdout` is one. */
export type Sink = { write(text: string): unknown };

const caseSchema = z.object({
  id: z.union([z.string(), z.number()]),
  turns: z.array(z.object({ who: z.string(), text: z.string() })),
});

/**
 * Reads cases as JSON lines and writes for each what was heard: `{"id","tags":[{"tag","quote","score"}],"retract":[…]}`. A line that is no case is
 * named on `err` by its number and the rest goes on. Resolves to the exit code: 0, or 1 where a line was refused.
 */
export async function runCues(
  input: AsyncIterable<string | Uint8Array>,
  out: Sink,
  err: Sink,
  extract: Extractor = createExtractor(loadKnowledge()),
): Promise<number> {
  let refused = 0;
  let number = 0;
  for await (const line of linesOf(input)) {
    number++;
    if (line.trim() === "") continue;
    const read = readCase(line);
    if ("fault" in read) {
      refused++;
      err.write(`line ${number}: ${read.fault}\n`);
      continue;
    }
    const { cues, retractions } = extract(read.turns);
    const tags = cues.map(({ tag, quote, score }) => ({ tag, quote, score }));
    out.write(`${JSON.stringify({ id: read.id, tags, retract: retractions.map((r) => r.tag) })}\n`);
  }
  return refused > 0 ? 1 : 0;
}

function readCase(line: string): z.infer<typeof caseSchema> | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return { fault: error instanceof Error ? error.message.replace(/\s+/g, " ").slice(0, 200) : "not JSON" };
  }
  const parsed = caseSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return { fault: `${issue.path.join(".") || "case"}: ${issue.message}` };
}

/** Cuts chunks into lines; a byte-order mark before the first is dropped. */
async function* linesOf(input: AsyncIterable<string | Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let first = true;
  for await (const chunk of input) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    const pieces = text.split("\n");
    parts.push(first ? pieces[0]!.replace(/^\uFEFF/, "") : pieces[0]!);
    first = false;
    for (const piece of pieces.slice(1)) {
      yield parts.join("");
      parts = [piece];
    }
  }
  const rest = parts.join("");
  if (rest !== "") yield rest;
}
