/**
 * A manager's word on a form weight, which matching obeys until it expires: frozen (what is learned meanwhile changes nothing), or not below
 * a floor. What is learned goes on being learned beneath it.
 */
export type Override = {
  /** What the undo is called by. */
  id: string;
  kind: "freeze" | "floor";
  /** The chance that a member accepts and hands in a fitting task, 0 to 1, as the weights are shown. */
  value: number;
  reason: string;
  by: string;
  at: number;
  until: number;
};

const DAY = 86_400_000;
/** Without a word on it an override stands this long, and at most this long. */
export const OVERRIDE_DAYS = { usual: 30, most: 365 };

export const isInForce = (override: Pick<Override, "until">, now: number): boolean => now < override.until;

const logit = (p: number): number => {
  const inside = Math.min(0.99, Math.max(0.01, p));
  return Math.log(inside / (1 - inside));
};

/** By how many logits matching moves the liking of the form, given what is learned now. */
export function shiftOf(override: Override, learned: number): number {
  const shift = logit(override.value) - logit(learned);
  return override.kind === "floor" ? Math.max(0, shift) : shift;
}

/** Segment id -> form -> logits. */
export type LikingShifts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What the overrides of a person's segments add to the liking of a form: the mean over the segments, as the liking itself is. */
export function shiftFor(shifts: LikingShifts, segments: readonly string[], form: string): number {
  let sum = 0;
  for (const id of segments) sum += shifts[id]?.[form] ?? 0;
  return segments.length > 0 ? sum / segments.length : 0;
}

/** What was ordered, in the words of the order; which segment and form `what` names is the caller's to find. */
export type OverrideOrder =
  | { kind: "freeze" | "floor"; what: string; value?: number; days?: number; until?: string; reason: string }
  | { kind: "release"; what: string };

const verbs: [RegExp, OverrideOrder["kind"]][] = [
  [/^(?:冻结|锁定|锁住)(?:权重)?[\s::]*(.+)$/, "freeze"],
  [/^(?:设(?:定|置)?(?:权重)?下限|保底)[\s::]*(.+)$/, "floor"],
  [/^(?:解冻|解除(?:冻结|下限|保底|权重)?|取消(?:冻结|下限|保底))[\s::]*(.+)$/, "release"],
  [/^(?:freeze|lock)(?: the)? weight(?: of)?\s+(.+)$/i, "freeze"],
  [/^(?:set a )?floor(?: of| for)?\s+(.+)$/i, "floor"],
  [/^(?:unfreeze|release)(?: the)?(?: weight| floor)?(?: of)?\s+(.+)$/i, "release"],
];
const DAYS: [RegExp, number][] = [
  [/天|日|days?/i, 1],
  [/周|星期|weeks?/i, 7],
  [/个?月|months?/i, 30],
];

/** `冻结权重 家庭 视频,因为新品期,30天`, `设下限 家庭 视频 20%,因为…,到12月31日`, `解冻 家庭 视频`, `floor family video 20 % for 2 weeks because …`. */
export function readOverride(text: string): OverrideOrder | undefined {
  const said = text.trim().replace(/[。.!!]+$/, "");
  for (const [verb, kind] of verbs) {
    const rest = verb.exec(said)?.[1];
    if (!rest) continue;
    const clauses = rest
      .replace(/\s+because(?: of)?\s+/i, ",因为")
      .replace(/\s+for (\d+ (?:days?|weeks?|months?))/i, ",$1")
      .replace(/\s+until (\S+(?: \d+)?)/i, ",到$1")
      .split(/[,,;;]/);
    return kind === "release" ? { kind, what: clauses[0]!.trim() } : orderOf(kind, clauses);
  }
  return undefined;
}

function orderOf(kind: "freeze" | "floor", [first = "", ...clauses]: string[]): OverrideOrder {
  const [whole, percent] =
    /(?:不低于|不少于|至少|为|在|at(?: least)?|to)?\s*(\d{1,3}(?:\.\d+)?)\s*[%%]/i.exec(first) ?? [];
  const order: Extract<OverrideOrder, { reason: string }> = { kind, what: first, ...readTerms(clauses) };
  if (whole && percent) {
    order.value = Number(percent) / 100;
    order.what = first.replace(whole, " ");
  }
  order.what = order.what.replace(/的?(?:权重|weight)|[「」“”"]/gi, " ").trim();
  return order;
}

/** Why and until when, from the clauses of an order: `因为新品期`, `30天`, `到12月31日`. */
export function readTerms(clauses: readonly string[]): { reason: string; days?: number; until?: string } {
  const terms: ReturnType<typeof readTerms> = { reason: "" };
  const reasons: string[] = [];
  for (const clause of clauses.map((each) => each.trim())) {
    const [, count, unit] =
      /^(?:为期|保留|有效期?|持续)?\s*(\d{1,3})\s*(天|日|周|星期|个?月|days?|weeks?|months?)$/i.exec(clause) ?? [];
    const until = /^(?:有效)?(?:到|至|直到)\s*(.+)$/.exec(clause)?.[1];
    if (count && unit) terms.days = Number(count) * (DAYS.find(([word]) => word.test(unit))?.[1] ?? 1);
    else if (until) terms.until = until;
    else reasons.push(clause.replace(/^(?:因为|原因是?[::]?|because(?: of)?)\s*/i, ""));
  }
  terms.reason = reasons.filter(Boolean).join(",").slice(0, 200);
  return terms;
}

/** When an order ends: its own end, else a month from now; never later than a year. Undefined for an end that is past. */
export function endOf(order: { days?: number }, until: number | undefined, now: number): number | undefined {
  const end = until ?? now + (order.days ?? OVERRIDE_DAYS.usual) * DAY;
  return end <= now ? undefined : Math.min(end, now + OVERRIDE_DAYS.most * DAY);
}
