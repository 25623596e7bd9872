import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Turn } from "#domain/cue.ts";
import { root } from "#nlp/files.ts";
import { median, warming } from "./frame.ts";
import type { ContenderOrder } from "./hearing-contender.ts";

/** What somebody makes of a message, each in a process of its own. */
type Measured = { rate: number; found: unknown };

/**
 * Median messages a second of two that go through the same talks by turns, each in a process where nothing else ran and all is warm. Who remembers talks
 * hears those of `before` each time, unmeasured.
 */
export async function abreast(
  names: readonly [string, string],
  talks: readonly (readonly Turn[])[],
  rounds: number,
  before: readonly (readonly Turn[])[] = [],
): Promise<[Measured, Measured]> {
  const children = await Promise.all([started(names[0]), started(names[1])]);
  try {
    // One after the other: a model that is being taught takes the core from whoever is measured.
    for (const child of children) await tell(child, { talks, before });
    const rates: [number, number][] = [];
    for (let round = 0; round < warming + rounds; round++) {
      const rate = async (child: ChildProcess) => (await tell(child, { round: true })) as number;
      rates.push([await rate(children[0]), await rate(children[1])]);
    }
    const counted = rates.slice(warming);
    const measured = async (k: 0 | 1): Promise<Measured> => ({
      rate: median(counted.map((pair) => pair[k])),
      found: await tell(children[k], { tell: true }),
    });
    return [await measured(0), await measured(1)];
  } finally {
    await Promise.all(children.map(ended));
  }
}

async function started(name: string): Promise<ChildProcess> {
  const child = fork(join(root(), "dist", "bench", "hearing-contender.js"), [name], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await answerOf(child);
  return child;
}

function tell(child: ChildProcess, order: ContenderOrder): Promise<unknown> {
  child.send(order);
  return answerOf(child);
}

/** What it says next; a process that ends instead has failed. */
function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (code: number | null) => reject(new Error(`a contender ended with ${code}`));
    child.once("exit", failed);
    child.once("message", (said) => {
      child.off("exit", failed);
      resolve((said as { answer: unknown }).answer);
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, "exit");
  child.send({ end: true } satisfies ContenderOrder);
  await over;
}
