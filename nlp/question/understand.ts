import type { Asker } from "#domain/answer-rights.ts";
import type { Named } from "#domain/catalog.ts";
import { isPercent, type MeasureKey, measureOf } from "#domain/measures.ts";
import {
  type ClarifyReason,
  type Dimension,
  emptyQuery,
  type Filter,
  type FilterKey,
  type Filters,
  type Query,
  type UnknownReason,
} from "#domain/query.ts";
import { followUp, isFollowUp } from "./follow-up.ts";
import { type Chosen, chooseMeasure } from "./measure-choice.ts";
import type { NameIndex } from "./names.ts";
import { scan } from "./scan.ts";
import { is, marksOf, type Reference, type SimpleMark, type Slots, slotsOf } from "./slots.ts";
import { asGrowth, saysDifference, timesInto } from "./time-choice.ts";

/** What was understood. `people` are all persons who may have been meant, so that rights can be looked at before anything else. */
export type Reading = {
  query: Query;
  /** Names that fit two things equally. */
  doubts: { text: string; choices: Named[] }[];
  clarify: ClarifyReason | null;
  unknown: { why: UnknownReason; about: string } | null;
  people: Named[];
  koes: Named[];
  isOwn: boolean;
  namesKoes: boolean;
  /** Speaks of others than oneself, or of one's place among them. */
  namesOthers: boolean;
};

export type Reader = { names: NameIndex; now: number; zone: string; asker: Asker };

/** Reads a question, with the earlier ones of the same chat for what it leaves out. Pure: the same words are always the same query. */
export function understand(question: string, context: readonly string[], reader: Reader): Reading {
  let before: Reading | undefined;
  for (const earlier of context.slice(-4)) before = readOne(earlier, before, reader);
  return readOne(question, before, reader);
}

function readOne(question: string, before: Reading | undefined, reader: Reader): Reading {
  const scanned = scan(question, reader.names, reader.now, reader.zone);
  const asksForTag = /标签|\btags?\b/.test(scanned.text) && !/不是(?:问)?标签|不算标签|not the tag/.test(scanned.text);
  const slots = slotsOf(scanned, false);
  const tagged = asksForTag ? slotsOf(scanned, true) : slots;
  const chosen = chooseMeasure(tagged);
  const final = asksForTag && !/分群.{0,4}(?:里|中)/.test(scanned.text) ? tagged : slots;
  const own = build(final, chosen, reader);
  const reading =
    before && isFollowUp(final, own, chosen !== undefined) ? followUp(before, own, final, chosen !== undefined) : own;
  return settle(reading, final, chosen !== undefined || (before !== undefined && reading !== own), reading !== own);
}

function build(slots: Slots, chosen: Chosen | undefined, reader: Reader): Reading {
  const query: Query = {
    ...emptyQuery,
    measures: chosen?.measures ?? [],
    field: chosen?.field ?? null,
    between: chosen?.between ?? null,
    filters: {},
  };
  const people = slots.references.filter((r) => r.kind === "person").flatMap((r) => r.ids);
  const koes = slots.references.filter((r) => r.kind === "koe").flatMap((r) => r.ids.filter((n) => n.kind === "koe"));
  const reading: Reading = {
    query,
    doubts: [
      ...slots.doubts,
      ...slots.references.filter((r) => r.ids.length > 1).map((r) => ({ text: r.text, choices: r.ids })),
    ],
    clarify: null,
    unknown: null,
    people,
    koes,
    isOwn: false,
    namesKoes:
      query.group?.by === "koe" ||
      slots.grouped.some((g) => g.by === "koe") ||
      (is(slots, "role", "koe") && (is(slots, "order") || is(slots, "each") || is(slots, "compare"))),
    namesOthers: is(slots, "others") || (reader.asker.role === "koc" && !slots.self && saysEverybody(slots)),
  };
  fillFilters(query, slots, reading, reader);
  fillGroup(query, slots);
  if (query.group?.keys?.length === 2 && wantsDifference(slots))
    query.compare = asGrowth(query, slots) ? "growth" : "difference";
  timesInto(query, slots, reader);
  fillCounting(query, slots);
  fillOrder(query, slots);
  fillShare(query, slots);
  return reading;
}

