import type { Block } from "#cards/card.ts";
import type { DeskButton } from "#cards/task-desk.ts";
import type { WrittenTask } from "#handlers/read-tasks.ts";

export type { DeskButton } from "#cards/task-desk.ts";
export type { WrittenTask } from "#handlers/read-tasks.ts";

/** The managers' page of tasks: every word is chosen on the server, in the reader's language. */
export type TaskListView = {
  tasks: { id: string; title: string; status: string; state: string; facts: string }[];
  templates: { id: string; title: string; facts: string }[];
};

type Choice = { key: string; name: string };

export type TaskDeskView = {
  form: WrittenTask;
  /** Who last saw this may change it; 0 for a task that is not kept yet. */
  version: number;
  /** Empty where it is not kept yet. */
  state: string;
  isEditable: boolean;
  buttons: DeskButton[];
  /** How it goes, once somebody was asked. */
  progress: Block[];
  choices: { audience: string[]; themes: string[]; forms: Choice[]; platforms: Choice[] };
};

/** Whom a task would ask now, or why it is none yet. */
export type TaskPreview = { fault: string } | { people: number; blocks: Block[] };
