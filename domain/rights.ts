import type { Role } from "./person.ts";

/** What somebody is to koloop when rights are asked: `customer` is everybody known without a role, `nobody` who is not signed in. */
export type Standing = "manager" | "koe" | "koc" | "customer" | "nobody";

/**
 * Whose it is, seen from the one who acts. `own`: about themselves, asked of them, made by them, or of a person whom they look after;
 * `team`: the same of an employee in the team that they lead.
 */
export type Ownership = "own" | "team" | "other";

/** How far a right goes: to nothing, to one's own, to that of one's team as well, to everybody's. */
export type Reach = "none" | "own" | "team" | "all";

type Row = Record<Standing, Reach> & { zh: string; en: string };

const row = (zh: string, en: string, reach: Partial<Record<Standing, Reach>>): Row => ({
  manager: "none",
  koe: "none",
  koc: "none",
  customer: "none",
  nobody: "none",
  ...reach,
  zh,
  en,
});

const manager = { manager: "all" } as const;
const looksAfter = { manager: "all", koe: "team" } as const;
const staff = { manager: "all", koe: "all" } as const;
const member = { koc: "own", customer: "own" } as const;

/**
 * Who may do what, and of whom: the one table that every tap, word, page and answer is judged by. Staff have the rights of staff alone,
 * also where they carry a member's role.
 */
export const rights = {
  "desk.use": row("和 koloop 谈工作", "talk work with koloop", staff),
  "suggestion.answer": row("回答标签建议", "answer tag suggestions", { manager: "own", koe: "own" }),
  "moment.answer": row("回答时机提醒", "answer moments", { manager: "own", koe: "own" }),
  "moment.outcomes": row("看时机提醒的成效", "see what moments led to", manager),
  "profile.read": row("看画像", "read profiles", looksAfter),
  "profile.change": row("改标签", "change tags", looksAfter),
  "person.merge": row("合并人", "merge people", looksAfter),
  "people.reach": row("开始和某人聊天", "begin a talk with people", { ...looksAfter, ...member }),
  "people.download": row("下载名单", "download people", manager),
  "person.invite": row("邀请加入", "invite people", staff),
  "invitation.accept": row("接受邀请", "accept an invitation", member),
  "sign-in-link.make": row("给人登录链接", "make sign-in links", manager),
  "team.change": row("改小组", "change teams", manager),
  "approval.give": row("复核", "give a second yes", manager),
  "task.run": row("写、发、改任务", "write, send and change tasks", manager),
  "task.measure": row("看任务报告", "read task reports", manager),
  "offer.answer": row("回应任务邀约", "answer offers", member),
  "task.take": row("接任务", "take tasks", { koc: "own" }),
  "hand-in.give": row("交稿", "hand in posts", member),
  "figures.give": row("报数据", "give figures of posts", { ...looksAfter, ...member }),
  "figures.overrule": row("改判数据", "overrule doubts about figures", manager),
  "figures.import": row("导入数据表", "take tables of figures", manager),
  "intake.tokens": row("发数据口令", "issue intake tokens", manager),
  "review.decide": row("审稿", "review posts", looksAfter),
  "review.trust": row("设自动通过", "set automatic approval", manager),
  "segment.write": row("写分群", "write segments", { manager: "all", koe: "own" }),
  "segment.page": row("分群页面", "the page of segments", manager),
  "vocabulary.change": row("改标签词表", "change the vocabulary", manager),
  "learning.read": row("看学到的权重", "see what was learned", manager),
  "learning.change": row("改学到的权重", "change what was learned", manager),
  "failures.settle": row("处理没送达的", "settle what could not be delivered", manager),
  "theme.decide": row("停用主题", "retire themes", manager),
  "phrase.decide": row("收新说法", "take in new phrases", manager),
  "dashboard.read": row("看板", "read dashboards", manager),
  "answer.ask": row("问数", "ask for figures", { manager: "all", koe: "team", koc: "own", customer: "own" }),
  "answer.subscribe": row("订阅问数", "subscribe to answers", staff),
  "own-data.keep": row("看、删自己的资料", "see and delete one's own data", member),
} as const satisfies Record<string, Row>;

export type Deed = keyof typeof rights;

type Holder = { roles: readonly string[] };

const wideness: Record<Reach, number> = { none: 0, own: 1, team: 2, all: 3 };
const needed: Record<Ownership, number> = { own: 1, team: 2, other: 3 };

/** Everything that somebody is; staff are nothing else. */
function standingsOf({ roles }: Holder): Standing[] {
  const has = (role: Role) => roles.includes(role);
  if (has("manager") || has("koe")) return (["manager", "koe"] as const).filter(has);
  return has("koc") ? ["koc", "customer"] : ["customer"];
}

/** What somebody asks as, where one answer is wanted: as the one that sees most. */
export const standingOf = (holder: Holder): Standing => standingsOf(holder)[0] ?? "customer";

export function reachOf(holder: Holder, deed: Deed): Reach {
  const reaches = standingsOf(holder).map((standing) => rights[deed][standing]);
  return reaches.reduce((widest, reach) => (wideness[reach] > wideness[widest] ? reach : widest), "none");
}

/** Whether somebody may do this to what is theirs, their team's, or somebody else's. */
export const may = (holder: Holder, deed: Deed, of: Ownership): boolean =>
  wideness[reachOf(holder, deed)] >= needed[of];

/** Whether somebody may do this at all, to anything: what a button or a page asks before it knows whom it is about. */
export const mayAtAll = (holder: Holder, deed: Deed): boolean => reachOf(holder, deed) !== "none";

/** Whose a person is who is looked after by `owner`, for somebody who leads the employees in `led`. */
export function ownershipOf(reader: string, owner: string | null, led: ReadonlySet<string>): Ownership {
  if (owner === reader) return "own";
  return owner !== null && led.has(owner) ? "team" : "other";
}