/** `社群里`, `大盘`: the brand as a whole, and not only all of one's own. */
const saysEverybody = (slots: Slots): boolean =>
  marksOf(slots, "everything").some((m) =>
    /社群|大盘|大家|品牌|整体|总体|community|everyone|brand|overall/.test(m.text),
  );

const put = (filters: Filters, key: FilterKey, value: Filter): void => {
  const known = filters[key];
  filters[key] = {
    ...known,
    ...value,
    ...(known?.in && value.in && { in: [...new Set([...known.in, ...value.in])] }),
    ...(known?.not && value.not && { not: [...new Set([...known.not, ...value.not])] }),
  };
};

function fillFilters(query: Query, slots: Slots, reading: Reading, { asker }: Reader): void {
  const { filters } = query;
  for (const reference of slots.references) {
    if (reference.ids.length > 1 && reference.kind !== "person" && reference.kind !== "koe") continue;
    put(filters, reference.kind as FilterKey, { [reference.negated ? "not" : "in"]: reference.ids.map((n) => n.id) });
  }
  for (const kind of ["form", "channel", "reason", "status", "consent", "source"] as const)
    for (const mark of (slots.marks[kind] ?? []) as SimpleMark[])
      if (isMeant(kind, mark, slots, query)) put(filters, kind, { [mark.negated ? "not" : "in"]: [mark.key] });
  fillRoles(query, slots);
  if (latestPost.test(slots.text) && query.measures.some((m) => measureOf(m).subject === "posts"))
    filters.post = { in: ["latest"] };
  if (is(slots, "unowned")) filters.koe = { in: ["none"] };
  if (slots.keywords.length > 0) filters.keyword = { in: slots.keywords };
  for (const kind of ["segment", "tag"] as const)
    if ((filters[kind]?.in?.length ?? 0) > 1 && isWithin(slots, kind)) filters[kind]!.every = true;
  for (const kind of ["segment", "tag"] as const)
    if (
      (filters[kind]?.in?.length ?? 0) > 1 &&
      (is(slots, "intersect") || /又[^,,]+又|既[^,,]+(?:又|也|还)/.test(slots.text))
    )
      filters[kind]!.every = true;
  if (
    is(slots, "never") &&
    query.measures.some((m) => ["pushed", "seen", "accepted", "submitted", "approved", "declined"].includes(m))
  ) {
    filters.never = { in: [query.measures[0]!] };
    query.measures = ["people"];
    filters.role ??= { in: ["koc"] };
  }
  if (query.measures[0] === "people" && slots.marks.state?.some((m) => m.key === "not_accepted"))
    filters.never = { in: ["accepted"] };
  if (query.measures[0] === "people" && slots.marks.state?.some((m) => m.key === "not_handed_in"))
    filters.never = { in: ["submitted"] };
  ownPeople(query, slots, reading, asker);
}

const latestPost =
  /(?:最近|最新|最后|上)(?:发布?的|过审的|通过的|的)?(?:一|那|这)?(?:篇|条|个(?:作品|视频|帖子|内容))|(?:latest|most recent|newest|my last) (?:approved )?(?:post|video|piece|article)/;

/** `续航焦虑里性能车爱好者有几个`: one among the other. */
function isWithin(slots: Slots, kind: string): boolean {
  const [a, b] = slots.references.filter((r) => r.kind === kind && !r.negated);
  return (
    a !== undefined &&
    b !== undefined &&
    /^(?:这个群|那个群|的人|分群|群|的)?(?:里面|里头|里|当中|之中|中)/.test(slots.text.slice(a.end, b.at))
  );
}

