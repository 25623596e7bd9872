type Json = Record<string, unknown>;
export type SentCard = { to: string; line: "app" | "aibot"; card: Json; updates: Json[] };

const bytes = (text: unknown): number => Buffer.byteLength(String(text));

/** What WeCom would refuse a button_interaction card for (fact sheet 3.1); undefined: it is fine. */
export function checkCard(card: Json, usedTaskIds: readonly string[]): string | undefined {
  const buttons = card.button_list as { text: string; key: string }[] | undefined;
  const taskId = String(card.task_id ?? "");
  if (card.card_type !== "button_interaction") return "not a button_interaction card";
  if (!/^[0-9A-Za-z_@-]{1,128}$/.test(taskId)) return `task_id ${taskId}`;
  if (usedTaskIds.includes(taskId)) return `task_id used twice: ${taskId}`;
  if (!(card.main_title as Json | undefined)?.title) return "no title";
  if (!buttons || buttons.length < 1 || buttons.length > 6) return "1 to 6 buttons";
  if (buttons.some(({ text, key }) => !text || !key || bytes(key) > 1024)) return "a button without text or key";
  if (new Set(buttons.map(({ key }) => key)).size !== buttons.length) return "keys must differ";
  if (((card.horizontal_content_list as unknown[] | undefined) ?? []).length > 6) return "more than 6 facts";
  return undefined;
}
