import type { Figures, RawSnapshot } from "./cleaning.ts";
import type { Cell, StepCounts } from "./step-health.ts";

/** What a health report is about. */
export type HealthScope = { kind: "task" | "theme" | "segment" | "koc" | "month"; id: string; name: string };

/** One push with the times of its steps, the segments the person was in then, and whether it went out at night. */
export type PushFact = {
  taskId: string;
  personId: string;
  form: string;
  segments: string[];
  atNight: boolean;
  pushedAt: number;
  seenAt: number | null;
  acceptedAt: number | null;
  declinedAt: number | null;
  declineReason: string | null;
  submittedAt: number | null;
  approvedAt: number | null;
  rejectedAt: number | null;
  /** When silence is no longer patience: the deadline or the close of its task; null: it runs on. */
  endsAt: number | null;
};

export type PostFact = {
  id: string;
  taskId: string;
  personId: string;
  personName: string;
  form: string;
  platform: string;
  url: string;
  submittedAt: number;
  snapshots: RawSnapshot[];
};

export type ReadComment = {
  submissionId: string;
  at: number;
  author: string;
  text: string;
  sentiment: "positive" | "neutral" | "negative";
  score: number;
  aspects: { aspect: string; sentiment: "positive" | "neutral" | "negative" }[];
  keywords: string[];
};

/** What is asked of people in a task: a cause may lie there. */
export type TaskTerms = { taskId: string; theme: string; leadDays: number | null; reward: number };

export type HealthFacts = {
  scope: HealthScope;
  now: number;
  status: string | null;
  quota: number | null;
  themes: string[];
  forms: string[];
  pushes: PushFact[];
  /** The comparable tasks (for a person or a segment: others' pushes of the same tasks). */
  peers: Cell[];
  /** Their pushes by the segment of the person. */
  peersBySegment: Map<string, Cell[]>;
  /** Their pushes of the same themes as these, where the report is of one task. */
  peersOfTheme: Cell[];
  peersAtNight: StepCounts;
  peerDeclines: Map<string, number>;
  terms: TaskTerms[];
  peerTerms: TaskTerms[];
  posts: PostFact[];
  /** The latest figures of other posts, by form and platform. */
  peerPosts: { form: string; platform: string; figures: Figures }[];
  handIns: { all: number; sentBack: number; rejected: number; waiting: number; notes: string[] };
  comments: { read: ReadComment[]; copied: number; doubles: number; own: number };
  segmentNames: Map<string, string>;
};