/** A word of two uses counts as a filter only where it is one: 图片 in 图文, 取消 of a status. */
function isMeant(kind: string, mark: SimpleMark, slots: Slots, query: Query): boolean {
  if (kind === "status")
    return query.measures[0] !== "task_field" || (query.filters.task === undefined && query.field !== "status");
  if (kind === "consent") return query.measures[0] === "people" || query.measures[0] === "people_joined";
  if (kind === "reason")
    return (
      query.measures[0] === "declined" &&
      (mark.key !== "other" || /其他/.test(slots.text) || mark.text.includes("other"))
    );
  if (kind === "channel") return !slots.text.includes("微信公众号");
  return true;
}

function fillRoles(query: Query, slots: Slots): void {
  const { filters } = query;
  if (is(slots, "both_roles")) {
    filters.role = { in: ["koc", "customer"], every: true };
    return;
  }
  const marks = marksOf(slots, "role").filter(
    (m) => !slots.grouped.some((g) => g.by === "koe" && g.at >= m.at - 6 && g.at <= m.at) || m.key !== "koe",
  );
  const roles = [...new Set(marks.map((m) => m.key))].filter((role) => {
    if (role === "koe" && is(slots, "unowned")) return false;
    if (role === "koe")
      return query.measures[0] === "people" && !is(slots, "owned") && slots.references.every((r) => r.kind !== "koe");
    return true;
  });
  // `杭州的客户`: nobody's in particular, so the word says the role.
  if (
    !roles.includes("customer") &&
    (slots.self
      ? /我的客户/.test(slots.text)
      : marksOf(slots, "owned").some((m) => m.text === "的客户") && slots.references.every((r) => r.kind !== "koe"))
  )
    roles.push("customer");
  const isOnly = is(slots, "only") && roles.length === 1 && roles[0] === "customer";
  const kept = roles.filter(
    (role) =>
      !(
        role === "koc" &&
        query.measures.every((m) => ["active_koc", "silent_koc"].includes(m)) &&
        query.measures.length > 0
      ),
  );
  const negated = new Set(
    kept.filter((role) => {
      const mark = marks.find((m) => m.key === role);
      if (!mark) return false;
      return /(?:不是|非|除了|不含|不算|not |non-?|without |excluding )$/.test(
        slots.text.slice(Math.max(0, mark.at - 10), mark.at),
      );
    }),
  );
  const wanted = kept.filter((role) => !negated.has(role));
  if (wanted.length > 0) filters.role = { in: wanted };
  if (negated.size > 0) filters.role = { ...filters.role, not: [...negated] };
  if (isOnly) filters.role = { in: ["customer"], not: ["koc"] };
}

function ownPeople(query: Query, slots: Slots, reading: Reading, asker: Asker): void {
  if (!slots.self) return;
  if (asker.role === "koe") {
    if (query.measures[0] === "person_field") return;
    const aboutSelf =
      query.measures[0] === "people" &&
      slots.mentioned.some((m) => m.by === "tag") &&
      !is(slots, "owned") &&
      !is(slots, "people") &&
      !is(slots, "count");
    if (!aboutSelf && !query.filters.koe) query.filters.koe = { in: [asker.id] };
    reading.isOwn = true;
  }
  if (asker.role === "koc" && reading.people.length === 0) {
    query.filters.person = { in: [asker.id] };
    reading.isOwn = true;
  }
}

const membersOf: Partial<Record<Dimension, FilterKey>> = {
  segment: "segment",
  tag: "tag",
  task: "task",
  theme: "theme",
  form: "form",
  platform: "platform",
  city: "city",
  koe: "koe",
  person: "person",
  channel: "channel",
  reason: "reason",
  role: "role",
  status: "status",
  consent: "consent",
};

