import type { Card } from "#cards/card.ts";
import { directRoomId } from "#db/web.ts";
import type { House } from "../bot/channels/web/house.ts";

export const direct = directRoomId("wang", "ann");
export const group = "group:family";

/** A card that uses every block, as a KOE might be shown. */
export const suggestionCard: Card = {
  v: 1,
  key: "sg:1",
  title: "王女士:听到 3 个新标签",
  blocks: [
    { type: "text", text: "从今天的聊天里听到的,点一下就记下:" },
    { type: "quote", text: "下周又要去深圳出差,一周飞三趟", from: "商旅人士" },
    { type: "quote", text: "我们家二宝下个月出生", from: "有孩家庭" },
    { type: "fact", label: "城市", value: "上海" },
    { type: "fact", label: "负责人", value: "林婉清" },
  ],
  buttons: [
    { label: "商旅人士", action: { type: "suggestion.confirm", id: "s1", arg: "business" }, tone: "normal" },
    { label: "有孩家庭", action: { type: "suggestion.confirm", id: "s1", arg: "family" }, tone: "normal" },
    { label: "价格敏感", action: { type: "suggestion.confirm", id: "s1", arg: "price" }, tone: "normal" },
    { label: "都不是", action: { type: "suggestion.reject-all", id: "s1" }, tone: "danger" },
    { label: "全部确认", action: { type: "suggestion.confirm-all", id: "s1" }, tone: "primary" },
  ],
};

const reportCard: Card = {
  v: 1,
  key: "rp:1",
  title: "《儿童安全座椅安装技巧》第 3 天",
  blocks: [
    { type: "text", text: "20 篇里交了 7 篇。视频的互动率是图文的两倍,杭州的 KOC 还没有动静。" },
    {
      type: "table",
      columns: ["人群", "推送", "接受", "提交", "互动率"],
      rows: [
        ["有孩家庭 · 视频", "24", "15", "5", "6.2%"],
        ["有孩家庭 · 图文", "18", "9", "2", "3.1%"],
        ["二胎计划", "9", "3", "0", "–"],
      ],
      alignRight: [1, 2, 3, 4],
    },
    { type: "link", label: "打开完整报告", url: "https://example.com/report" },
    { type: "picture", pictureId: "funnel", alt: "漏斗:推送 51,接受 27,提交 7" },
  ],
  buttons: [{ label: "看弱在哪里", action: { type: "task.report", id: "t1" }, tone: "primary" }],
};

const offerCard: Card = {
  v: 1,
  key: "of:1",
  title: "新任务:儿童安全座椅安装技巧",
  blocks: [
    { type: "text", text: "想请你分享一次安装经过,越具体越好。" },
    { type: "fact", label: "为什么是你", value: "你家有两个孩子,上次的安装视频互动率 8.4%" },
    { type: "fact", label: "形式", value: "视频或图文" },
    { type: "fact", label: "截止", value: "12月1日 18:00" },
  ],
  buttons: [],
  settled: "已接受:视频 · 14:03",
};

const chart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 200"><rect width="400" height="200" fill="#fff"/><g fill="#0f9c89"><rect x="40" y="30" width="320" height="34" rx="6"/><rect x="40" y="82" width="170" height="34" rx="6" opacity=".75"/><rect x="40" y="134" width="60" height="34" rx="6" opacity=".5"/></g></svg>`;

