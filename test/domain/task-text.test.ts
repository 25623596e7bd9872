import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskDraft } from "#domain/task-pieces.ts";
import { readTask } from "#domain/task-text.ts";
import { isoDate, zoned } from "#domain/zone.ts";
import { effortMs } from "../setup/effort.ts";

const zone = "Asia/Shanghai";
const now = Date.parse("2026-11-20T18:00:00+08:00");

/** The segments and tags of a brand, by every name people use for them. */
const people: Record<string, string> = {
  有孩家庭: "baby_family",
  宝爸宝妈: "baby_family",
  "families with kids": "baby_family",
  新手父母: "new_parent",
  新车主: "new_owners",
  "new owners": "new_owners",
  商旅人士: "business_traveler",
  科技关注者: "tech_followers",
  露营爱好者: "camp_outdoor",
  "EV owners": "ev",
  电车车主: "ev",
  上海车主: "city:上海",
};
const lookup = (name: string): string[] => (people[name] ? [people[name]!] : []);

const read = (text: string): TaskDraft<string> => readTask(text, { now, zone, lookup });

const pad = (value: number) => String(value).padStart(2, "0");
function time(ms: number): string {
  const { hour, minute, second } = zoned(ms, zone);
  return isoDate(ms, zone) + (second === 59 ? "" : `T${pad(hour)}:${pad(minute)}`);
}

/** A draft in one line; names of people that the lookup does not know come with a question mark. */
function inShort(draft: TaskDraft<string>): string {
  const names = (list: TaskDraft<string>["audience"]) =>
    list.map(({ name, matches }) => matches.join("|") || `${name}?`).join("+");
  return [
    draft.title ?? "-",
    names(draft.audience),
    draft.excluded.length > 0 && `!${names(draft.excluded)}`,
    draft.forms.map((form) => form[0]).join(""),
    draft.quota !== null && `q${draft.quota}`,
    draft.deadlineAt !== null && time(draft.deadlineAt),
    draft.reward !== null && `r${draft.reward}`,
    draft.importance !== null && `i${draft.importance}`,
    draft.pushBudget !== null && `b${draft.pushBudget}`,
    draft.platforms.length > 0 && `@${draft.platforms.join("+")}`,
    draft.missing.length > 0 && `missing:${draft.missing.join("+")}`,
    draft.unread.length > 0 && `unread:${draft.unread.join("+")}`,
  ]
    .filter((part) => part !== false && part !== "")
    .join(" ");
}

const full = "儿童安全座椅安装技巧 baby_family vp q20 2026-12-01";