function fillGroup(query: Query, slots: Slots): void {
  const isApart =
    is(slots, "each") || is(slots, "compare") || is(slots, "order") || /还是|哪个|谁|which|更/.test(slots.text);
  const measure = query.measures[0];
  // Two or more of a kind, side by side.
  if (isApart && !is(slots, "intersect")) {
    for (const [by, key] of Object.entries(membersOf) as [Dimension, FilterKey][]) {
      const values = query.filters[key]?.in;
      if (!values || values.length < 2 || query.filters[key]?.every) continue;
      if (by === "role" && !is(slots, "each") && !is(slots, "compare", "difference")) continue;
      const references = slots.references.filter((r) => r.kind === by);
      const isUnion =
        /一共|总共|合计|加起来|together|in total/.test(slots.text) && !is(slots, "each") && references.length > 0;
      if (isUnion) continue;
      query.group = { by, keys: values };
      delete query.filters[key];
      return;
    }
  }
  const grouped = slots.grouped.filter((g) => g.by !== "period");
  const isKoe = slots.mentioned.some((m) => m.by === "koe") && grouped.every((g) => g.by === "person");
  // `拒绝原因里没时间占多少`: one of them, and not each.
  const isOneReason = is(slots, "share") && (query.filters.reason?.in?.length ?? 0) === 1;
  if (isOneReason) grouped.splice(0, grouped.length, ...grouped.filter((g) => g.by !== "reason"));
  const explicit =
    isKoe && grouped[0]
      ? { ...grouped[0], by: "koe" as const }
      : (grouped.find((g) => g.by !== "person") ?? grouped[0]);
  if (explicit && allowed(explicit.by, measure)) query.group = { by: explicit.by, keys: null };
  else if (slots.grouped.some((g) => g.by === "period")) return;
  else if (measure && measureOf(measure).subject === "tags" && hasSuperlative(slots))
    query.group = { by: "tag", keys: null };
  else if (
    (is(slots, "order") || hasSuperlative(slots) || is(slots, "each") || slots.having || slots.limit) &&
    !query.group
  ) {
    const named = slots.mentioned.find(
      (m) => m.by !== "period" && allowed(m.by, measure) && !isCounted(m.text, m.end, slots),
    );
    if (named) query.group = { by: named.by, keys: null };
    else if (is(slots, "role", "koc") && (hasSuperlative(slots) || slots.limit || slots.having))
      query.group = { by: "person", keys: null };
    else if (
      (hasSuperlative(slots) || slots.having) &&
      measure &&
      measureOf(measure).subject === "posts" &&
      (is(slots, "content", "post") || /[篇条](?:$|[,,。?? ])/.test(slots.text))
    )
      query.group = { by: "post", keys: null };
  }
  if (measure === "posts" && !query.group && is(slots, "list") && !/多少|几/.test(slots.text))
    query.group = { by: "post", keys: null };
  if (measure === "tasks" && !query.group && !/多少|几个|how many|number of|数量|任务数|总数/.test(slots.text))
    query.group = { by: "task", keys: null };
  if (measure === "task_field" && !query.group && !query.filters.task) query.group = { by: "task", keys: null };
  if (measure === "people" && query.filters.person && !query.group) {
    if (is(slots, "measure", "segments_of") || slots.mentioned.some((m) => m.by === "segment"))
      query.group = { by: "segment", keys: null };
    else if (is(slots, "measure", "tags_of") || slots.mentioned.some((m) => m.by === "tag"))
      query.group = { by: "tag", keys: null };
  }
  const listsPeople = is(slots, "list") && !is(slots, "count") && (is(slots, "role", "koc") || is(slots, "people"));
  if (
    measure &&
    ["assignments", "people"].includes(measureOf(measure).subject) &&
    measureOf(measure).kind === "count" &&
    !query.group &&
    listsPeople
  ) {
    query.group = { by: "person", keys: null };
  }
  if (measure === "people" && !query.group && is(slots, "list") && !is(slots, "count"))
    query.group = { by: "person", keys: null };
  const isOwnList = slots.self && /什么|哪些|which|what/.test(slots.text) && !/多少|几/.test(slots.text);
  const isTaskList = is(slots, "which") || is(slots, "list");
  if (
    measure &&
    measureOf(measure).subject === "assignments" &&
    !query.group &&
    isTaskList &&
    (isOwnList || slots.mentioned.some((m) => m.by === "task")) &&
    !/多少|几个/.test(slots.text)
  )
    query.group = { by: "task", keys: null };
}

