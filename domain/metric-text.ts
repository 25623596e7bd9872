import { type Pair, pairUp } from "./metric-pairs.ts";
import { type Bound, type Figure, readChunks, type Token } from "./metric-tokens.ts";
import { filler, type Metric, metrics, wishes } from "./metric-words.ts";

export type UnclearReason =
  /** Numbers without a name: `12000 356 48`. */
  | "no-label"
  /** A name without a number. */
  | "no-number"
  /** Which number belongs to which name cannot be told. */
  | "ambiguous"
  /** Two values for one figure. */
  | "contradiction"
  /** More likes than reads, a share above one. */
  | "impossible"
  | "negative"
  /** No single value: `几百`, `300-400`, `不到一万`. */
  | "vague"
  /** A wish or a goal, not a report. */
  | "not-a-report";

/** Something to ask back. `text` is what was written; `candidates` the values it might have meant. */
export type UnclearMetric = { metric: Metric | null; text: string; reason: UnclearReason; candidates: number[] };

export type MetricReading = {
  values: Partial<Record<Metric, number>>;
  /** Of `values`, those that were given as a lower bound: `10万+`. */
  atLeast: Metric[];
  /** Of `values`, those that were given roughly: `大概300`. */
  about: Metric[];
  unclear: UnclearMetric[];
};

/** `weak`: only to be believed beside others. */
type Found = { metric: Metric; value: number; bound: Bound; text: string; weak: boolean };
type Draft = { found: Found[]; unclear: UnclearMetric[]; missing: { metric: Metric; text: string }[] };

const valuesOf = (figure: Figure): number[] => (Number.isNaN(figure.number.value) ? [] : [figure.number.value]);

const askedFor = ({ metric, text, value }: Found, reason: UnclearReason): UnclearMetric => ({
  metric,
  text,
  reason,
  candidates: [value],
});

/** The value as it is kept: a whole count, or a share from 0 to 1 (of `完播 41` 0.41). Else why it cannot be. */
function valueKept(metric: Metric, { number, bound, negative, dash }: Figure, dashes: number): number | UnclearReason {
  if (negative || (dash && dashes < 2)) return "negative";
  if (number.bound === "vague" || bound === "below") return "vague";
  if (number.doubtful) return "ambiguous";
  const { value, percent } = number;
  if (metric !== "completionRate") return percent || !Number.isInteger(value) || value > 1e12 ? "impossible" : value;
  if (!percent && (value === 0 || value === 1)) return "ambiguous";
  const share = !percent && value > 1 ? Math.round(value * 1e4) / 1e6 : value;
  return share > 1 ? "impossible" : share;
}

/** `I like 3 cars`, `分享 3 个`: an ordinary word before a number, with no colon and nothing beside it. `356转` can be nothing else. */
function isOrdinary({ label, figure }: Pair, text: string): boolean {
  if (!label.word.weak || label.hasColon) return false;
  return figure.start > label.start || !/^(?: ?[个人次])?$/.test(text.slice(figure.end, label.start));
}

function readChunk(text: string, raw: string, chunk: Token[], draft: Draft): void {
  const { pairs, left } = pairUp(text, chunk);
  const said = (from: number, to: number) => raw.slice(from, to).trim();
  const dashes = pairs.filter((pair) => pair.figure.dash).length;
  for (const pair of pairs) {
    const { label, figure } = pair;
    const metric = label.word.metric;
    if (!metric) continue;
    const written = said(Math.min(label.start, figure.start), Math.max(label.end, figure.end));
    const kept = valueKept(metric, figure, dashes);
    const weak = pairs.length === 1 && isOrdinary(pair, text);
    if (typeof kept === "number") draft.found.push({ metric, value: kept, bound: figure.bound, text: written, weak });
    else draft.unclear.push({ metric, text: written, reason: kept, candidates: valuesOf(figure) });
  }
  readLeft(left, said, draft);
}

/** Names without numbers, numbers without names, or both where none is certain to belong to the other. */
function readLeft(left: Token[], said: (from: number, to: number) => string, draft: Draft): void {
  const candidates = left.flatMap((token) => (token.kind === "number" ? valuesOf(token) : []));
  let named = false;
  for (const token of left) {
    if (token.kind === "number") continue;
    named = true; // be it by a figure that is not kept
    if (!token.word.metric) continue;
    const [metric, text] = [token.word.metric, said(token.start, token.end)];
    if (candidates.length > 0) draft.unclear.push({ metric, text, reason: "ambiguous", candidates });
    else if (token.alone && !token.word.weak) draft.missing.push({ metric, text });
  }
  if (candidates.length === 0 || named) return;
  draft.unclear.push({ metric: null, text: said(left[0]!.start, left.at(-1)!.end), reason: "no-label", candidates });
}

