import { z } from "zod";
import type { Subscription, SubscriptionRule } from "#domain/subscription.ts";
import type { Connection } from "./backend.ts";

const ruleSchema: z.ZodType<SubscriptionRule> = z.union([
  z.object({
    kind: z.literal("schedule"),
    every: z.enum(["day", "week", "month"]),
    day: z.number(),
    hour: z.number(),
    minute: z.number(),
  }),
  z.object({ kind: z.literal("alarm"), is: z.enum(["above", "below"]), value: z.number() }),
]);

type Row = {
  id: string;
  person_id: string;
  question: string;
  context: string;
  rule: string;
  next_at: number;
  is_ringing: number;
  created_at: number;
};

const subscriptionOf = (row: Row): Subscription => ({
  id: row.id,
  personId: row.person_id,
  question: row.question,
  context: z.array(z.string()).parse(JSON.parse(row.context)),
  rule: ruleSchema.parse(JSON.parse(row.rule)),
  nextAt: Number(row.next_at),
  isRinging: Number(row.is_ringing) === 1,
  createdAt: Number(row.created_at),
});

export function subscriptionsTable({ sql }: Connection) {
  return {
    async add(s: Subscription): Promise<void> {
      await sql.insert("subscription", {
        id: s.id,
        person_id: s.personId,
        question: s.question,
        context: JSON.stringify(s.context),
        rule: JSON.stringify(s.rule),
        next_at: s.nextAt,
        is_ringing: s.isRinging ? 1 : 0,
        created_at: s.createdAt,
      });
    },

    async due(now: number, count: number): Promise<Subscription[]> {
      return (
        await sql.all<Row>("SELECT * FROM subscription WHERE next_at <= ? ORDER BY next_at LIMIT ?", now, count)
      ).map(subscriptionOf);
    },

    async listOf(personId: string): Promise<Subscription[]> {
      return (
        await sql.all<Row>("SELECT * FROM subscription WHERE person_id = ? ORDER BY created_at, id", personId)
      ).map(subscriptionOf);
    },

    async moveOn(id: string, nextAt: number, isRinging: boolean): Promise<void> {
      await sql.run("UPDATE subscription SET next_at = ?, is_ringing = ? WHERE id = ?", nextAt, isRinging ? 1 : 0, id);
    },

    /** Ends all that a person has asked for; returns how many there were. */
    async endAll(personId: string): Promise<number> {
      return sql.run("DELETE FROM subscription WHERE person_id = ?", personId);
    },
  };
}
