import type { Answer, Query } from "#domain/query.ts";
export type AnswerView = { lang: "zh" | "en"; now: number; zone: string };
export const queryText = ({ query }: { query: Query }, _: AnswerView): string => JSON.stringify(query);
export const answerText = ({ answer }: { query: Query; answer: Answer }, _: AnswerView): string =>
  JSON.stringify(answer);
