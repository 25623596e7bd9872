import type { TaskMove } from "./task-life.ts";

/** What a manager may tell koloop to do with a running task. */
export type TaskOrder = { name: string } & (
  | { kind: "move"; move: TaskMove }
  | { kind: "withdraw" }
  | { kind: "next-wave" }
  | { kind: "autopilot"; on: boolean }
);

type Doing = TaskOrder extends infer O ? (O extends TaskOrder ? Omit<O, "name"> : never) : never;

const verbs: [string, Doing][] = [
  ["暂停|停一下|先停|pause", { kind: "move", move: "pause" }],
  ["继续|恢复|重新开始|重开|resume|reopen", { kind: "move", move: "resume" }],
  ["关闭|结束|关掉|停掉|close", { kind: "move", move: "close" }],
  ["归档|存档|archive", { kind: "move", move: "archive" }],
  ["撤回|收回|withdraw", { kind: "withdraw" }],
  ["下一批|再推一批|补推|next wave(?: of)?", { kind: "next-wave" }],
  ["打开自动补推|自动补推|autopilot", { kind: "autopilot", on: true }],
  ["关闭自动补推|取消自动补推|停止自动补推|no autopilot", { kind: "autopilot", on: false }],
];

/** `暂停 冬季续航实测`, `把冬季续航实测关掉`, `close winter range`; undefined for anything else. The name may be empty: the only one there is. */
export function readTaskOrder(text: string): TaskOrder | undefined {
  const said = text.trim().replace(/[。.!!]+$/, "");
  let best: { length: number; order: TaskOrder } | undefined;
  for (const [words, doing] of verbs) {
    const first = new RegExp(`^/?(${words})(?:一下)?(?:任务|\\s+task(?![a-z]))?(?:[\\s::]*|$)(.*)$`, "i").exec(said);
    const last = new RegExp(`^把\\s*(.+?)\\s*(?:任务)?\\s*(${words})(?:掉|一下|吧|了)?$`, "i").exec(said);
    const [verb, name] = first ? [first[1], first[2]] : last ? [last[2], last[1]] : [];
    if (verb === undefined || (best && best.length >= verb.length)) continue;
    const tidy = (name ?? "").replace(/^[「《“"]|[」》”"]$/g, "").trim();
    best = { length: verb.length, order: { ...doing, name: tidy } as TaskOrder };
  }
  return best?.order;
}

/** `定时 冬季续航实测 12月1日9点`: the name is what stands before the time. */
export function readSchedule(text: string): { name: string; when: string } | undefined {
  const said = /^(?:\/schedule|定时(?:发送|发布)?|schedule)\s*(?:任务|task)?\s*[:：]?\s*(.+)$/i.exec(text.trim())?.[1];
  const parts = said && /^(.+?)[\s,,、]+(?:在|于|at|on)?\s*([^\s,,].*)$/.exec(said);
  return parts ? { name: parts[1] as string, when: parts[2] as string } : undefined;
}
