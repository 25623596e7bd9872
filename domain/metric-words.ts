/** What a post's figures are called. `completionRate` is a share from 0 to 1, the others are counts since the post went up. */
export type Metric = "reads" | "likes" | "comments" | "shares" | "favourites" | "completionRate";

export const metrics: Metric[] = ["reads", "likes", "comments", "shares", "favourites", "completionRate"];

/** How people and platforms write each figure's name, space between them. */
const words: Record<Metric, string> = {
  reads:
    "阅读量 阅读数 阅读人数 阅读次数 阅读 浏览量 浏览数 浏览次数 浏览人数 浏览 播放量 播放数 播放次数 播放 观看量 观看数 观看人数 观看次数 观看 " +
    "看过 查看 小眼睛 閱讀量 閱讀數 閱讀 瀏覽量 瀏覽 觀看次數 觀看 播放數 阅 看 读 播 浏 views view reads read plays play 👁 👀 ▶",
  likes:
    "点赞量 点赞数 点赞人数 点赞 点攒 赞数 赞 喜欢数 喜欢 小红心 红心 爱心 大拇指 按讚 按赞 點贊 點讚 讚 赞👍 likes like liked hearts ❤ ♥ ♡ 🤍 💗 💕 🩷 👍",
  comments:
    "评论区条数 评论区 评论量 评论数 评论条数 评论人数 评论 留言数 留言 回复数 回复 回帖数 回帖 跟帖数 跟帖 評論 留言數 评 comments comment cmts replies reply 💬 🗨",
  shares:
    "转发量 转发数 转发次数 转发 分享量 分享数 分享次数 分享人数 分享 轉發 转 shares share reposts repost retweets retweet forwards 🔁 ↪ ↗",
  favourites:
    "收藏量 收藏数 收藏人数 收藏 星星 藏 saves save saved favorites favourites favorite favourite favs fav bookmarks bookmark ⭐ 🌟 ★ ☆ 🔖",
  completionRate:
    "完播率 完播比例 完播比 完播 播完率 看完率 播放完成率 完整播放率 completion_rate completion finish_rate completed",
};

/** Figures that koloop does not keep: their numbers must not be taken for a neighbour's. */
const otherWords =
  "曝光量 曝光数 曝光 展现量 展现 展示量 展示 推荐量 推荐 粉丝数 粉丝量 粉丝 关注数 关注 获赞与收藏 获赞和收藏 赞与收藏 获赞数 获赞 涨粉数 涨粉 掉粉 新增粉丝 " +
  "新增关注 电量 平均播放时长 人均播放时长 平均观看时长 人均观看时长 平均阅读时长 平均播放占比 平均播放进度 播放占比 播放进度 阅读时长 播放时长 观看时长 " +
  "总时长 时长 弹幕数 弹幕量 弹幕 投币数 投币 硬币 币 在看 点击率 封面点击率 点击量 点击 互动率 互动量 互动数 互动 转化率 跳出率 完读率 读完率 留存率 点赞率 " +
  "评论率 收藏率 分享率 转发率 赞播比 主页访问量 主页访问 点踩 踩 作品数 笔记数 访客数 访客 收益 收入 评分 好评率 差评率 好评 差评 好评数 差评数 评论点赞 " +
  "粉丝点赞 好友 积分 排名 名次 平均播放 人均播放 平均阅读 followers follower following fans impressions impression reach engagement_rate engagement " +
  "阅读完成率 播放完成度 ctr watch_time average_view_duration avg_view_duration subscribers dislikes dislike clicks retention profile_visits reposts_rate like_rate danmaku coins battery";

/**
 * `metric` is null for a figure that koloop does not keep. `weak`: also an ordinary word, so it does not stand for a figure by itself. `part`: also a
 * part of other words (`评` in `影评`). `rate`: its number is a share.
 */
export type MetricWord = { metric: Metric | null; weak: boolean; part: boolean; rate: boolean };

const rateName = /(?:率|占比|进度|rate|ctr|retention)$/;
const other: MetricWord = { metric: null, weak: false, part: false, rate: true };
const known = new Map<string, MetricWord>();

