type Json = Record<string, unknown>;
export type SentCard = { to: string; line: "app" | "aibot"; card: Json; updates: Json[] };

const bytes = (text: unknown): number => Buffer.byteLength(String(text));
const points = (text: unknown): number => [...String(text ?? "")].length;
/** The display limits of the fact sheet (3.1), the larger of the two lines. */
const shown = { title: 36, desc: 44, subTitle: 160, keyname: 5, value: 30, button: 10 };

/** What WeCom would refuse or cut a button_interaction card for (fact sheet 3.1); undefined: it is fine. */
export function checkCard(
  card: Json,
  usedTaskIds: readonly string[],
  limits: Partial<typeof shown> = {},
): string | undefined {
  const most = { ...shown, ...limits };
  const buttons = card.button_list as { text: string; key: string }[] | undefined;
  const facts = (card.horizontal_content_list as { keyname: string; value: string }[] | undefined) ?? [];
  const title = card.main_title as { title?: string; desc?: string } | undefined;
  const quote = card.quote_area as { title?: string; quote_text?: string } | undefined;
  const taskId = String(card.task_id ?? "");
  if (card.card_type !== "button_interaction") return "not a button_interaction card";
  if (!/^[0-9A-Za-z_@-]{1,128}$/.test(taskId)) return `task_id ${taskId}`;
  if (usedTaskIds.includes(taskId)) return `task_id used twice: ${taskId}`;
  if (!title?.title) return "no title";
  if (points(title.title) > most.title || points(title.desc) > most.desc) return `title too long: ${title.title}`;
  if (points(card.sub_title_text) > most.subTitle) return "sub_title_text too long";
  if (quote && (!quote.quote_text || bytes(quote.title) > 512 || bytes(quote.quote_text) > 1024)) return "quote area";
  if (!buttons || buttons.length < 1 || buttons.length > 6) return "1 to 6 buttons";
  if (buttons.some(({ text, key }) => !text || !key || bytes(key) > 1024)) return "a button without text or key";
  if (buttons.some(({ text }) => points(text) > most.button)) return "a button's text is too long";
  if (new Set(buttons.map(({ key }) => key)).size !== buttons.length) return "keys must differ";
  if (facts.length > 6) return "more than 6 facts";
  if (facts.some((f) => !f.keyname || points(f.keyname) > most.keyname || points(f.value) > most.value))
    return `a fact without a name, or too long: ${JSON.stringify(facts)}`;
  return undefined;
}

/** What kf/send_msg would refuse (fact sheet 6.3); undefined: it is fine. */
export function checkKf(body: Json): string | undefined {
  if (body.msgid !== undefined && !/^[0-9a-zA-Z_-]{1,32}$/.test(String(body.msgid))) return `kf msgid ${body.msgid}`;
  if (body.msgtype === "text") {
    const { content } = body.text as { content: string };
    return content !== "" && bytes(content) <= 2048 ? undefined : "kf text empty or too long";
  }
  if (body.msgtype !== "msgmenu") return `kf message ${body.msgtype}`;
  const menu = body.msgmenu as { head_content?: string; tail_content?: string; list: { type: string; click?: Json }[] };
  if (bytes(menu.head_content ?? "") > 1024 || bytes(menu.tail_content ?? "") > 1024) return "kf menu's words too long";
  if (menu.list.length < 1 || menu.list.length > 10) return "kf menu of 1 to 10 items";
  const isFine = ({ click }: { click?: Json }) =>
    click !== undefined &&
    bytes(click.id) >= 1 &&
    bytes(click.id) <= 64 &&
    bytes(click.content) >= 1 &&
    bytes(click.content) <= 128;
  return menu.list.every(isFine) ? undefined : `kf menu item: ${JSON.stringify(menu.list)}`;
}
