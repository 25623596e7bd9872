import type { TaskField } from "./task-words.ts";

/** A message that begins a new task. */
export const beginsTask = /^\s*(?:\/task|新任务|新建任务|建任务|发任务|派任务|new task)(?=$|[\s::,,])/i;

/** A message about a task with the answer to one question added, the way `readTask` knows it. */
export function withAnswer(said: string, asked: TaskField, words: string): string {
  const text = words.trim();
  switch (asked) {
    case "title":
      return said.replace(beginsTask, (head) => `${head}:《${text.replace(/[《》]/g, "")}》,`);
    case "audience":
      return /^(?:给|for)/i.test(text) ? `${said},${text}` : `${said},给${text}`;
    case "quota":
      return /^\d+$/.test(text) ? `${said},${text}篇` : `${said},${text}`;
    case "deadline":
      return /[前止内]|by|until/i.test(text) ? `${said},${text}` : `${said},${text}前`;
    case "reward":
      return /^\d+$/.test(text) ? `${said},奖励${text}` : `${said},${text}`;
    case "pushBudget":
      return /^\d+$/.test(text) ? `${said},推送预算 ${text}` : `${said},${text}`;
    default:
      return `${said},${text}`;
  }
}

/** The message without the people of that name, and without what led to them. */
export function withoutName(said: string, name: string): string {
  const literal = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const led = new RegExp(`(?:发给|推给|面向|针对|给|for )?\\s*${literal}[^,,;;。\\n]{0,4}(?=[,,;;。\\n]|$)`, "i");
  return led.test(said) ? said.replace(led, "") : said.replace(name, "");
}
