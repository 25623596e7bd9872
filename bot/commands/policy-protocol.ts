import { z } from "zod";

const time = z.string().refine((t) => !Number.isNaN(Date.parse(t)), "not a time");
const tags = z.array(z.string());
const rule = z.object({ all: tags.default([]), any: tags.default([]), none: tags.default([]) });
const clock = z.string().regex(/^\d\d:\d\d$/);
const line = { seq: z.number().int(), at: time.optional() };

const person = z.object({
  id: z.string(),
  tags,
  roles: z.array(z.string()),
  consent: z.object({ push: z.boolean() }),
  active_hours: z.array(z.tuple([z.number(), z.number()])),
  tz_offset_min: z.number(),
});

/** A list whose members have ids of their own. */
const oncePerId = <T extends z.ZodType<{ id: string }>>(one: T) =>
  z.array(one).superRefine((list, context) => {
    const seen = new Set<string>();
    for (const [k, { id }] of list.entries()) {
      if (seen.has(id)) context.addIssue({ code: "custom", path: [k, "id"], message: `"${id}" is there twice` });
      seen.add(id);
    }
  });

const init = z.object({
  type: z.literal("init"),
  seq: z.number().int(),
  protocol: z.literal(1),
  seed: z.number().int(),
  at: time,
  forms: z.array(z.string()).min(1),
  caps: z.object({
    pushes_per_person_per_week: z.number().int(),
    quiet_hours: z.object({ from: clock, to: clock }).nullable(),
  }),
  segments: oncePerId(z.object({ id: z.string(), rule })),
  people: oncePerId(person),
});

const task = z.object({
  type: z.literal("task"),
  seq: z.number().int(),
  at: time,
  round: z.number(),
  id: z.string(),
  theme: z.string(),
  brief: z.string(),
  brief_version: z.number(),
  importance: z.number(),
  segments: z.array(z.string()),
  eligible: rule,
  forms: z.array(z.string()).min(1),
  quota: z.number().int().min(0),
  push_budget: z.number().int().min(0),
  closes_at: time,
});

const count = z.number().optional();
const outcome = z.object({
  type: z.literal("outcome"),
  seq: z.number().int(),
  at: time,
  task: z.string(),
  person: z.string(),
  form: z.string(),
  event: z.enum([
    "refused",
    "undelivered",
    "seen",
    "accepted",
    "declined",
    "submitted",
    "approved",
    "rejected",
    "metrics",
  ]),
  reason: z.string().optional(),
  platform: z.string().optional(),
  day: count,
  reads: count,
  likes: count,
  comments: count,
  shares: count,
  completion_rate: z.number().nullable().optional(),
});

const profile = z.object({
  type: z.literal("profile"),
  seq: z.number().int(),
  at: time,
  person: z.string(),
  added: tags,
  retracted: tags,
  consent: z.object({ push: z.boolean() }).optional(),
});

/** A line of the world (`shared/sim/PROTOCOL.md`, section 2). Unknown fields are ignored. */
const messageSchema = z.discriminatedUnion("type", [
  init,
  z.object({ type: z.literal("round"), seq: z.number().int(), at: time, round: z.number() }),
  task,
  outcome,
  profile,
  z.object({ type: z.literal("close"), seq: z.number().int(), at: time, task: z.string(), theme: z.string() }),
  z.object({ ...line, type: z.literal("ask"), what: z.string() }),
  z.object({ ...line, type: z.literal("end") }),
]);
export type Message = z.infer<typeof messageSchema>;

const questions: ReadonlySet<Message["type"]> = new Set(["init", "task", "close", "ask", "end"]);

/**
 * Reads a world line by line; a text that says what is wrong where a line breaks the protocol by itself or by what came before it.
 * Outcomes that come twice, late or for nobody break nothing: they are the learner's to bear.
 */
export function worldReader(): (line: string) => Message | string {
  let forms: ReadonlySet<string> | undefined;
  let asked = Number.NEGATIVE_INFINITY;
  const tasks = new Set<string>();
  const fault = (message: Message): string | undefined => {
    if (!forms && message.type !== "init") return `"${message.type}" came before "init"`;
    if (forms && message.type === "init") return 'a second "init"';
    if (questions.has(message.type) && message.seq <= asked) return `seq: ${message.seq} does not follow ${asked}`;
    if (message.type !== "task") return undefined;
    if (tasks.has(message.id)) return `id: the task "${message.id}" was told already`;
    const strange = message.forms.findIndex((form) => !forms?.has(form));
    return strange < 0 ? undefined : `forms.${strange}: "${message.forms[strange]}" is none of init's forms`;
  };
  return (line) => {
    const message = readMessage(line);
    if (typeof message === "string") return message;
    const broken = fault(message);
    if (broken !== undefined) return broken;
    if (message.type === "init") forms = new Set(message.forms);
    if (message.type === "task") tasks.add(message.id);
    if (questions.has(message.type)) asked = message.seq;
    return message;
  };
}

function readMessage(line: string): Message | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return `not JSON: ${line.slice(0, 80)}`;
  }
  const read = messageSchema.safeParse(value);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  return issue ? `${issue.path.join(".") || "the line"}: ${issue.message}` : "not understood";
}
