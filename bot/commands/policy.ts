/** `koloop policy`: plays the matching and learning of the domain against a world that speaks JSON lines. */
import { createInterface } from "node:readline";
import { briefVocabulary } from "#domain/brief-fit.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { PolicyDesk } from "./policy-desk.ts";
import { worldReader } from "./policy-protocol.ts";

/**
 * Answers the world's lines until `end` is answered or the input ends. Returns the exit code: 0 played, 1 when a line breaks the
 * protocol, with a message that names the line and the field.
 */
export async function runPolicy(
  input: AsyncIterable<string>,
  out: (line: string) => void,
  err: (line: string) => void,
): Promise<0 | 1> {
  const vocabulary = briefVocabulary(loadTaxonomy().tags.values());
  const read = worldReader();
  let desk: PolicyDesk | undefined;
  let number = 0;
  for await (const line of input) {
    number++;
    if (line.trim() === "") continue;
    const message = read(line);
    if (typeof message === "string") {
      err(`koloop policy: line ${number}: ${message}`);
      return 1;
    }
    if (message.type === "init") desk = new PolicyDesk(message, vocabulary);
    const answer = desk?.take(message);
    if (answer) out(JSON.stringify({ re: message.seq, ...answer }));
    if (message.type === "end") return 0;
  }
  return 0;
}

/** The command itself: standard input and output. */
export async function runPolicyCommand(): Promise<0 | 1> {
  return runPolicy(
    createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    (line) => process.stdout.write(`${line}\n`),
    (line) => process.stderr.write(`${line}\n`),
  );
}