/** Whether one value is the other, written shorter: 1.2万 and 12034. */
function isRounding(short: number, full: number): boolean {
  for (const unit of [1e3, 1e4, 1e5, 1e6, 1e7]) {
    for (const step of [unit, unit / 10, unit / 100]) {
      if (short >= unit && short % step === 0 && Math.abs(short - full) < step && full % step !== 0) return true;
    }
  }
  return false;
}

/** One value for each figure, or a question: two that differ are only one when one of them is the other rounded. */
function merge(all: Found[], reading: MetricReading): void {
  for (const metric of metrics) {
    const byValue = new Map(all.filter((each) => each.metric === metric).map((each) => [each.value, each]));
    const spoken = [...byValue.values()].slice(0, 50);
    const found = spoken.filter((each) => !spoken.some((other) => isRounding(each.value, other.value)));
    const [first] = found;
    if (!first) continue;
    if (found.length > 1) {
      const text = found.map((each) => each.text).join(" / ");
      reading.unclear.push({ metric, text, reason: "contradiction", candidates: found.map((each) => each.value) });
      continue;
    }
    reading.values[metric] = first.value;
    if (first.bound === "at-least") reading.atLeast.push(metric);
    if (first.bound === "about") reading.about.push(metric);
  }
}

/** Nobody likes what they have not opened: such numbers are one wrong, and which one cannot be told. */
function refuseImpossible(reading: MetricReading): void {
  const reads = reading.values.reads;
  if (reads === undefined || reading.atLeast.includes("reads")) return;
  const above = (["likes", "comments", "shares", "favourites"] as const).filter(
    (metric) => (reading.values[metric] ?? 0) > reads,
  );
  if (above.length === 0) return;
  for (const metric of ["reads", ...above] as const) {
    const value = reading.values[metric]!;
    delete reading.values[metric];
    reading.unclear.push({ metric, text: String(value), reason: "impossible", candidates: [value] });
  }
}

/** All that a text says, before it is known whether it agrees with itself. */
function readDraft(text: string): Draft & { labels: number; bare: Figure[] } {
  const draft = {
    found: [] as Found[],
    unclear: [] as UnclearMetric[],
    missing: [] as Draft["missing"],
    labels: 0,
    bare: [] as Figure[],
  };
  for (const block of readChunks(text)) {
    const raw = text.slice(block.offset, block.offset + block.text.length);
    const part: Draft = { found: [], unclear: [], missing: [] };
    for (const chunk of block.chunks) {
      const named = chunk.some((token) => token.kind === "label");
      if (named) readChunk(block.text, raw, chunk, part);
      else draft.bare.push(...(chunk as Figure[]).filter((figure) => !figure.number.chinese));
      if (named) draft.labels++;
    }
    const isWish = wishes.test(block.text);
    if (!isWish) draft.found.push(...part.found);
    if (!isWish) draft.missing.push(...part.missing);
    draft.unclear.push(...part.unclear, ...(isWish ? part.found.map((found) => askedFor(found, "not-a-report")) : []));
  }
  return draft;
}

function isOnlyNumbers(text: string): boolean {
  return (
    text.length <= 200 &&
    !/[\p{Script=Han}\p{Script=Latin}]/u.test(
      text
        .toLowerCase()
        .replace(filler, "")
        .replace(/[万千亿百wk多余]/g, ""),
    )
  );
}

/**
 * The figures of a post in what somebody typed or pasted (`阅读1.2万 赞 356 评 48 转 12 完播 41%`, or all the text of a screenshot). Takes
 * what is certain and hands back the rest to be asked for: nothing is guessed, and what is not mentioned is absent, never zero.
 */
export function readMetrics(text: string): MetricReading {
  const draft = readDraft(text);
  const reading: MetricReading = { values: {}, atLeast: [], about: [], unclear: [] };
  if (draft.found.some((found) => !found.weak)) merge(draft.found, reading);
  else reading.unclear.push(...draft.found.map((found) => askedFor(found, "ambiguous")));
  refuseImpossible(reading);
  reading.unclear.push(...draft.unclear);
  const asked = new Set(reading.unclear.map((each) => each.metric));
  for (const { metric, text: said } of draft.missing) {
    if (reading.values[metric] !== undefined || asked.has(metric)) continue;
    asked.add(metric);
    reading.unclear.push({ metric, text: said, reason: "no-number", candidates: [] });
  }
  // `转账 500` is no figure of a post; `356 48 12` and nothing else is.
  if (draft.labels === 0 && draft.bare.length > 0 && isOnlyNumbers(text)) {
    reading.unclear.push({
      metric: null,
      text: text.trim(),
      reason: "no-label",
      candidates: draft.bare.flatMap(valuesOf),
    });
  }
  return reading;
}
