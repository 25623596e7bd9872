/**
 * What an answer may be given through: a press (the app's response_code, or the req_id of the bot's event), or a message to the bot
 * (its req_id). It travels in `Address.reply`. `at` is when it came.
 */
export type Handle =
  | { kind: "tap"; line: "app" | "aibot"; code: string; taskId: string; at: number; freshMs: number }
  | { kind: "question"; reqId: string; at: number; freshMs: number };

/** The bot's event takes its update within 5 s (shared/wecom.md 4.5), a stream within 6 min (4.6); a little less, for the way. */
const tapFreshMs = 4800;
const questionFreshMs = 300_000;

export const tapHandle = (line: "app" | "aibot", code: string, taskId: string, at: number): string =>
  JSON.stringify(["tap", line, code, taskId, at]);

export const questionHandle = (reqId: string, at: number): string => JSON.stringify(["question", reqId, at]);

export function readHandle(reply: string | undefined): Handle | undefined {
  if (reply === undefined) return undefined;
  const [kind, ...rest] = JSON.parse(reply) as [string, ...(string | number)[]];
  if (kind === "question") return { kind, reqId: String(rest[0]), at: Number(rest[1]), freshMs: questionFreshMs };
  if (kind !== "tap") return undefined;
  const [line, code, taskId, at] = rest;
  return {
    kind,
    line: line === "app" ? "app" : "aibot",
    code: String(code),
    taskId: String(taskId),
    at: Number(at),
    freshMs: tapFreshMs,
  };
}