/** How far apart two are, and not only each of them. */
const wantsDifference = (slots: Slots): boolean =>
  (saysDifference(slots.text) || is(slots, "compare", "difference") || is(slots, "compare", "growth")) &&
  !/都报|各是|各自|分别/.test(slots.text);

/** `接了几个任务` counts tasks and does not split by them. */
const isCounted = (text: string, end: number, slots: Slots): boolean =>
  /(?<![这那哪])(?:多少|几)(?:个|条|项)?$/.test(slots.text.slice(0, end - text.length));

function allowed(by: Dimension, measure: MeasureKey | undefined): boolean {
  if (!measure) return true;
  const { subject } = measureOf(measure);
  if (by === "reason") return measure === "declined";
  if (by === "post" || by === "platform")
    return subject === "posts" || subject === "submissions" || subject === "comments" || subject === "assignments";
  if (by === "task" || by === "theme" || by === "form" || by === "status")
    return ["assignments", "posts", "submissions", "comments", "tasks"].includes(subject);
  return true;
}

const superlatives =
  /最|第一|垫底|倒数|冠军|居首|领先|highest|lowest|most|least|best|worst|top|largest|smallest|biggest|longest|shortest|fastest|slowest|fewest|quickest|bottom/;
const hasSuperlative = (slots: Slots): boolean =>
  superlatives.test(
    marksOf(slots, "order")
      .map((m) => m.text)
      .join(" "),
  ) || superlatives.test(slots.text.replace(/最近/g, ""));
const comparatives =
  /更|谁高|谁低|谁多|谁少|谁快|谁慢|谁大|高还是|哪个高|哪个低|哪个多|哪个少|哪个快|哪边|higher|lower|more|better|faster|larger/;

function fillCounting(query: Query, slots: Slots): void {
  const measure = query.measures[0];
  if (!measure) return;
  const { subject, kind } = measureOf(measure);
  if (
    !["assignments", "submissions", "posts", "tags", "comments"].includes(subject) ||
    (kind !== "count" && measure !== "funnel")
  )
    return;
  const strong = marksOf(slots, "people").some((m) => !/^(?:人|成员|位)$/.test(m.text));
  const rows =
    is(slots, "times") ||
    /多少(?:个)?任务|几个任务|任务数|几篇|多少篇|几条|多少条|how many (?:tasks|assignments|cards|posts|times)/.test(
      slots.text,
    );
  const some = is(slots, "people") || (is(slots, "role", "koc") && /多少|几|how many|number of/.test(slots.text));
  const forbids =
    /人次/.test(slots.text) ||
    (["koe", "reason"].includes(query.group?.by ?? "") && !/多少人|几个人|按人|人头|去重/.test(slots.text)) ||
    query.group?.by === "person" ||
    query.filters.person?.in?.length === 1;
  if (!forbids && (strong || (some && !rows))) query.count = "people";
  if (
    strong &&
    rows &&
    /(?:多少|几)(?:条|次|单|篇|个任务)/.test(slots.text) &&
    !/多少人|几个人|按人|去重/.test(slots.text)
  )
    query.count = "rows";
}