/** Message, and the draft: title, people, forms (v video, p photo_text, l longform), quota, deadline, r reward, i importance, b budget, @ platforms. */
const rows: [message: string, draft: string][] = [
  ["新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,20篇,12月1日前", full],
  ["新任务：儿童安全座椅安装技巧，给有孩家庭，视频或图文，20篇，12月1日前", full],
  ["新任务 儿童安全座椅安装技巧 给有孩家庭 视频或图文 20篇 12月1日前", full],
  ["新任务\n儿童安全座椅安装技巧\n给有孩家庭\n视频/图文\n20篇\n12月1日前", full],
  ["发任务：12月1日前，20篇，视频或图文，给有孩家庭，儿童安全座椅安装技巧", full],
  ["发布任务 给有孩家庭 儿童安全座椅安装技巧 视频、图文 20篇 截止12月1日", full],
  ["新任务:儿童安全座椅安装技巧;给有孩家庭;视频+图文;要20篇;截止时间:12月1日", full],
  ["新任务儿童安全座椅安装技巧给有孩家庭视频或图文20篇12月1日前", full],
  ["任务：儿童安全座椅安装技巧。面向有孩家庭。视频或图文。二十篇。12月1日之前交。", full],
  ["@koloop 新任务 儿童安全座椅安装技巧,给有孩家庭,视频或图文,20篇,12月1日前", full],
  ["标题:儿童安全座椅安装技巧\n人群:有孩家庭\n形式:视频、图文\n数量:20\n截止:12月1日", full],
  ["帮我建个任务，儿童安全座椅安装技巧，推给有孩家庭，形式：视频或图文，名额20，12.1前", full],
  ["新任务《儿童安全座椅安装技巧》给有孩家庭，视频或图文，20篇，12月1日前", full],
  ["新任务：“儿童安全座椅安装技巧”，20篇，给有孩家庭，视频或图文，12月1日前", full],
  ["新任务:儿童安全座椅安装技巧,有孩家庭,视频或图文,20篇,12月1日前", full],
  ["新任务:儿童安全座椅安装技巧（视频或图文），给有孩家庭，20篇，12月1日前", full],
  ["新任务,儿童安全座椅安装技巧,给有孩家庭,视频或图文均可,共20篇,12月1日截止", full],
  [
    "新任务：儿童安全座椅安装技巧，针对宝爸宝妈，图文或视频，20篇，12月1日前提交",
    "儿童安全座椅安装技巧 baby_family pv q20 2026-12-01",
  ],
  [
    "新任务:儿童安全座椅安装技巧,给有孩家庭和新手父母,视频,20条,12月1日前",
    "儿童安全座椅安装技巧 baby_family+new_parent v q20 2026-12-01",
  ],
  [
    "新任务:儿童安全座椅安装技巧,给有孩家庭、新手父母,20条视频,12月1日前",
    "儿童安全座椅安装技巧 baby_family+new_parent v q20 2026-12-01",
  ],
  [
    "新任务:儿童安全座椅安装技巧,给有孩家庭,新手父母,视频,20条,12月1日前",
    "儿童安全座椅安装技巧 baby_family+new_parent v q20 2026-12-01",
  ],
  ["新任务:冬季续航实测,给电车车主,视频,15条,下周五前,奖励200积分", "冬季续航实测 ev v q15 2026-11-27 r200"],
  ["新任务:冬季续航实测,给电车车主,视频,15条,下周五前,200积分,重要", "冬季续航实测 ev v q15 2026-11-27 r200 i4"],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,月底前,每篇200分,非常重要,预算80人",
    "冬季续航实测 ev v q15 2026-11-30 r200 i5 b80",
  ],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,月底,奖励1,200积分,推送预算80人",
    "冬季续航实测 ev v q15 2026-11-30 r1200 b80",
  ],
  ["新任务:冬季续航实测,给电车车主,视频,15条,三天内,最多推80人", "冬季续航实测 ev v q15 2026-11-23 b80"],
  ["新任务:冬季续航实测,给电车车主,视频,15条,明晚8点前,优先级高", "冬季续航实测 ev v q15 2026-11-21T20:00 i4"],
  ["新任务:冬季续航实测,给电车车主,视频,15条,本周日,紧急", "冬季续航实测 ev v q15 2026-11-22 i5"],
  ["新任务:冬季续航实测,给电车车主,视频,15条,12月1日20:00前,重要度3", "冬季续航实测 ev v q15 2026-12-01T20:00 i3"],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,12月1日前,重要性:5,平台:抖音",
    "冬季续航实测 ev v q15 2026-12-01 i5 @douyin",
  ],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,12月1日前,平台 小红书/抖音",
    "冬季续航实测 ev v q15 2026-12-01 @xiaohongshu+douyin",
  ],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,12月1日前,小红书、B站",
    "冬季续航实测 ev v q15 2026-12-01 @xiaohongshu+bilibili",
  ],
  [
    "新任务:冬季续航实测,给电车车主,视频,15条,12月1日前,发在小红书或抖音",
    "冬季续航实测 ev v q15 2026-12-01 @xiaohongshu+douyin",
  ],
  ["新任务:冬季续航实测,给电车车主,视频,15条,12月1日前,平台不限", "冬季续航实测 ev v q15 2026-12-01"],
  ["新任务:冬季续航实测,给电车车主,形式不限,15篇,12月1日前", "冬季续航实测 ev vpl q15 2026-12-01"],
  [
    "新任务:冬季续航实测,给电车车主,长文,15篇,12月1日前,排除商旅人士",
    "冬季续航实测 ev !business_traveler l q15 2026-12-01",
  ],
  [
    "新任务:冬季续航实测,给电车车主,长文或图文,15篇,12月1日前,商旅人士除外",
    "冬季续航实测 ev !business_traveler lp q15 2026-12-01",
  ],
  ["新任务:冬季续航实测,给电车车主,不要新车主,图文,15篇,12月1日前", "冬季续航实测 ev !new_owners p q15 2026-12-01"],
  [
    "新任务:冬季续航实测,给电车车主,除了商旅人士以外,图文,15篇,12月1日前",
    "冬季续航实测 ev !business_traveler p q15 2026-12-01",
  ],
  [
    "新任务:冬季续航实测,给电车车主,排除:商旅人士、新车主,图文,15篇,12月1日前",
    "冬季续航实测 ev !business_traveler+new_owners p q15 2026-12-01",
  ],
  ["新任务:露营装备清单,给露营爱好者,图文,30篇,双十二前,奖励150", "露营装备清单 camp_outdoor p q30 2026-12-11 r150"],
  ["新任务:双十一购车攻略,给新车主,图文,30篇,12月5日前", "双十一购车攻略 new_owners p q30 2026-12-05"],
  ["新任务:周末自驾路线,给新车主,图文,30篇,12月5日前", "周末自驾路线 new_owners p q30 2026-12-05"],
  ["新任务:安全座椅的10个技巧,给有孩家庭,图文,20篇,12月5日前", "安全座椅的10个技巧 baby_family p q20 2026-12-05"],
  ["新任务:给宝宝选座椅,给有孩家庭,图文,20篇,12月5日前", "给宝宝选座椅 baby_family p q20 2026-12-05"],
  ["新任务:提车日记,给火星居民,图文,20篇,12月5日前", "提车日记 火星居民? p q20 2026-12-05"],
  ["新任务:提车日记,给火星居民和新车主,图文,20篇,12月5日前", "提车日记 火星居民?+new_owners p q20 2026-12-05"],
  ["新任务:提车日记,给新车主看,图文,20篇,12月5日前", "提车日记 new_owners p q20 2026-12-05"],
  ["新任务:提车日记,图文,20篇,12月5日前", "提车日记 p q20 2026-12-05 missing:audience"],
  ["新任务:提车日记,给新车主", "提车日记 new_owners missing:forms+quota+deadline"],
  ["新任务:提车日记", "提车日记 missing:audience+forms+quota+deadline"],
  ["新任务", "- missing:title+audience+forms+quota+deadline"],
  ["新任务:给新车主,图文,20篇,12月5日前", "- new_owners p q20 2026-12-05 missing:title"],
  ["新任务:提车日记,给新车主,图文,20篇,30篇,12月5日前", "提车日记 new_owners p 2026-12-05 missing:quota"],
  ["新任务:提车日记,给新车主,图文,20篇,12月5日前,12月8日前", "提车日记 new_owners p q20 missing:deadline"],
  ["新任务:提车日记,给新车主,图文,0篇,12月5日前", "提车日记 new_owners p q0 2026-12-05 missing:quota"],
  ["新任务:提车日记,给新车主,图文,20篇,2月30日前", "提车日记 new_owners p q20 missing:deadline unread:2月30日前"],
  ["新任务:提车日记,给新车主,图文,20篇,12月5日前,要求:至少六张实拍图", "提车日记 new_owners p q20 2026-12-05"],
  [
    "新任务:提车日记,给新车主,图文,20篇,12月5日前,记得打码车牌",
    "提车日记 new_owners p q20 2026-12-05 unread:记得打码车牌",
  ],
  ["新任务:提车日记图文20篇,给新车主,12月5日前", "提车日记 new_owners p q20 2026-12-05"],
  ["新任务 提车日记 发给新车主 短视频30条 每条奖励300积分 12月10号截止", "提车日记 new_owners v q30 2026-12-10 r300"],
  ["来个任务：提车日记，新车主和有孩家庭，图文20 视频10，月底", "提车日记 new_owners+baby_family pv q30 2026-11-30"],
  ["新任务:提车日记,给新车主,视频20条图文10篇,12月5日前,积分200", "提车日记 new_owners vp q30 2026-12-05 r200"],
  ["新任务:提车日记,给新车主,视频,20-30篇,12月5日前", "提车日记 new_owners v 2026-12-05 missing:quota unread:20-30篇"],
  [
    "新任务:提车日记,给新车主,视频,至少20篇,奖励200元,12月5日前",
    "提车日记 new_owners v q20 2026-12-05 unread:奖励200元",
  ],
  [
    "Post a task for new owners: car seat check, photos, 25 submissions, deadline Dec 15, priority 4",
    "car seat check new_owners p q25 2026-12-15 i4",
  ],
  ["新任务:提车日记,给上海车主,20个视频,一周内,★★★★", "提车日记 city:上海 v q20 2026-11-27 i4"],
  ["new task: winter range test, for EV owners, video, 20 pieces, by Dec 1", "winter range test ev v q20 2026-12-01"],
  [
    "New task: Winter range test; for EV owners; video or photo posts; 20 posts; by Dec 1, 2026; reward 200",
    "Winter range test ev vp q20 2026-12-01 r200",
  ],
  [
    "New task: winter range test for EV owners, 20 videos, due next Friday, 200 points, high priority",
    "winter range test ev v q20 2026-11-27 r200 i4",
  ],
  [
    "task: child seat tips, for families with kids and new owners, article, 10 pieces, end of month, urgent, budget 80 people",
    "child seat tips baby_family+new_owners l q10 2026-11-30 i5 b80",
  ],
  [
    "create a task: child seat tips, by tomorrow 8pm, for families with kids, 10 pieces, video, exclude new owners, on Xiaohongshu and Douyin",
    "child seat tips baby_family !new_owners v q10 2026-11-21T20:00 @xiaohongshu+douyin",
  ],
  [
    "title: child seat tips\nfor: families with kids\nforms: video, photo post\nquota: 10\ndue: Dec 1\nreward: 200\npriority: high\nplatforms: YouTube",
    "child seat tips baby_family vp q10 2026-12-01 r200 i4 @youtube",
  ],
  [
    "new task child seat tips, families with kids, any form, 10 pieces, within 3 days",
    "child seat tips baby_family vpl q10 2026-11-23",
  ],
];

