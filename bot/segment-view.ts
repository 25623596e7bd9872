/** The managers' page of segments: every word is chosen on the server, in the reader's language. */
export type SegmentListView = { segments: SegmentRow[] };

export type SegmentRow = {
  id: string;
  name: string;
  version: number;
  rule: string;
  members: number;
  /** While a new rule is settled for everybody: how far, and since when the others are as of. */
  settling: { done: number; total: number; words: string } | null;
};

/** What a rule in words would do, or why it is none yet. */
export type SegmentPreview =
  | { fault: string }
  | { rule: string; size: number; members: number; entering: string; leaving: string; moves: boolean };

export type SegmentDetail = SegmentRow & {
  /** What names it: it can be retired once the segments do not; running tasks are told of. */
  namedBy: { segments: string[]; tasks: string[] };
  people: { id: string; name: string; since: string; because: string }[];
  /** Where the next people begin; absent: these are all. */
  next?: string;
};
