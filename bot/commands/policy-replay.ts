/** `koloop policy --replay LOG`: plays a recorded conversation again, and says what another way of choosing forms would have brought. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { briefVocabulary } from "#domain/brief-fit.ts";
import { always, evenly, type LoggedChoice, type PolicyValue, policyValue } from "#domain/off-policy.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { wordsOfFault } from "../fault-words.ts";
import { mustBeFile } from "./input.ts";
import { PolicyDesk } from "./policy-desk.ts";
import { worldReader } from "./policy-protocol.ts";

/** One way of choosing, what it is worth, and whether its interval lies wholly above or below what came. */
type WhatIf = { name: string; value: PolicyValue; against: "better" | "worse" | "not clear" };

export type Replay = {
  lines: number;
  answers: number;
  /** Answers that were recorded and are the same now, byte for byte. */
  same: number;
  /** SHA-256 of everything that was learned. */
  weights: string;
  formWeights: Record<string, Record<string, number>>;
  observed: PolicyValue;
  whatIf: WhatIf[];
};

/**
 * Replays the lines that `sim.mjs --record` writes (both sides), or the world's lines alone. The decisions are made again from the lines;
 * an answer that differs from the recorded one is refused by name, since its log would not be this policy's.
 */
export async function replayPolicy(input: AsyncIterable<string>): Promise<Replay | { fault: string }> {
  const vocabulary = briefVocabulary(loadTaxonomy().tags.values());
  const choices = new Map<string, LoggedChoice>();
  const readLine = worldReader();
  let desk: PolicyDesk | undefined;
  let given: { re: number; text: string } | null = null;
  let [number, lines, answers, same] = [0, 0, 0, 0];
  for await (const line of input) {
    number++;
    if (line.trim() === "") continue;
    const recorded = answerIn(line);
    if (recorded) {
      if (given?.re !== recorded.re)
        return { fault: `line ${number}: an answer to ${recorded.re}, which was not asked` };
      if (given.text !== recorded.text)
        return {
          fault: `line ${number}: the answer to ${recorded.re} was another one: made by other code or from other lines`,
        };
      same++;
      continue;
    }
    const read = readLine(line);
    if (typeof read === "string") return { fault: `line ${number}: ${read}` };
    if (read.type === "init")
      desk = new PolicyDesk(read, vocabulary, (task, person, choice) => choices.set(keyOf(task, person), choice));
    lines++;
    if (read.type === "outcome") noteOutcome(choices, read);
    const answer = desk?.take(read);
    if (!answer) continue;
    answers++;
    given = { re: read.seq, text: JSON.stringify({ re: read.seq, ...answer }) };
  }
  if (!desk) return { fault: "the log is empty" };
  return { lines, answers, same, ...estimates([...choices.values()], desk) };
}

const keyOf = (task: string, person: string): string => `${task} ${person}`;

/** What came of a choice; what never went out is no choice. */
function noteOutcome(choices: Map<string, LoggedChoice>, o: { task: string; person: string; event: string }): void {
  const choice = choices.get(keyOf(o.task, o.person));
  if (choice && o.event === "approved") choice.completed = true;
  if (o.event === "refused" || o.event === "undelivered") choices.delete(keyOf(o.task, o.person));
}

/** The recorded answer in a line, as the policy wrote it; null for a line of the world's. */
function answerIn(line: string): { re: number; text: string } | null {
  if (!line.includes('"from":"policy"') && !line.startsWith('{"re":')) return null;
  const { from: _, ...answer } = JSON.parse(line) as { from?: string; re: number };
  return { re: answer.re, text: JSON.stringify(answer) };
}

function estimates(log: readonly LoggedChoice[], desk: PolicyDesk) {
  const learned = desk.learned();
  const observed = policyValue(log, (choice) => choice.chances);
  const ways: [string, PolicyValue][] = [
    ["each open form alike", policyValue(log, evenly)],
    ...learned.forms.map((form): [string, PolicyValue] => [`always ${form}`, policyValue(log, always(form))]),
  ];
  return {
    weights: createHash("sha256").update(JSON.stringify(learned.state)).digest("hex"),
    formWeights: learned.formWeights,
    observed,
    whatIf: ways.map(([name, value]): WhatIf => {
      const against = value.low > observed.observed ? "better" : value.high < observed.observed ? "worse" : "not clear";
      return { name, value, against };
    }),
  };
}

const percent = (x: number): string => `${(100 * x).toFixed(1)} %`;

/** The replay in words and numbers. */
export function wordReplay(replay: Replay): string {
  const { observed, whatIf, formWeights } = replay;
  return [
    `replayed   ${replay.lines} lines, ${replay.answers} answers; ${replay.same} recorded answers, all the same`,
    `weights    sha256 ${replay.weights}`,
    ...Object.entries(formWeights).map(
      ([segment, forms]) =>
        `           ${segment}: ${Object.entries(forms)
          .sort((a, b) => b[1] - a[1])
          .map(([form, weight]) => `${form} ${weight.toFixed(3)}`)
          .join(", ")}`,
    ),
    `as it was  ${percent(observed.observed)} of ${observed.pushes} pushes completed`,
    ...whatIf.map(
      ({ name, value, against }) =>
        `what if    ${name}: ${percent(value.estimate)} (95 %: ${percent(value.low)} to ${percent(value.high)}), ${against}; by inverse chances alone ${percent(value.weighted)}, mean weight ${value.meanWeight.toFixed(2)}`,
    ),
  ].join("\n");
}

/** The command: replays a file; 0 when every recorded answer came out the same, 1 with the reason otherwise. */
export async function runReplay(file: string, json: boolean): Promise<0 | 1> {
  mustBeFile(file);
  let replay: Replay | { fault: string };
  try {
    replay = await replayPolicy(
      createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }),
    );
  } catch (fault) {
    replay = { fault: `${file}: ${wordsOfFault(fault)}` };
  }
  if ("fault" in replay) {
    process.stderr.write(`koloop policy --replay: ${replay.fault}\n`);
    return 1;
  }
  process.stdout.write(`${json ? JSON.stringify(replay, null, 1) : wordReplay(replay)}\n`);
  return 0;
}