/** Fills the messenger with a day of talk, as it looks when people have used it for a while. */
export async function furnish(house: House): Promise<void> {
  const { channel, backend } = house;
  await channel.openRoom({ id: direct, kind: "direct" }, ["wang", "ann"]);
  await channel.openRoom({ id: "direct:ann:li", kind: "direct" }, ["ann", "li"]);
  await channel.openRoom({ id: group, kind: "group", title: "亲子出行车友群" }, ["ann", "wang", "li", "zhao"]);
  for (const id of ["wang", "ann", "li", "zhao", "chen"]) {
    await channel.openRoom({ id: `bot:${id}`, kind: "bot" }, [id]);
  }
  const now = Date.now();
  const day = 24 * 60 * 60_000;
  let count = 0;
  const post = (room_id: string, from_id: string, body: string, at: number) =>
    backend.transaction(({ sql }) =>
      sql.insert("web_post", { id: `w${++count}`, room_id, from_id, kind: "text", body, at }),
    );
  await backend.transaction(({ sql }) =>
    sql.insert("picture", { id: "funnel", mime: "image/svg+xml", bytes: Buffer.from(chart), created_at: now }),
  );
  await post(direct, "ann", "王女士您好,我是您的专属顾问林婉清,有什么想了解的随时找我~", now - day - 5_000_000);
  await post(direct, "wang", "你好,上次看的那台 7 座,后备箱放得下双人婴儿车吗?", now - day - 4_000_000);
  await post(direct, "ann", "放得下,第三排放倒后能放两辆。我拍个视频给您", now - day - 3_900_000);
  await post(direct, "ann", "https://example.com/v/2f8a 这是上周一位妈妈拍的", now - day - 3_880_000);
  await post(direct, "wang", "太好了", now - 3_000_000);
  await post(direct, "wang", "我下周又要去深圳出差,一周飞三趟,周末才有空看车", now - 2_990_000);
  await post(direct, "wang", "我们家二宝下个月出生,想赶在那之前定下来", now - 2_900_000);
  await post(direct, "ann", "恭喜恭喜!周六上午给您留试驾,可以把大宝也带来", now - 2_800_000);
  await post(direct, "wang", "👍", now - 2_700_000);
  await post("direct:ann:li", "li", "婉清姐,视频剪好了,今晚发", now - 600_000);
  await post(group, "li", "周末去莫干山的路况怎么样?带两个娃", now - 1_800_000);
  await post(group, "li", "有没有充电桩推荐", now - 1_790_000);
  await post(group, "zhao", "筏头服务区刚扩建,12 个快充,人不多", now - 1_700_000);
  await post(group, "wang", "谢谢分享 🙏", now - 1_650_000);
  await post(group, "ann", "我整理了一份沿途清单,晚点发群里", now - 1_600_000);
  await post("bot:ann", "ann", "谁是王女士", now - 1_500_000);
  const deliver = (room: string, card: Card, id: string) =>
    channel.deliver({ id, address: { channel: "web", room }, body: { type: "card", card } });
  await deliver("bot:ann", suggestionCard, "o1");
  await deliver("bot:chen", reportCard, "o2");
  await deliver("bot:li", offerCard, "o3");
  await deliver(
    "bot:zhao",
    {
      ...offerCard,
      key: "of:2",
      settled: undefined,
      buttons: [
        { label: "拍视频", action: { type: "offer.accept", id: "a1", arg: "video" }, tone: "primary" },
        { label: "写图文", action: { type: "offer.accept", id: "a1", arg: "post" }, tone: "primary" },
        { label: "换成探店", action: { type: "offer.accept", id: "a1", arg: "visit" }, tone: "normal" },
        { label: "这次不了", action: { type: "offer.decline", id: "a1" }, tone: "danger" },
      ],
    },
    "o4",
  );
}

export const cast = [
  {
    personId: "wang",
    name: "王女士",
    role: "顾客",
    roomId: direct,
    hint: "和林婉清聊天",
    says: ["我经常出差,一周飞三趟", "预算卡死 15 万"],
  },
  {
    personId: "ann",
    name: "林婉清",
    role: "KOE",
    roomId: "bot:ann",
    hint: "卡片到这里,点一下就好",
    says: ["谁是王女士"],
  },
  {
    personId: "chen",
    name: "陈经理",
    role: "经理",
    roomId: "bot:chen",
    hint: "派任务,问数据",
    says: ["新任务:儿童安全座椅安装技巧,给有孩家庭"],
  },
  { personId: "li", name: "李小满", role: "KOC", roomId: "bot:li", hint: "任务到这里,链接直接发", says: ["我的任务"] },
  {
    personId: "zhao",
    name: "赵一鸣",
    role: "KOC",
    roomId: "bot:zhao",
    hint: "任务到这里,链接直接发",
    says: ["我的任务"],
  },
];
