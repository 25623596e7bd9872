import type { Named, NameKind } from "#domain/catalog.ts";
import type { Dimension, Having } from "#domain/query.ts";
import { questionLexicon } from "./lexicon.ts";
import type { Scanned, Token } from "./scan.ts";
import { soundOf } from "./sound.ts";
import type { TimeSense } from "./time.ts";

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

const has = (token: Token | undefined, of: string, key?: string): boolean =>
  token?.senses.some((s) => s.of === of && (key === undefined || s.key === key)) ?? false;

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
  slots.unknown.push(...unknownIds(scanned), ...unknownNames(scanned), ...unknownPeople(scanned));
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

const chineseDigits: Record<string, number> = {
  一: 1,
  二: 2,
  两: 2,
  三: 3,
  四: 4,
  五: 5,
  六: 6,
  七: 7,
  八: 8,
  九: 9,
  十: 10,
};
const englishDigits: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
};
const numberOf = (word: string): number =>
  /^\d/.test(word)
    ? Number(word)
    : (chineseDigits[word] ?? englishDigits[word] ?? (word === "俩" ? 2 : word === "仨" ? 3 : 10));

const superlative =
  "(?:最(?:常见|普遍|热门|活跃|受欢迎)(?:的)?|最[高低多少好差大小快慢长短热火冷强弱久贵](?:的)?|排名?(?:最)?(?:靠前|靠后|前|后)的?|第一|垫底的?|倒数的?)";
const limitShapes = [
  /top ?(\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)/,
  /前(\d{1,2}|[一二两三四五六七八九十])(?!天|周|个?月|年|个?星期|小时|日)(?:个|名|位|大|篇|条)?/,
  /(?:倒数|垫底的?|后)(\d{1,2}|[二两三四五六七八九十])(?:个|名|位|篇)?/,
  new RegExp(`${superlative}(?:的)?(?:那|前)?(\\d{1,2}|[一二两三四五六七八九十俩仨])(?:个|名|位|篇|条|类|种|项)?`),
  /(?:哪|那)(\d{1,2}|[两三四五六七八九十])(?:个|名|位|篇|条|类)(?=.{0,16}最)/,
  /(?:best|worst|lowest|highest|bottom|most|least|fewest|fastest|slowest) (\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)\b/,
  /(\d{1,2}|two|three|four|five|six|seven|eight|nine|ten) (?:\w+ )?(?:best|worst|lowest|highest|most|fewest|fastest|slowest|top|largest|biggest|smallest)\b/,
  /(?:给我|列|列出|要|取|看)(?:一下)?(\d{1,2}|[三四五六七八九十])(?:个|名|位|篇|条)/,
];

function readLimit(text: string): number | null {
  for (const shape of limitShapes) {
    const hit = shape.exec(text);
    if (hit?.[1]) return numberOf(hit[1]);
  }
  return null;
}

