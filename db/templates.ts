import { z } from "zod";
import type { Template } from "#domain/template.ts";
import { usualDays } from "#domain/template.ts";
import type { Connection } from "./backend.ts";
import { formsSchema, proofSchema, targetSchema } from "./tasks.ts";

const bodySchema = z.object({
  title: z.string(),
  theme: z.string(),
  brief: z.string(),
  materials: z.array(z.string()).default([]),
  target: targetSchema,
  forms: formsSchema,
  importance: z.number(),
  quota: z.number(),
  reward: z.number(),
  proof: proofSchema,
  days: z.number().default(usualDays),
});
const evidenceSchema = z.object({
  task: z.string(),
  quota: z.number(),
  asked: z.number().default(0),
  accepted: z.number().default(0),
  submitted: z.number().default(0),
  approved: z.number(),
  reads: z.number().nullable().default(null),
  interactions: z.number().nullable().default(null),
  pattern: z.object({ tasks: z.number(), strong: z.number(), level: z.number() }).optional(),
});

type Row = { id: string; title: string; body: string; evidence: string; createdBy: string | null; createdAt: bigint };

const templateOf = ({ id, title, createdBy, createdAt, body, evidence }: Row): Template => ({
  id,
  title,
  createdBy,
  createdAt: Number(createdAt),
  body: bodySchema.parse(JSON.parse(body)),
  evidence: evidenceSchema.parse(JSON.parse(evidence)),
});

/** Tasks that were kept to be used again. */
export function templatesTable({ prisma }: Connection) {
  return {
    async add({ body, evidence, ...rest }: Template): Promise<void> {
      const row = { ...rest, body: JSON.stringify(body), evidence: JSON.stringify(evidence) };
      await (await prisma()).template.create({ data: row });
    },

    /** Those in use, the newest first. */
    async list(): Promise<Template[]> {
      const rows = await (await prisma()).template.findMany({
        where: { retiredAt: null },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      });
      return rows.map(templateOf);
    },

    async find(id: string): Promise<Template | undefined> {
      const row = await (await prisma()).template.findFirst({ where: { id, retiredAt: null } });
      return row ? templateOf(row) : undefined;
    },

    async retire(id: string, at: number): Promise<void> {
      await (await prisma()).template.update({ where: { id }, data: { retiredAt: at } });
    },
  };
}
