import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { type CommentReader, createCommentReader, loadCommentModel } from "#nlp/comments.ts";
import { inputOf } from "./input.ts";

const commentSchema = z.object({ id: z.union([z.string(), z.number()]), text: z.string() });

type Sink = { write(text: string): unknown };

/** `koloop comments [FILE]`: reads JSON lines from the file or standard input; resolves to the exit code. */
export async function runComments(file?: string): Promise<0 | 1> {
  return writeCommentReads(inputOf(file), process.stdout, process.stderr, createCommentReader(loadCommentModel()));
}

/**
 * Reads comments as JSON lines `{"id","text"}` and writes for each `{"id","sentiment","score","keywords","aspects"}`. A line that is no
 * comment is named on `err` by its number and the rest goes on. Resolves to 0, or 1 where a line was refused.
 */
export async function writeCommentReads(
  input: AsyncIterable<string | Uint8Array>,
  out: Sink,
  err: Sink,
  read: CommentReader,
): Promise<0 | 1> {
  let refused = false;
  let number = 0;
  for await (const lines of lineBatches(input)) {
    let answers = "";
    for (const line of lines) {
      number++;
      if (line.trim() === "") continue;
      const comment = commentOf(line);
      if ("fault" in comment) {
        refused = true;
        err.write(`line ${number}: ${comment.fault}\n`);
      } else answers += `${JSON.stringify({ id: comment.id, ...read(comment.text) })}\n`;
    }
    if (answers !== "") out.write(answers);
  }
  return refused ? 1 : 0;
}

function commentOf(line: string): z.infer<typeof commentSchema> | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    return { fault: (error as Error).message.replace(/\s+/g, " ").slice(0, 200) };
  }
  const parsed = commentSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  return { fault: `${issue.path.join(".") || "comment"}: ${issue.message}` };
}

/** The whole lines of each chunk together; a byte-order mark before the first is dropped. A line end is `\n` alone, as JSON lines have it. */
async function* lineBatches(input: AsyncIterable<string | Uint8Array>): AsyncIterable<string[]> {
  const decoder = new StringDecoder("utf8");
  let open: string[] = []; // the pieces of a line that has not ended
  let first = true;
  for await (const chunk of input) {
    let text =
      typeof chunk === "string" ? chunk : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (first) text = text.replace(/^\uFEFF/, "");
    first &&= text === "";
    const pieces = text.split("\n");
    open.push(pieces[0]!);
    if (pieces.length === 1) continue;
    pieces[0] = open.join("");
    open = [pieces.pop()!];
    yield pieces;
  }
  const rest = open.join("") + decoder.end();
  if (rest !== "") yield [rest];
}
