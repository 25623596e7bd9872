import { z } from "zod";

/** The last questions of a chat: what later ones lean on, and what the buttons of their answers speak of. */
export const recentSchema = z.array(
  z.object({
    id: z.string(),
    question: z.string(),
    context: z.array(z.string()),
    /** For a question that was asked back: what each button would have said. */
    choices: z.array(z.string()),
    at: z.number(),
  }),
);
export type RecentQuestion = z.infer<typeof recentSchema>[number];
