/** The platforms that KOCs publish on, by the keys that tables, cards and data packages use. */
export type Platform =
  | "xiaohongshu"
  | "douyin"
  | "kuaishou"
  | "bilibili"
  | "weibo"
  | "wechat_mp"
  | "wechat_channels"
  | "zhihu"
  | "dongchedi"
  | "autohome"
  | "yiche"
  | "toutiao"
  | "youtube"
  | "tiktok"
  | "instagram"
  | "x"
  | "facebook";

type PlatformName = { platform: Platform; zh: string; en: string; aliases: string[] };

/** `aliases`: what people also call it, lower case. */
export const platformNames: PlatformName[] = [
  {
    platform: "xiaohongshu",
    zh: "小红书",
    en: "Xiaohongshu",
    aliases: ["小红书", "红书", "小红薯", "xhs", "rednote", "red note", "little red book"],
  },
  { platform: "douyin", zh: "抖音", en: "Douyin", aliases: ["抖音", "抖音短视频", "dy", "dou音"] },
  { platform: "kuaishou", zh: "快手", en: "Kuaishou", aliases: ["快手", "ks", "kwai"] },
  {
    platform: "bilibili",
    zh: "B站",
    en: "Bilibili",
    aliases: ["b站", "哔哩哔哩", "哔哩", "bili", "bilibili", "小破站"],
  },
  { platform: "weibo", zh: "微博", en: "Weibo", aliases: ["微博", "新浪微博", "weibo", "围脖"] },
  {
    platform: "wechat_mp",
    zh: "公众号",
    en: "WeChat Official Account",
    aliases: ["公众号", "微信公众号", "订阅号", "服务号", "wechat mp"],
  },
  { platform: "wechat_channels", zh: "视频号", en: "WeChat Channels", aliases: ["视频号", "微信视频号", "channels"] },
  { platform: "zhihu", zh: "知乎", en: "Zhihu", aliases: ["知乎", "zhihu"] },
  { platform: "dongchedi", zh: "懂车帝", en: "Dongchedi", aliases: ["懂车帝", "dcd", "懂车"] },
  { platform: "autohome", zh: "汽车之家", en: "Autohome", aliases: ["汽车之家", "autohome", "之家", "车家号"] },
  { platform: "yiche", zh: "易车", en: "Yiche", aliases: ["易车", "易车网", "yiche", "易车号"] },
  { platform: "toutiao", zh: "今日头条", en: "Toutiao", aliases: ["今日头条", "头条", "头条号", "toutiao", "微头条"] },
  { platform: "youtube", zh: "YouTube", en: "YouTube", aliases: ["youtube", "yt", "油管"] },
  { platform: "tiktok", zh: "TikTok", en: "TikTok", aliases: ["tiktok", "tik tok", "tk"] },
  { platform: "instagram", zh: "Instagram", en: "Instagram", aliases: ["instagram", "ins", "ig"] },
  { platform: "x", zh: "X", en: "X", aliases: ["x", "twitter", "推特", "推"] },
  { platform: "facebook", zh: "Facebook", en: "Facebook", aliases: ["facebook", "fb", "脸书"] },
];

const byKey = new Map(platformNames.map((name) => [name.platform, name]));

/** What people read: `小红书`, `B站`. */
export function platformLabel(platform: Platform, lang: "zh" | "en"): string {
  return byKey.get(platform)![lang];
}

/** The platform a person means by a name such as `小红书`, `xhs` or `B站`, or by its key; null for one that koloop does not know. */
export function platformNamed(name: string): Platform | null {
  const wanted = name.trim().toLowerCase();
  const known = platformNames.find((each) => each.platform === wanted || each.aliases.includes(wanted));
  return known?.platform ?? null;
}
