import type { Named, NameKind } from "#domain/catalog.ts";
import type { Dimension, Having } from "#domain/query.ts";
import { readHaving, readLimit } from "./amounts.ts";
import { has, type Scanned, type Token } from "./scan.ts";
import { strangeWords, unknownEnglish, unknownIds, unknownNames, unknownPeople } from "./strange.ts";
import type { TimeSense } from "./time-sense.ts";

export type Reference = { kind: NameKind; ids: Named[]; negated: boolean; at: number; end: number; text: string };
export type Mark = { key: string; at: number; end: number; text: string };
export type TimeMark = { sense: TimeSense; at: number; end: number };

/** What a question holds, by the part each word plays. */
export type Slots = {
  text: string;
  marks: Record<string, Mark[]>;
  references: Reference[];
  /** Names that fit two things equally. */
  doubts: { text: string; choices: Named[] }[];
  times: TimeMark[];
  grouped: { by: Dimension; at: number }[];
  /** Every dimension word, asked to be split by or not. */
  mentioned: { by: Dimension; at: number; end: number; text: string }[];
  unknown: string[];
  /** What nothing was made of: a name that nobody has, or a word that nobody taught. */
  strange: string[];
  limit: number | null;
  having: Having | null;
  keywords: string[];
  self: boolean;
};

/** Sorts the words of a scanned question. */
export function slotsOf(scanned: Scanned, asksForTag: boolean): Slots {
  const { text, tokens } = scanned;
  const slots: Slots = {
    text,
    marks: {},
    references: [],
    doubts: [],
    times: [],
    grouped: [],
    mentioned: [],
    unknown: [],
    strange: [],
    limit: readLimit(text),
    having: readHaving(text),
    keywords: readKeywords(text, tokens),
    self: false,
  };
  tokens.forEach((token, i) => {
    const inKeyword = slots.keywords.some((word) => isPartOf(word, text, token));
    if (inKeyword) return;
    for (const { of, key } of token.senses) {
      slots.marks[of] ??= [];
      slots.marks[of].push({ key, at: token.start, end: token.end, text: token.text });
    }
    if (token.time) slots.times.push({ sense: token.time, at: token.start, end: token.end });
    if (token.names.length > 0) addReference(slots, tokens, i, asksForTag);
    addDimension(slots, tokens, i);
  });
  slots.self = (slots.marks.self ?? []).length > 0;
  addSimple(slots, tokens);
  slots.strange = strangeWords(scanned, slots.keywords);
  slots.unknown.push(
    ...unknownIds(scanned),
    ...unknownNames(scanned),
    ...unknownEnglish(scanned),
    ...unknownPeople(scanned),
  );
  return slots;
}

const simpleKinds = ["form", "channel", "reason", "status", "consent", "source"] as const;
export type SimpleKind = (typeof simpleKinds)[number];
/** Values of fixed lists, and whether they are left out. */
export type SimpleMark = Mark & { negated: boolean };

function addSimple(slots: Slots, tokens: readonly Token[]): void {
  for (const kind of simpleKinds)
    for (const mark of slots.marks[kind] ?? []) {
      const i = tokens.findIndex((t) => t.start === mark.at);
      (mark as SimpleMark).negated = isNegated(slots.text, tokens, i);
    }
}

/** `除了上海`, `不含上海`, `非视频`, `上海以外`. */
function isNegated(text: string, tokens: readonly Token[], i: number): boolean {
  const after = text.slice(tokens[i]!.end, tokens[i]!.end + 5);
  if (/^(?:的)?(?:以外|之外|除外)/.test(after)) return true;
  // A list after 除了 is left out as a whole.
  for (let j = i - 1; j >= 0 && j >= i - 6; j--) {
    const token = tokens[j]!;
    if (/[,,;;。]/.test(text.slice(token.end, tokens[j + 1]!.start))) return false;
    if (has(token, "negation") && !/^(?:没|未|no|not|没有)$/.test(token.text)) return true;
    if (has(token, "negation") && /^(?:not|没有|没|no)$/.test(token.text) && j === i - 1) return true;
    const isListed =
      token.names.length > 0 ||
      has(token, "versus") ||
      has(token, "filler") ||
      has(token, "form") ||
      has(token, "union") ||
      token.text === "在";
    if (!isListed) return false;
  }
  return false;
}

const typeOf: Partial<Record<string, NameKind>> = {
  segment: "segment",
  tag: "tag",
  task: "task",
  theme: "theme",
  city: "city",
  platform: "platform",
};

