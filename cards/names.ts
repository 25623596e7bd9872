import { platformNames } from "#domain/platform.ts";
import type { Lang } from "./card.ts";

type Names = Record<string, { zh: string; en: string }>;

const forms: Names = {
  video: { zh: "视频", en: "video" },
  photo_text: { zh: "图文", en: "photo post" },
  longform: { zh: "长文", en: "long article" },
  live: { zh: "直播", en: "live stream" },
};

/** The forms that koloop has names for; a brand may add more. */
export const knownForms: readonly string[] = Object.keys(forms);

const platforms: Names = {
  ...Object.fromEntries(platformNames.map(({ platform, zh, en }) => [platform, { zh, en }])),
  // A screenshot, or a page of a site that koloop does not know.
  other: { zh: "其他", en: "Other" },
};

const declines: Names = {
  no_time: { zh: "没时间", en: "No time" },
  not_interested: { zh: "不感兴趣", en: "Not interested" },
  wrong_form: { zh: "形式不合适", en: "Wrong form" },
  not_me: { zh: "不符合自身情况", en: "Does not fit me" },
  reward_low: { zh: "奖励太低", en: "Reward too low" },
  too_often: { zh: "推得太频繁", en: "Too often" },
  other: { zh: "其他", en: "Other" },
};

const channels: Names = {
  wecom: { zh: "企业微信", en: "WeCom" },
  wechat: { zh: "个人微信群", en: "WeChat" },
  wechaty: { zh: "个人微信", en: "WeChat" },
  telegram: { zh: "Telegram", en: "Telegram" },
  web: { zh: "网页", en: "web" },
};

const aspects: Names = {
  power: { zh: "动力", en: "power" },
  price: { zh: "价格", en: "price" },
  interior: { zh: "内饰", en: "interior" },
  configuration: { zh: "配置", en: "configuration" },
  safety: { zh: "安全性", en: "safety" },
  looks: { zh: "外观", en: "looks" },
  handling: { zh: "操控", en: "handling" },
  fuel_use: { zh: "油耗", en: "fuel_use" },
  space: { zh: "空间", en: "space" },
  comfort: { zh: "舒适性", en: "comfort" },
};

const nameIn = (names: Names) => (key: string, lang: Lang) => names[key]?.[lang] ?? key;

/** 视频, 图文 …; a form that koloop has no name for is shown as the brand wrote it. */
export const formName = nameIn(forms);
export const platformName = nameIn(platforms);
/** The messenger in which somebody is known. */
export const channelName = nameIn(channels);
export const declineName = nameIn(declines);
/** What a comment judges: the aspects of `nlp/packs/comments/aspects.yaml`; other topics are shown as they were said. */
export const aspectName = nameIn(aspects);

/** The words of the two languages side by side; Chinese first, as everywhere. */
export const say = (lang: Lang, zh: string, en: string): string => (lang === "zh" ? zh : en);

/** `14:03`, or `11月12日 14:03` on another day, by the wall clock of a zone. Times are epoch milliseconds. */
export function clockText(at: number, now: number, zone: string, lang: Lang): string {
  const locale = lang === "zh" ? "zh-CN" : "en-GB";
  const day = (ms: number) =>
    new Intl.DateTimeFormat(locale, { timeZone: zone, month: "short", day: "numeric" }).format(ms);
  const time = new Intl.DateTimeFormat(locale, {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  }).format(at);
  return day(at) === day(now) ? time : `${day(at)} ${time}`;
}

/** `12月1日`, with the year where it is another one. */
export function dayText(at: number, zone: string, lang: Lang): string {
  return new Intl.DateTimeFormat(lang === "zh" ? "zh-CN" : "en-GB", {
    timeZone: zone,
    month: "short",
    day: "numeric",
  }).format(at);
}

/** A share as `41.8%`; `–` where there is nothing to divide by. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : `${((part / whole) * 100).toFixed(1)}%`;
}

/** The way back from a page that stands by itself. */
export const backToKoloop = (lang: Lang): string => say(lang, "回到 koloop", "Back to koloop");
