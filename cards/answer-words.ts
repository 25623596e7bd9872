import { measureOf } from "#domain/measures.ts";
import type { Dimension, Filter, FilterKey, Query } from "#domain/query.ts";
import { zoned } from "#domain/zone.ts";
import type { Lang } from "./card.ts";
import { channelName, declineName, formName, platformName, say } from "./names.ts";

/** What an answer is written with. `nameOf` knows people, tasks, segments, tags by id. */
export type AnswerView = { lang: Lang; now: number; zone: string; nameOf: (kind: string, id: string) => string };

const fixed: Record<string, Record<string, [zh: string, en: string]>> = {
  status: {
    open: ["进行中", "open"],
    closed: ["已结束", "closed"],
    cancelled: ["已取消", "cancelled"],
    draft: ["草稿", "draft"],
  },
  role: { koc: ["KOC", "KOC"], customer: ["客户", "customers"], koe: ["KOE", "KOE"], manager: ["管理者", "managers"] },
  consent: { yes: ["已同意", "consented"], no: ["未同意", "no consent"], unknown: ["未问过", "not asked"] },
  source: { koe: ["员工确认", "confirmed by a KOE"], behaviour: ["行为", "behaviour"], import: ["导入", "imported"] },
  weekday: {
    workday: ["工作日(周一到周五)", "weekdays (Monday to Friday)"],
    weekend: ["周末(周六、周日)", "weekends"],
  },
  step: {
    pushed: ["推送", "pushed"],
    seen: ["查看", "seen"],
    accepted: ["接受", "accepted"],
    declined: ["拒绝", "declined"],
    submitted: ["提交", "submitted"],
    approved: ["通过", "approved"],
  },
};

/** A key as people read it: 视频, 小红书, 没时间, 林婉清. */
export function keyName(kind: string, key: string, { lang, nameOf }: AnswerView): string {
  if (kind === "form") return formName(key, lang);
  if (kind === "channel") return channelName(key, lang);
  if (kind === "platform") return platformName(key, lang);
  if (kind === "reason") return key === "none" ? say(lang, "未说明", "no reason given") : declineName(key, lang);
  if (kind === "koe" && key === "none") return say(lang, "没有负责人", "nobody looks after them");
  const words = fixed[kind === "done" || kind === "never" ? "step" : kind]?.[key];
  if (words) return say(lang, ...words);
  const step = /^(\w+)>(\w+)$/.exec(key);
  if (step)
    return `${keyName("done", step[1]!, { lang, nameOf } as AnswerView)} → ${keyName("done", step[2]!, { lang, nameOf } as AnswerView)}`;
  return nameOf(kind, key);
}

function filterWords(kind: FilterKey, filter: Filter, view: AnswerView): string[] {
  const { lang } = view;
  const names = (keys: readonly string[], between: string) =>
    keys
      .slice(0, 5)
      .map((key) => keyName(kind, key, view))
      .join(between);
  const words: string[] = [];
  if (filter.in) {
    const named = names(filter.in, filter.every ? say(lang, "且", " and ") : say(lang, "或", " or "));
    const frame: Partial<Record<FilterKey, [string, string]>> = {
      koe: [`${named}负责的人`, `people of ${named}`],
      never: [`从没${named}过`, `never ${named}`],
      done: [`${named}过`, `has ${named}`],
      tag: [`标签 ${named}`, `tag ${named}`],
      keyword: [`提到“${named}”`, `mentions “${named}”`],
    };
    words.push(say(lang, ...(frame[kind] ?? ([named, named] as [string, string]))));
  }
  if (filter.not) words.push(say(lang, `不含 ${names(filter.not, "、")}`, `without ${names(filter.not, ", ")}`));
  return words;
}

const dimensionWords: Record<Dimension, [string, string]> = {
  segment: ["分群", "segment"],
  tag: ["标签", "tag"],
  task: ["任务", "task"],
  theme: ["主题", "theme"],
  form: ["形式", "form"],
  platform: ["平台", "platform"],
  city: ["城市", "city"],
  koe: ["KOE", "KOE"],
  person: ["人", "person"],
  channel: ["渠道", "channel"],
  reason: ["原因", "reason"],
  role: ["角色", "role"],
  consent: ["同意", "consent"],
  post: ["作品", "post"],
  status: ["状态", "status"],
  weekday: ["工作日和周末", "weekdays and weekends"],
  period: ["时间", "time"],
};
export const dimensionName = (by: Dimension, lang: Lang): string => say(lang, ...dimensionWords[by]);

/** Of a quota the pieces that are still wanted, and not how much of it was reached. */
export const asksForRest = ({ field }: Query): boolean => field === "left";

/** The query in words, so that a misunderstanding shows: `近7天 · 科技关注者 · 视频 · 完成率`. */
export function queryWords(query: Query, view: AnswerView): string {
  const { lang } = view;
  const time = query.at?.words ?? (query.group?.by === "period" ? periodWords(query) : query.period?.words);
  const filters = (Object.entries(query.filters) as [FilterKey, Filter][]).flatMap(([kind, filter]) =>
    filterWords(kind, filter, view),
  );
  const keys = query.group?.keys?.map((key) => keyName(query.group!.by, key, view)).join(" / ");
  const split =
    query.group && query.group.by !== "period"
      ? (keys ?? say(lang, `按${dimensionName(query.group.by, lang)}`, `by ${dimensionName(query.group.by, lang)}`))
      : undefined;
  const what = asksForRest(query)
    ? say(lang, "还差", "still wanted")
    : query.measures.map((key) => say(lang, measureOf(key).zh, measureOf(key).en)).join(say(lang, "、", ", "));
  const compared =
    query.compare &&
    say(
      lang,
      query.compare === "growth" ? "增长率" : "相差",
      query.compare === "growth" ? "growth rate" : "difference",
    );
  const counted = query.count === "people" ? say(lang, "按人去重", "each person once") : undefined;
  const place = query.place !== null && query.group ? `${keyName(query.group.by, query.place, view)}` : undefined;
  const rank = place && say(lang, `${place}的名次`, `place of ${place}`);
  const share = query.share && say(lang, "占比", "share");
  return [time, ...filters, split, what, rank, share, compared, counted].filter(Boolean).join(" · ");
}

function periodWords(query: Query): string {
  const periods = query.group?.periods ?? [];
  const [first, last] = [periods[0], periods.at(-1)];
  return query.compare
    ? periods.map((p) => p.words || p.label).join(" / ")
    : first === last
      ? (first?.label ?? "")
      : `${first?.label} – ${last?.label}`;
}

/** Every figure says as of when: `截至 18:00`, with the day where it is not today. */
export function asOf({ now, zone, lang }: AnswerView): string {
  const { month, day, hour, minute } = zoned(now, zone);
  const time = `${hour}:${String(minute).padStart(2, "0")}`;
  return say(lang, `截至 ${month}月${day}日 ${time}`, `as of ${day}/${month} ${time}`);
}
