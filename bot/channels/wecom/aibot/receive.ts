import { createHash } from "node:crypto";
import { z } from "zod";

const text = z.looseObject({ content: z.string().default("") });
const clickSchema = z.looseObject({ event_key: z.string(), task_id: z.string().default("") });
const bodySchema = z.looseObject({
  msgid: z.string().optional(),
  chatid: z.string().optional(),
  chattype: z.string().default("single"),
  create_time: z.number().optional(),
  from: z.looseObject({ userid: z.string() }),
  msgtype: z.string(),
  text: text.optional(),
  voice: text.optional(),
  mixed: z.looseObject({ msg_item: z.array(z.looseObject({ msgtype: z.string(), text: text.optional() })) }).optional(),
  event: z.looseObject({ eventtype: z.string(), template_card_event: clickSchema.optional() }).optional(),
});

export type BotEvent = { id: string; raw: string; chatid: string | undefined; at: number | undefined } & (
  | { type: "message"; text: string }
  | { type: "tap"; key: string; taskId: string }
  | { type: "entered" }
  | { type: "other"; name: string }
);

/** A callback of the bot: click events come nested (the documents) or flat (the SDK's types). Undefined: not one at all. */
export function readBotEvent(body: unknown): BotEvent | undefined {
  const read = bodySchema.safeParse(body);
  if (!read.success || read.data.from.userid === "" || read.data.from.userid === "sys") return undefined;
  const { msgid, chatid, chattype, create_time: created, from, msgtype, event } = read.data;
  const envelope = {
    id: `bot:${msgid ?? createHash("sha256").update(JSON.stringify(body)).digest("base64url")}`,
    raw: from.userid,
    chatid: chattype === "group" ? chatid : undefined,
    at: created === undefined ? undefined : created > 1e11 ? created : created * 1000,
  };
  if (msgtype !== "event") return { ...envelope, type: "message", text: wordsOf(read.data) };
  if (event?.eventtype === "enter_chat") return { ...envelope, type: "entered" };
  if (event?.eventtype !== "template_card_event") return { ...envelope, type: "other", name: event?.eventtype ?? "" };
  const click = event.template_card_event ?? clickSchema.safeParse(event).data;
  if (!click) return { ...envelope, type: "other", name: event.eventtype };
  return { ...envelope, type: "tap", key: click.event_key, taskId: click.task_id };
}

function wordsOf({ msgtype, text, voice, mixed, chattype }: z.infer<typeof bodySchema>): string {
  const said =
    msgtype === "text"
      ? text?.content
      : msgtype === "voice"
        ? voice?.content
        : mixed?.msg_item.map((item) => item.text?.content ?? "").join(" ");
  const words = (said ?? "").trim();
  return chattype === "group" ? withoutMention(words) : words;
}

/**
 * What was said beside the bot's name. WeCom ends a name with a space, some clients with a wider one; where there is none, a name in
 * Latin letters ends where Chinese begins.
 */
function withoutMention(words: string): string {
  const spaced = words.replace(/(^|\s)@\S+(?=\s|$)/g, "$1").trim();
  if (spaced !== "" && spaced !== words) return spaced;
  return words
    .replace(/@[\w.-]+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