describe("a task in one message", () => {
  it.each(rows)("%j", (message, draft) => {
    expect(inShort(read(message))).toBe(draft);
  });

  it("comes out the same in whatever order its parts stand", () => {
    const parts = [
      "儿童安全座椅安装技巧",
      "给有孩家庭",
      "视频或图文",
      "20篇",
      "12月1日前",
      "奖励200积分",
      "重要",
      "预算80人",
      "排除商旅人士",
      "小红书/抖音",
    ];
    const whole =
      "儿童安全座椅安装技巧 baby_family !business_traveler vp q20 2026-12-01 r200 i4 b80 @xiaohongshu+douyin";
    fc.assert(
      fc.property(
        fc.shuffledSubarray(parts, { minLength: parts.length }),
        fc.constantFrom(",", "，", ";", "\n", "；", " ", "。"),
        (order, separator) => {
          expect(inShort(read(`新任务:${order.join(separator)}`))).toBe(whole);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("keeps what is to be shown as the brief", () => {
    expect(read("新任务:提车日记,要求:至少六张实拍图").brief).toBe("至少六张实拍图");
  });

  it("gives all that a name may mean, for the manager to choose", () => {
    const draft = readTask("新任务:提车日记,给性能车爱好者", {
      now,
      zone,
      lookup: (name) => (name === "性能车爱好者" ? ["segment", "tag"] : []),
    });

    expect(draft.audience).toEqual([{ name: "性能车爱好者", matches: ["segment", "tag"] }]);
  });

  it("is read without throwing, whatever it is, in less than four seconds", () => {
    const piece = fc.oneof(
      fc.constantFrom(...rows.map(([message]) => message), "给", "除了", ":", "12月", "20"),
      fc.string({ unit: "binary" }),
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 5 }), (parts) => void read(parts.join(""))));
    for (const bit of ["给", "视频", "20篇", "a", "，", "或", "《", "小红书", "和"]) {
      const started = process.cpuUsage();
      read(bit.repeat(50_000));
      expect(effortMs(started)).toBeLessThan(4000);
    }
  });
});