/** The kind of thing that the words round a name say it is: `续航主题`, `标签科技关注者`. */
function hintAt(tokens: readonly Token[], i: number): NameKind | undefined {
  for (let j = i + 1; j <= i + 3 && j < tokens.length; j++) {
    const next = tokens[j]!;
    const dimension = next.senses.find((s) => s.of === "dimension" && typeOf[s.key]);
    if (dimension) return typeOf[dimension.key];
    if (/^(?:这群人|那群人|群里|这个群|那个群|这群|这拨人)/.test(next.text)) return "segment";
    if (has(next, "that_task")) return "task";
    if (has(next, "that_theme")) return "theme";
    if (has(next, "that_segment")) return "segment";
    if (!/^(?:这个|那个|的|这|那|这些|那些|几个|那几个|这几个|个)$/.test(next.text)) break;
  }
  const before = tokens[i - 1];
  const dimension = before?.senses.find((s) => s.of === "dimension" && typeOf[s.key]);
  if (dimension && !has(tokens[i - 2], "which") && !has(tokens[i - 2], "each")) return typeOf[dimension.key];
  return undefined;
}

/** `户外主题`, `有孩家庭这个分群`: said to be of a kind that it may not be. */
function kindAfter(tokens: readonly Token[], i: number): "segment" | "theme" | undefined {
  const next = tokens[i + 1]?.text === "这个" ? tokens[i + 2] : tokens[i + 1];
  if (!next) return undefined;
  if (/^(?:分群|这个分群|人群|segment)$/.test(next.text)) return "segment";
  return /^(?:主题|这个主题|theme)$/.test(next.text) ? "theme" : undefined;
}

const preference: NameKind[] = ["post", "koe", "person", "city", "platform", "segment", "theme", "task", "tag"];

function addReference(slots: Slots, tokens: readonly Token[], i: number, asksForTag: boolean): void {
  const token = tokens[i]!;
  // A measure's or time's own word is no name.
  const strongSense = token.senses.some((s) => ["measure", "form", "role", "dimension", "state"].includes(s.of));
  if (strongSense && token.names.every((n) => n.kind !== "segment" && n.kind !== "theme")) return;
  // `暑假` is a time before it is a part of a title.
  if (token.time && !token.names.some((n) => sameName(n, token.text))) return;
  const hint = asksForTag ? "tag" : hintAt(tokens, i);
  const kinds = new Set(token.names.map((n) => n.kind));
  const negated = isNegated(slots.text, tokens, i);
  const put = (names: Named[]) =>
    slots.references.push({
      kind: names[0]!.kind,
      ids: names,
      negated,
      at: token.start,
      end: token.end,
      text: token.text,
    });
  const said = asksForTag ? undefined : kindAfter(tokens, i);
  if (said && !kinds.has(said) && !strongSense) {
    slots.unknown.push(`${token.text}${said === "segment" ? "分群" : "主题"}`);
    return;
  }
  if (hint && kinds.has(hint)) {
    put(token.names.filter((n) => n.kind === hint));
    return;
  }
  const whole = token.names.filter((n) => sameName(n, token.text));
  const pool = whole.length > 0 ? whole : token.names;
  const segments = pool.filter((n) => n.kind === "segment");
  const themes = pool.filter((n) => n.kind === "theme");
  if (segments.length > 0 && themes.length > 0) {
    slots.doubts.push({ text: token.text, choices: [...segments, ...themes] });
    return;
  }
  const kind = preference.find((k) => pool.some((n) => n.kind === k))!;
  const named = pool.filter((n) => n.kind === kind);
  if (named.length > 1 && kind !== "koe" && kind !== "person") {
    if (kind === "tag") return;
    slots.doubts.push({ text: token.text, choices: named });
    return;
  }
  put(kind === "koe" ? pool.filter((n) => n.kind === "koe" || n.kind === "person") : named);
}

const sameName = (named: Named, text: string): boolean =>
  [named.name, named.id, ...(named.also ?? [])].some(
    (n) => n.toLowerCase().replace(/\s/g, "") === text.replace(/\s/g, ""),
  );

const always: Partial<Record<string, Dimension>> = { week: "period", month: "period", day: "period", post: "post" };

function addDimension(slots: Slots, tokens: readonly Token[], i: number): void {
  const token = tokens[i]!;
  if (has(token, "who_koe")) slots.grouped.push({ by: "koe", at: token.start });
  else if (has(token, "who")) slots.grouped.push({ by: "person", at: token.start });
  const field = token.senses.find((s) => s.of === "person_field");
  if (field && /哪/.test(token.text) && (field.key === "city" || field.key === "channel"))
    slots.grouped.push({ by: field.key, at: token.start });
  if (field?.key === "owner" && /哪[个位]koe/.test(token.text)) slots.grouped.push({ by: "koe", at: token.start });
  const sense = token.senses.find((s) => s.of === "dimension");
  if (!sense) {
    if (has(token, "role", "koc") && isSplit(tokens, i, slots.text))
      slots.grouped.push({ by: "person", at: token.start });
    if (has(token, "role", "customer") && isSplit(tokens, i, slots.text))
      slots.grouped.push({ by: "person", at: token.start });
    return;
  }
  const by = always[sense.key] ?? (sense.key as Dimension);
  slots.mentioned.push({ by, at: token.start, end: token.end, text: token.text });
  if (always[sense.key] || isSplit(tokens, i, slots.text) || sense.key === "reason")
    slots.grouped.push({ by, at: token.start });
}