function add(list: string, metric: Metric | null): void {
  for (const entry of list.split(" ")) {
    const word = entry.replaceAll("_", " ");
    const weak =
      /^(?:view|read|play|like|liked|comment|reply|share|repost|retweet|save|saved|fav|favorite|favourite|completed|看|读|播|浏|转|看过|查看|喜欢|分享|回复|评论区)$/.test(
        word,
      );
    known.set(word, {
      metric,
      weak,
      part: /^[\u4e00-\u9fff]$/.test(word) && word !== "赞",
      rate: metric === "completionRate" || rateName.test(word),
    });
  }
}
for (const metric of metrics) add(words[metric], metric);
add(otherWords, null);

const longestFirst = [...known.keys()].sort((a, b) => b.length - a.length);
const latin = longestFirst.filter((word) => /^[a-z ]+$/.test(word)).map((word) => word.replaceAll(" ", "[ _-]?"));
const rest = longestFirst.filter((word) => !/^[a-z ]+$/.test(word));
// `5s完播率`, `2秒跳出率`: figures of their own.
const timed = "(?:前|超)?\\d{1,2} ?(?:s|秒)(?:完播率?|跳出率|播放率|留存率|率)";

/** Every name of a figure in a lower-case text; group 1 is one of those that begin with a duration. */
export const metricWord = new RegExp(`(${timed})|(?<![a-z])(?:${latin.join("|")})(?![a-z])|${rest.join("|")}`, "gu");

/** What a text that `metricWord` matched stands for. */
export function metricNamed(match: RegExpExecArray): MetricWord {
  if (match[1]) return other;
  return known.get(match[0]) ?? known.get(match[0].replace(/[_-]/g, " ")) ?? other;
}

/** The figure that a whole name such as a column's stands for: `阅读量`, `Views`; null for a figure koloop does not keep, undefined for other words. */
export function metricOfName(name: string): Metric | null | undefined {
  const word = known.get(name) ?? known.get(name.replace(/[_-]/g, " "));
  return word && (word.metric ?? null);
}

/** Words between a name and its number that change nothing: `点赞 一共 有 356 个`. Sorted so that the longer is taken first. */
const fillers = (
  "刚刚 刚 仅仅 仅 另外 另有 不到 不足 不满 未满 少于 低于 没到 负 目前为止 截止目前 截至目前 目前 现在 现有 已经 一共有 一共 总共 总计 合计 共计 累计 大家 居然 竟然 终于 突破 达到 超过 大约 大概 差不多 将近 接近 不止 至少 左右 上下 以上 " +
  "人次 次数 个人 分别是 分别为 分别 还有 加上 以及 就是 只有 总 共 是 为 有 了 的 到 达 才 就 都 也 已 和 与 及 跟 个 条 次 人 位 枚 颗 破 过 超 约 近 快 上 被 收获 获得 收到 得到 拿到 " +
  "哈 啦 呢 吧 哦 呀 啊 嘛 今天 今日 数据 and with has got have now about over around times people total of the count"
)
  .split(" ")
  .sort((a, b) => b.length - a.length);
export const filler = new RegExp(
  `${fillers.map((word) => (/^[a-z]/.test(word) ? `(?<![a-z])${word}(?![a-z])` : word)).join("|")}`,
  "g",
);

/** Words before a number that make it a bound rather than a value. */
export const boundWords = {
  atLeast: /(?:超过?|突破|破|过|不止|至少|上|over|more than|at least|>=?|≥)\s*$/,
  about: /(?:大约|约|大概|差不多|将近|接近|近|快|around|about|nearly|almost|[~～≈])\s*$/,
  below: /(?:不到|不足|不满|未满|少于|低于|没到|less than|under|below|<=?|≤)\s*$/,
};

/** A line with one of these wishes for numbers, it does not report them. */
export const wishes =
  /万一|要是|只要|目标|要求|争取|希望|预计|预估|如果|假如|保底|冲刺|求(?:赞|点赞|转)|帮忙?点|能不能|想要|至少要|需要|goal|target|hope|wish|if we|would be|expect/;