function fillOrder(query: Query, slots: Slots): void {
  const isDown = /最[低少差小短弱早]|倒数|垫底|lowest|least|worst|fewest|shortest|bottom|smallest/.test(slots.text);
  const isHigh = is(slots, "order", "desc") || (hasSuperlative(slots) && !isDown);
  const isLow = is(slots, "order", "asc") || (hasSuperlative(slots) && isDown);
  const { group } = query;
  query.having = group && slots.having ? slots.having : null;
  query.countGroups = query.having !== null && /几[个篇条位人次]|多少[个篇条位人]|有多少|how many/.test(slots.text);
  if (!group || group.by === "period") {
    if (group && hasSuperlative(slots)) {
      query.order = isDown ? "asc" : "desc";
      query.limit = slots.limit ?? 1;
    }
    return;
  }
  if (query.having && !hasSuperlative(slots)) {
    query.order = null;
    return;
  }
  if (isLow || isHigh) {
    const text = slots.text;
    const rankingUp = /从低到高|从小到大|从少到多|升序|ascending/.test(text);
    const lowFirst =
      isLow &&
      (!isHigh ||
        /最[低少差短小快弱早]|倒数|垫底|lowest|least|worst|fewest|fastest|quickest|shortest|bottom|smallest/.test(
          text,
        ));
    query.order = rankingUp || lowFirst ? "asc" : "desc";
    const quick = query.measures.some((m) => m === "response_time" || m === "review_time");
    if (quick && /最慢|最久|最长|slowest|longest|更慢|更久/.test(text)) query.order = "desc";
    else if (quick && /最快|最短|fastest|quickest|shortest|更快|最好|best/.test(text)) query.order = "asc";
    else if (!quick && /最快|最慢/.test(text)) query.order = "desc";
    const plural = /哪些|哪几|分别|各|都报|排|从[高大多低小少]到|rank|sort|list|respectively|both|each/.test(text);
    if (slots.limit) query.limit = slots.limit;
    else if (group.keys)
      query.limit = /都报|各|分别|both|respectively|each|分别是多少|是多少.{0,4}和/.test(text)
        ? null
        : hasSuperlative(slots) || comparatives.test(text) || /谁|哪个|which|还是/.test(text)
          ? 1
          : null;
    else query.limit = hasSuperlative(slots) && !plural ? 1 : null;
    if (
      group.keys &&
      query.limit === null &&
      !hasSuperlative(slots) &&
      !comparatives.test(text) &&
      !/从[高大多低小少]|排|rank/.test(text) &&
      !/谁/.test(text)
    )
      query.order = null;
  } else if (slots.limit) {
    query.order = "desc";
    query.limit = slots.limit;
  }
  if (query.compare) Object.assign(query, { order: null, limit: null });
}

function fillShare(query: Query, slots: Slots): void {
  const measure = query.measures[0];
  if (!measure || !is(slots, "share") || isPercent(measure) || query.compare) return;
  const mark = marksOf(slots, "share")[0]!;
  const isShare =
    /比例|占比|百分之|几成|比重|份额|share|proportion|percent|fraction|portion|make up|占多少(?!个|人)|占总|占全部/.test(
      slots.text,
    );
  if (!isShare) return;
  if (query.group && !query.group.keys) {
    query.share = [];
    return;
  }
  // What stands next to the word is the part; what stands before 里 / 中 / among is the whole.
  const frame = /(?:里|中|当中|里面|之中|内)(?!程)|among|of (?:all|the)|out of/.exec(slots.text);
  const roleMarks = marksOf(slots, "role").map((m) => ({ key: "role" as FilterKey, at: m.at }));
  const simple = (["form", "channel", "reason", "consent", "source"] as const).flatMap((kind) =>
    marksOf(slots, kind).map((m) => ({ key: kind as FilterKey, at: m.at })),
  );
  const places = [
    ...slots.references.map((r: Reference) => ({ key: r.kind as FilterKey, at: r.at })),
    ...roleMarks,
    ...simple,
  ].filter((p) => query.filters[p.key]);
  const parts = frame
    ? /^[a-z]/.test(frame[0])
      ? places.filter((p) => p.at < frame.index)
      : places.filter((p) => p.at > frame.index)
    : places.filter((p) => p.at < mark.at).length > 0 && places.some((p) => p.at > mark.at)
      ? places.filter((p) => p.at < mark.at)
      : places.filter((p) => p.key !== "role").slice(-1);
  const after = new Set(frame ? [] : places.filter((p) => p.at > mark.at).map((p) => p.key));
  const rest = parts.filter((p) => !after.has(p.key));
  const taken = rest.length > 0 ? rest : parts.length > 0 ? parts : places.slice(-1);
  query.share = [...new Set(taken.map((p) => p.key))];
  if (query.filters.keyword) query.share = ["keyword"];
}