/** `各主题`, `每个城市`, `哪个平台`, `按形式`, `城市分布`, `by city`, `top 3 tasks`. */
function isSplit(tokens: readonly Token[], i: number, text: string): boolean {
  const before = tokens[i - 1];
  const beyond = tokens[i - 2];
  const adjacent = before !== undefined && /^[ ]?$/.test(text.slice(before.end, tokens[i]!.start));
  if (adjacent && (has(before, "each") || has(before, "which"))) return before!.text !== "分" || true;
  if (
    adjacent &&
    /^(?:个|的|家|种|类|位|the|\d+|[三四五六七八九十]|最\S+的)$/.test(before!.text) &&
    (has(beyond, "each") || has(beyond, "which"))
  )
    return true;
  const lead = text.slice(Math.max(0, tokens[i]!.start - 10), tokens[i]!.start);
  if (/(?:前|top ?|最[高低多少好差快慢]的?)(?:\d+|[一二两三四五六七八九十]+)(?:个|名|位|大|类)? ?$/.test(lead))
    return true;
  if (/top \d+ $|(?:bottom|best|worst) (?:\d+ |three |five |two )?$/.test(lead)) return true;
  const after = text.slice(tokens[i]!.end, tokens[i]!.end + 4);
  return /^(?:的)?(?:分布|排名|排行|排序)/.test(after);
}

const quotes = /[“"「『'‘《]([^”"」』'’》]{1,30})[”"」』'’》]/g;

/** Whether a word is only looked for, in quotation marks or after 提到, and says nothing itself. */
function isPartOf(keyword: string, text: string, token: Token): boolean {
  for (let at = text.indexOf(keyword); at >= 0; at = text.indexOf(keyword, at + 1))
    if (token.start >= at && token.end <= at + keyword.length) return true;
  return false;
}

const mentionBefore =
  /(?:提到|提及|提了|含有|包含|含|出现|说到|带有|讲到|写到|谈到|聊到|说|有|带|mention(?:s|ed|ing)?|contain(?:s|ing)?|with the words?|the words?|talk(?:ing)? about|say(?:ing)?)(?:过|了|着)? ?$/;
const isMention = (text: string, at: number): boolean =>
  mentionBefore.test(text.slice(0, at)) || /评论|comment/.test(text);

/** The words that a text shall hold: in quotation marks, or what follows 提到. */
function readKeywords(text: string, tokens: readonly Token[]): string[] {
  if (!tokens.some((t) => has(t, "mention"))) return [];
  const quoted = [...text.matchAll(quotes)].filter((m) => isMention(text, m.index)).map((m) => m[1]!);
  if (quoted.length > 0) return quoted;
  const bare =
    /(?:提到|提及|提了|含有|包含|出现|说到|讲到|写到|谈到|聊到|里面?说)(?:过|了|着)?([^的有,，。？?!！、 ]{1,8}?)(?:这个词|二字|两个字|两字|字样|一词)?(?:的|有多少|有几|多少|几条|$|[,，。？?])/.exec(
      text,
    ) ??
    /(?:mention(?:s|ed|ing)?|contain(?:s|ing)?|talk(?:ing)? about|with the words?|the words?) ?(?:the words? )?([^ ,.?]{1,20})/.exec(
      text,
    );
  return bare?.[1] ? [bare[1]] : [];
}

/** `一般要几天`, `how long`; not `最近几天`. */
export const asksHowLong = (text: string): boolean =>
  /多久|多长时间|(?<![近这前后过头])几天(?![内里前后])|多少天(?!内)|(?:几|多少)个?小时|how long|how many (?:days|hours)|how quickly/.test(
    text,
  ) && !/多久没|how long ago/.test(text);

/** `在变多吗`, `growing or shrinking`: which way something goes. */
export const asksWhither = (text: string): boolean =>
  /growing|shrinking|going (?:up|down)|rising or falling|[涨升][了着]?还是[在是]?[跌降]|多了还是少了|在?变[多少大小](?!多少)|在涨|在缩小|在扩大/.test(
    text,
  );

export const marksOf = (slots: Slots, of: string): Mark[] => slots.marks[of] ?? [];
export const keysOf = (slots: Slots, of: string): string[] => [...new Set(marksOf(slots, of).map((m) => m.key))];
export const is = (slots: Slots, of: string, key?: string): boolean =>
  marksOf(slots, of).some((m) => key === undefined || m.key === key);

/** The keys of one part that a question names, in the order in which it does. */
export const inOrder = (slots: Slots, of: string, keys: readonly string[]): string[] => [
  ...new Set(
    marksOf(slots, of)
      .filter((m) => keys.includes(m.key))
      .sort((a, b) => a.at - b.at)
      .map((m) => m.key),
  ),
];
