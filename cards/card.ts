import { z } from "zod";
import { actionSchema } from "./action.ts";

export type Lang = "zh" | "en";

const textBlock = z.object({ type: z.literal("text"), text: z.string() });
/** Somebody's own words, verbatim. */
const quoteBlock = z.object({ type: z.literal("quote"), text: z.string(), from: z.string().optional() });
const factBlock = z.object({ type: z.literal("fact"), label: z.string(), value: z.string() });
const linkBlock = z.object({ type: z.literal("link"), label: z.string(), url: z.string() });
/** At most 12 columns and 50 rows; `alignRight` lists the columns that hold figures. */
const tableBlock = z.object({
  type: z.literal("table"),
  columns: z.array(z.string()).max(12),
  rows: z.array(z.array(z.string())).max(50),
  alignRight: z.array(z.number()).default([]),
});
/** A picture kept in the table `picture`; `alt` says in words what it shows, for channels and people that can't see it. */
const pictureBlock = z.object({ type: z.literal("picture"), pictureId: z.string(), alt: z.string() });

const blockSchema = z.discriminatedUnion("type", [
  textBlock,
  quoteBlock,
  factBlock,
  linkBlock,
  tableBlock,
  pictureBlock,
]);
const buttonSchema = z.object({
  label: z.string(),
  action: actionSchema,
  tone: z.enum(["primary", "normal", "danger"]),
});

/** Everything koloop can show. It waits in the outbox as JSON, hence a schema and a version. */
export const cardSchema = z.object({
  v: z.literal(1),
  /** Same key, same room: replaces the earlier card where the vendor can. */
  key: z.string(),
  title: z.string(),
  blocks: z.array(blockSchema),
  /** WeCom shows six at most. */
  buttons: z.array(buttonSchema).max(6),
  /** How it ended, once it is settled: `林婉清 已确认 · 14:03`. */
  settled: z.string().optional(),
});

export type Block = z.infer<typeof blockSchema>;
export type Button = z.infer<typeof buttonSchema>;
export type Card = z.infer<typeof cardSchema>;

/** What a channel is given to deliver: a card, or plain words as an answer in a conversation. */
export const bodySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("card"), card: cardSchema }),
  z.object({ type: z.literal("text"), text: z.string() }),
]);
export type Body = z.infer<typeof bodySchema>;
