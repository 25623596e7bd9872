import type { Turn } from "#domain/cue.ts";
import type { MessageEvent } from "./incoming.ts";

/** Words to be heard once more: the subject is found anew, since much may have happened meanwhile. */
export type WordsAgain = { event: MessageEvent; personId: string; turns: readonly Turn[] };
/** A question that was not understood. */
export type QuestionAgain = { event: MessageEvent; personId: string; conversationId: string; question: string };

/** What the optional language model may add afterwards. Both return at once; without a model nothing ever follows. */
export type SecondThoughts = {
  ofWords(job: WordsAgain): void;
  ofQuestion(job: QuestionAgain): void;
};

export const noSecondThoughts: SecondThoughts = { ofWords: () => {}, ofQuestion: () => {} };
