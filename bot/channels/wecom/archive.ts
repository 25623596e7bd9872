import { z } from "zod";

const text = z.string().nullish();
const lineSchema = z.looseObject({
  msgid: z.string().min(1),
  action: z.string(),
  from: text,
  tolist: z.array(z.string()).nullish(),
  roomid: text,
  msgtime: z.coerce.number().optional(),
  msgtype: text,
  text: z.looseObject({ content: z.string() }).nullish(),
  info: z.looseObject({ content: text }).nullish(),
  link: z.looseObject({ title: text, description: text }).nullish(),
  mixed: z.looseObject({ item: z.array(z.looseObject({ type: z.string(), content: z.string() })) }).nullish(),
  revoke: z.looseObject({ pre_msgid: z.string() }).nullish(),
  agree: z.looseObject({ userid: text }).nullish(),
  disagree: z.looseObject({ userid: text }).nullish(),
});
/** An id that an archiver has written as a number: beyond 2^53 it would be another one. Inside a string the quotes are escaped. */
const numberedId = /"((?:pre_)?msgid|from|roomid|userid)"\s*:\s*(\d+)/g;
const mixedText = z.looseObject({ content: z.string() });

type Envelope = { id: string; from: string; to: string[]; roomId: string; at: number };
/** What a line of the archive means to koloop. */
export type ArchiveLine =
  | (Envelope & { type: "said"; text: string })
  | (Envelope & { type: "recalled"; messageId: string })
  | (Envelope & { type: "consent"; agrees: boolean; customer: string })
  /** Of a kind that koloop does not listen to: pictures, calls, switches. */
  | { type: "other"; name: string };

/** Reads one decrypted line; undefined for what is damaged. */
export function readArchiveLine(text: string): ArchiveLine | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(numberedId, '"$1":"$2"'));
  } catch {
    return undefined;
  }
  const read = lineSchema.safeParse(json);
  if (!read.success) return undefined;
  const line = read.data;
  const other: ArchiveLine = { type: "other", name: line.msgtype || line.action };
  if (!line.from) return other;
  const envelope = {
    id: line.msgid,
    from: line.from,
    to: line.tolist ?? [],
    roomId: line.roomid ?? "",
    at: line.msgtime ?? 0,
  };
  if (line.revoke) return { ...envelope, type: "recalled", messageId: line.revoke.pre_msgid };
  const consent = line.msgtype === "agree" ? line.agree : line.msgtype === "disagree" ? line.disagree : undefined;
  if (consent)
    return { ...envelope, type: "consent", agrees: line.msgtype === "agree", customer: consent.userid ?? "" };
  if (line.action !== "send") return other;
  const words = wordsOf(line).trim();
  return words === "" ? other : { ...envelope, type: "said", text: words };
}

function wordsOf(line: z.infer<typeof lineSchema>): string {
  switch (line.msgtype) {
    case "text":
      return ownWords(line.text?.content ?? "");
    case "markdown":
      return line.info?.content ?? "";
    case "link":
      return [line.link?.title, line.link?.description].filter(Boolean).join("\n");
    case "mixed":
      return (line.mixed?.item ?? [])
        .flatMap(({ type, content }) => (type === "text" ? [mixedWords(content)] : []))
        .join("\n");
    default:
      return "";
  }
}

/** A quoting reply comes as the quoted words, a rule and the answer: only the answer is the writer's own. */
function ownWords(content: string): string {
  const rule = [...content.matchAll(/\n\s*-{6,}\s*\n/g)].at(-1);
  return rule ? content.slice(rule.index + rule[0].length) : content;
}

/** The text of a mixed message is JSON once more. */
function mixedWords(content: string): string {
  try {
    return mixedText.safeParse(JSON.parse(content)).data?.content ?? "";
  } catch {
    return "";
  }
}