/** Whether a task got what it wanted. */
const quotaMissed =
  /名额(?:还|都)?(?:没有?|未)(?:完成|达成|凑够|凑齐|收满|招满|用完|满)|(?:没|未)(?:有)?(?:完成|达成|达到|收满|收够|凑够|凑齐)名额|(?:没有?|未)(?:收够|凑够|招满|达标)|(?:short of|miss(?:ed|ing)?|below|under|did not (?:reach|meet|fill)|didn't (?:reach|meet|fill)) (?:the |its |their )?quotas?/;
const quotaMet =
  /名额(?:已经?|都|全)?(?:满了|完成|达成|凑够|凑齐|收满|招满|用完)(?!率|度)了?|(?:完成|达成|达到|收满|收够)(?:了)?名额(?!率|达)|超额(?:完成)?|(?:reach|met|meet|fill|filled|reached|hit) (?:the |its |their )?quotas?/;

/** A figure that groups must have to be shown. */
function readHaving(text: string): Having | null {
  if (quotaMissed.test(text)) return { is: "below", value: 100, orEqual: false };
  if (quotaMet.test(text)) return { is: "above", value: 100, orEqual: true };
  const exact =
    /(?:重要(?:度|性|程度)?|优先级|importance|priority)(?:是|为|=|:| of| is)? ?(\d)(?!\d)(?! ?(?:以上|以下|及))/.exec(
      text,
    );
  if (exact) return { is: "equal", value: Number(exact[1]), orEqual: true };
  const hit =
    /(超过|高于|大于|多于|不低于|至少|不少于|低于|小于|少于|不到|不足|不超过|至多|over|above|more than|at least|greater than|higher than|below|under|less than|fewer than|lower than|at most) ?(\d+(?:\.\d+)?(?:万|千|w|k)?)/.exec(
      text,
    ) ?? /(?:在|有)?(\d+(?:\.\d+)?(?:万|千|w|k)?) ?(?:%|个|人|篇|次|条|分|积分|小时)?(以上|以下)/.exec(text);
  const tenths =
    /(超过|高于|大于|不低于|至少|低于|小于|不到|不足|不超过)(?:([一二两三四五六七八九])成([半一二三四五六七八九])?|(一半|百分之五十))/.exec(
      text,
    );
  if (tenths) {
    const value = tenths[4]
      ? 50
      : numberOf(tenths[2]!) * 10 + (tenths[3] === "半" ? 5 : tenths[3] ? numberOf(tenths[3]) : 0);
    const isBelow = /^(?:低于|小于|不到|不足|不超过)$/.test(tenths[1]!);
    return { is: isBelow ? "below" : "above", value, orEqual: /^不低于|至少|不超过/.test(tenths[1]!) };
  }
  const inWords = /([两三四五六七八九十])(?:个|篇|次|条|人|位)(?:以上|及以上)/.exec(text);
  if (!hit && inWords) return { is: "above", value: numberOf(inWords[1]!), orEqual: true };
  if (!hit) return null;
  const [word, number] = /\d/.test(hit[1]!) ? [hit[2]!, hit[1]!] : [hit[1]!, hit[2]!];
  const isBelow = /低于|小于|少于|不到|不足|不超过|至多|以下|below|under|less|fewer|lower|most/.test(word);
  const orEqual = /不低于|至少|不少于|不超过|至多|以上|以下|at least|at most/.test(word);
  return {
    is: isBelow ? "below" : "above",
    value: Number.parseFloat(number) * (/[万w]$/.test(number) ? 10_000 : /[千k]$/.test(number) ? 1_000 : 1),
    orEqual,
  };
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

/** `T99`: written like a number of a task or a person, and nobody's. */
function unknownIds({ text, tokens }: Scanned): string[] {
  return [...text.matchAll(/(?<![a-z0-9])[temp]\d{2,4}(?![a-z0-9])/g)]
    .filter((hit) => !tokens.some((t) => t.start <= hit.index && t.end > hit.index && t.names.length > 0))
    .map((hit) => hit[0].toUpperCase());
}

const ofTypes = ["segment", "tag", "task", "theme", "platform"];
const joiners = /[的有是在和跟与里了几多少把给那这各每哪按从到个看查问一]/;

/** What stands right before 群, 标签, 主题 … and is no name that the brand has. */
function unknownNames({ text, tokens, rest }: Scanned): string[] {
  const unexplained = new Set(rest.flatMap((r) => Array.from({ length: r.end - r.start }, (_, k) => r.start + k)));
  const solid = new Set(
    tokens
      .filter((t) => t.end - t.start > 1 || t.names.length > 0 || t.senses.some((s) => s.of !== "filler"))
      .flatMap((t) => Array.from({ length: t.end - t.start }, (_, k) => t.start + k)),
  );
  return tokens
    .filter(
      (t) =>
        t.senses.some((s) => s.of === "dimension" && ofTypes.includes(s.key)) ||
        has(t, "that_segment") ||
        has(t, "that_task") ||
        has(t, "that_theme"),
    )
    .flatMap((t) => {
      const end = /(?:这个|那个|这|那)$/.exec(text.slice(0, t.start))?.index ?? t.start;
      let start = end;
      while (
        start > 0 &&
        !solid.has(start - 1) &&
        /[\u4e00-\u9fffa-z]/.test(text[start - 1]!) &&
        !joiners.test(text[start - 1]!)
      )
        start--;
      const run = text.slice(start, end);
      const strange = Array.from({ length: end - start }, (_, k) => start + k).filter((k) => unexplained.has(k)).length;
      return strange >= 2 && run.length >= 2 ? [run] : [];
    });
}

/** Chinese words left over outside quotation marks; what is only looked for in texts is none. */
const strangeWords = ({ rest }: Scanned, keywords: readonly string[]): string[] =>
  rest
    .map((r) => r.text.replace(/[^\u4e00-\u9fff]/g, ""))
    .filter((word) => word.length >= 2 && !keywords.some((k) => k.includes(word) || word.includes(k)))
    // `任物` sounds like a word that is known: a slip, and no name.
    .filter((word) => !questionLexicon().sounds.has(soundOf(word)));

/** A family name and one or two letters that nobody has, where the one who did something is named. */
function unknownPeople({ text, tokens }: Scanned): string[] {
  const verb = tokens.find(
    (t) => has(t, "step") || has(t, "state") || has(t, "owned") || has(t, "measure") || has(t, "person_field"),
  );
  if (!verb) return [];
  const lead = text
    .slice(0, verb.start)
    .replace(
      /(?:的|一共|总共|上周|上个?月|本月|这个?月|最近|到底|手里|名下|现在|一个|今年|昨天|今天|有没有|都|还|没|也|老)+$/g,
      "",
    );
  if (!/^[\u4e00-\u9fff]{2,4}$/.test(lead) || !questionLexicon().surnames.has(lead[0]!)) return [];
  const inside = tokens.filter((t) => t.start < lead.length);
  const isKnown = inside.some(
    (t) => t.names.length > 0 || t.time || t.senses.some((s) => s.of !== "filler" && s.of !== "dimension"),
  );
  const covered = inside.reduce((sum, t) => sum + Math.min(t.end, lead.length) - t.start, 0);
  return isKnown || covered >= lead.length ? [] : [lead];
}

/** Whether a question asks which tasks got the pieces they wanted. */
export const asksForQuota = ({ text }: Slots): boolean => quotaMissed.test(text) || quotaMet.test(text);

/** `一般要几天`, `how long`; not `最近几天`. */
export const asksHowLong = (text: string): boolean =>
  /多久|多长时间|(?<![近这前后过头])几天(?![内里前后])|多少天(?!内)|(?:几|多少)个?小时|how long|how many (?:days|hours)|how quickly/.test(
    text,
  ) && !/多久没|how long ago/.test(text);

/** `在变多吗`, `growing or shrinking`: which way something goes. */
export const asksWhither = (text: string): boolean =>
  /growing|shrinking|多了还是少了|在?变[多少大小](?!多少)|在涨|在缩小|在扩大/.test(text);

export const marksOf = (slots: Slots, of: string): Mark[] => slots.marks[of] ?? [];
export const keysOf = (slots: Slots, of: string): string[] => [...new Set(marksOf(slots, of).map((m) => m.key))];
export const is = (slots: Slots, of: string, key?: string): boolean =>
  marksOf(slots, of).some((m) => key === undefined || m.key === key);