const pointsBack = /^(?:那|其中|and |what about)|呢[??]?$/;

/** Last word: what is missing, what does not exist, what cannot be known. */
function settle(reading: Reading, slots: Slots, hasMeasure: boolean, isFollowing: boolean): Reading {
  const { query } = reading;
  const notHeld = marksOf(slots, "not_held").filter(
    (m) => !(/多少钱|成本|费用/.test(m.text) && is(slots, "task_field", "reward")),
  );
  const never = slots.times.find((t) => t.sense.kind === "never");
  const absent = slots.references.flatMap((r) => r.ids).find((n) => n.absent);
  if (absent) return { ...reading, unknown: { why: "no-such-name", about: absent.name } };
  if (notHeld.length > 0) return { ...reading, unknown: { why: "not-held", about: notHeld[0]!.text } };
  if (slots.unknown.length > 0) return { ...reading, unknown: { why: "no-such-name", about: slots.unknown[0]! } };
  // After other questions, talk of other things (`学习有用吗`) is no question about a name.
  const isAboutFigures = slots.marks.measure !== undefined || pointsBack.test(slots.text) || !isFollowing;
  if (hasMeasure && slots.strange.length > 0 && !isAboutFigures) return { ...reading, clarify: "not-understood" };
  if (hasMeasure && slots.strange.length > 0)
    return { ...reading, unknown: { why: "no-such-name", about: slots.strange[0]! } };
  if (never?.sense.kind === "never") return { ...reading, unknown: { why: "no-such-date", about: never.sense.words } };
  if (reading.doubts.length > 0) return { ...reading, clarify: "which-one" };
  if (!hasMeasure || query.measures.length === 0)
    return {
      ...reading,
      clarify: is(slots, "vague") || slots.references.length > 0 ? "which-measure" : "not-understood",
    };
  // `完成得怎么样`: done well or badly by which figure?
  const isVagueStep =
    is(slots, "vague") &&
    is(slots, "step") &&
    !["measure", "count", "state", "reason", "order", "people", "times"].some((of) => is(slots, of)) &&
    !/多少|几|率/.test(slots.text);
  if (isVagueStep) return { ...reading, clarify: "which-measure" };
  const points: [string, FilterKey, ClarifyReason][] = [
    ["that_task", "task", "which-task"],
    ["that_person", "person", "which-person"],
    ["that_segment", "segment", "which-segment"],
  ];
  for (const [mark, key, why] of points)
    if (
      is(slots, mark) &&
      !query.filters[key] &&
      !(query.group?.by === key) &&
      !(key === "person" && query.filters.koe)
    ) {
      if (key === "task" && (query.filters.theme || query.group)) continue;
      return { ...reading, clarify: why };
    }
  if (query.measures[0] === "influence" && !query.filters.person && !query.group)
    return { ...reading, clarify: "which-person" };
  if (query.measures[0] === "task_field" && !query.filters.task && !query.group)
    return { ...reading, clarify: "which-task" };
  if (
    (query.measures[0] === "segment_left" || query.measures[0] === "segment_net") &&
    !query.filters.segment &&
    !query.group
  )
    return { ...reading, clarify: "which-segment" };
  return reading;
}
