import { readNumber } from "./number.ts";
import { platformNamed } from "./platform.ts";
import { ok, type Result, refuse } from "./result.ts";
import type { ProofRules, Task } from "./task.ts";
import { readDeadline } from "./time-text.ts";

export type TaskEdit = Partial<
  Pick<
    Task,
    | "title"
    | "theme"
    | "brief"
    | "materials"
    | "target"
    | "forms"
    | "importance"
    | "quota"
    | "pushBudget"
    | "reward"
    | "deadlineAt"
  >
> & { proof?: Partial<ProofRules> };
export type EditRefusal = "wrong-state" | "past-time" | "bad-number";

/** An order to change a task, as it may be meant: which words name the task is the caller's to find out. */
export type EditOrder = { name: string; edit: TaskEdit };

const begins = /^(?:\/edit|(?:把)?(?:改一下|修改|更改|调整|编辑|改)|edit|change)\s*(?:任务|task)?\s*[:：]?\s*/i;
const heads: [keyof TaskEdit | "platforms" | "mustMention" | "count", RegExp][] = [
  ["deadlineAt", /截止(?:时间|日期)?|截稿|期限|ddl|deadline|due/],
  ["quota", /目标(?:数量)?|名额|数量|篇数|条数|quota/],
  ["reward", /奖励(?:积分)?|积分|酬劳|报酬|reward|points/],
  ["pushBudget", /推送(?:预算|上限|人数)|预算|budget/],
  ["importance", /重要(?:度|性)|优先级|importance|priority/],
  ["platforms", /(?:发布)?平台|platforms?/],
  ["mustMention", /必须提到|要提到|提到|提及|must mention|mention/],
  ["count", /每人(?:篇数|条数|数量)?|per person/],
  ["materials", /素材|资料|参考(?:链接|资料)?|materials?|references?/],
  ["brief", /要求|说明|简介|描述|brief|notes?/],
  ["title", /标题|名称|名字|title|name/],
];
const anyHead = heads.map(([, words]) => words.source).join("|");
const joint = /^\s*(?:改成|改为|改到|调到|调成|设为|延到|延长到|推迟到|提前到|变成|到|为|是|=|to|is)?\s*[:：]?\s*/i;

export const asksForEdit = (text: string): boolean => begins.test(text) && new RegExp(anyHead, "i").test(text);

/** Every way of parting `改 冬季续航实测 截止 12月5日,名额 30` into a task's name and what changes; the shortest name first. */
export function readEdits(text: string, now: number, zone: string): EditOrder[] {
  if (!begins.test(text)) return [];
  const rest = text.replace(begins, "");
  const orders: EditOrder[] = [];
  for (const hit of rest.matchAll(new RegExp(anyHead, "gi"))) {
    const name = rest
      .slice(0, hit.index)
      .replace(/[\s的,,、::]+$/, "")
      .trim();
    const edit = editsIn(rest.slice(hit.index), now, zone);
    if (name !== "" && edit) orders.push({ name, edit });
  }
  return orders;
}

/** All that is changed by `截止 12月5日,奖励 300`; undefined where a part cannot be read. */
function editsIn(text: string, now: number, zone: string): TaskEdit | undefined {
  const pieces = text.split(new RegExp(`[,，;;、]\\s*(?=(?:${anyHead})\\s*\\S)|\\s+(?=(?:${anyHead})\\s*\\S)`, "i"));
  let edit: TaskEdit = {};
  for (const piece of pieces) {
    const one = editOf(piece, now, zone);
    if (!one) return undefined;
    edit = { ...edit, ...one, ...((edit.proof || one.proof) && { proof: { ...edit.proof, ...one.proof } }) };
  }
  return edit;
}

function editOf(piece: string, now: number, zone: string): TaskEdit | undefined {
  for (const [field, words] of heads) {
    const head = new RegExp(`^(?:${words.source})`, "i").exec(piece);
    if (!head) continue;
    const said = piece
      .slice(head[0].length)
      .replace(joint, "")
      .replace(/[。.!!\s]+$/, "");
    if (said === "") return undefined;
    if (field === "brief" || field === "title") return { [field]: said };
    const names = said.split(/[、,,/\s]+|和|或|及/).filter(Boolean);
    if (field === "mustMention") return { proof: { mustMention: names } };
    if (field === "platforms") return platformsIn(said, names);
    if (field === "materials") return materialsIn(said);
    if (field === "deadlineAt") {
      const at = readDeadline(said, now, zone);
      return at === null ? undefined : { deadlineAt: at };
    }
    const number = readNumber(said.replace(/\s*(?:篇|条|个|份|人|积分|分|pieces?|people|points?)$/i, ""));
    if (number === null) return undefined;
    return field === "count" ? { proof: { count: number } } : { [field]: number };
  }
  return undefined;
}

function platformsIn(said: string, names: string[]): TaskEdit | undefined {
  if (/^(?:不限|任意|都可以|any|all)$/i.test(said)) return { proof: { platforms: [] } };
  const platforms = names.map(platformNamed);
  return platforms.every((platform) => platform !== null) ? { proof: { platforms } } : undefined;
}

function materialsIn(said: string): TaskEdit | undefined {
  if (/^(?:没有|无|不用|none|no)$/i.test(said)) return { materials: [] };
  const materials = said.split(/[\s,,、;;]+/).filter(Boolean);
  return materials.every(isMaterial) ? { materials } : undefined;
}

/** Whether this can stand among a task's materials: a whole web address. */
export const isMaterial = (address: string): boolean =>
  address.length <= 500 && /^https?:\/\/[^\s<>"]+\.[^\s<>"]+$/i.test(address);

/**
 * Changes a task that has not ended. Another brief is another wording: what is learned of it begins anew. Refuses a deadline that has
 * passed and numbers that cannot be meant.
 */
export function editTask(task: Task, edit: TaskEdit, now: number): Result<Task, EditRefusal> {
  if (!["draft", "scheduled", "open", "paused"].includes(task.status)) return refuse("wrong-state");
  if (edit.deadlineAt != null && edit.deadlineAt <= now) return refuse("past-time");
  const whole = (n: number | null | undefined, least: number) => n == null || (Number.isInteger(n) && n >= least);
  if (!whole(edit.quota, 1) || !whole(edit.reward, 0) || !whole(edit.pushBudget, 1)) return refuse("bad-number");
  if (edit.importance !== undefined && ![1, 2, 3, 4, 5].includes(edit.importance)) return refuse("bad-number");
  if (!whole(edit.proof?.count, 1)) return refuse("bad-number");
  const reworded = edit.brief !== undefined && edit.brief !== task.brief;
  const proof = { ...task.proof, ...edit.proof };
  return ok({ ...task, ...edit, proof, briefVersion: task.briefVersion + (reworded ? 1 : 0), updatedAt: now });
}

/** Whether people who hold the task's card see anything of this change. */
export const showsOnOffers = (edit: TaskEdit): boolean =>
  edit.deadlineAt !== undefined ||
  edit.reward !== undefined ||
  edit.brief !== undefined ||
  edit.title !== undefined ||
  edit.materials !== undefined ||
  edit.forms !== undefined ||
  edit.proof !== undefined;
