import type { Person } from "#domain/person.ts";
import type { Card, Lang } from "./card.ts";
import { say } from "./names.ts";

/** What somebody can say to koloop, by role, with examples that work as they stand. */
export function helpCard(person: Pick<Person, "roles" | "id">, lang: Lang): Card {
  const lines = [
    ...(person.roles.includes("manager") ? managerLines(lang) : []),
    ...(person.roles.includes("koe") ? koeLines(lang) : []),
    ...(person.roles.includes("koc") ? kocLines(lang) : []),
  ];
  const shown =
    lines.length > 0
      ? lines
      : [say(lang, "您好!有什么想说的,直接告诉我们就好。", "Hello! Just tell us whatever is on your mind.")];
  return {
    v: 1,
    key: `help-${person.id}`,
    title: say(lang, "可以这样和我说", "What you can say to me"),
    blocks: shown.map((text) => ({ type: "text", text })),
    buttons: [],
  };
}

const managerLines = (lang: Lang): string[] => [
  say(
    lang,
    "派任务:新任务:儿童安全座椅安装技巧,给有孩家庭,视频或图文,20篇,12月1日前",
    "Make a task: new task: child seat tips, for Has children, video or photo post, 20 pieces, by Dec 1",
  ),
  say(
    lang,
    "管任务:暂停、继续、关闭、撤回、下一批加任务名;改 任务名 截止 12月5日",
    "Run a task: pause, resume, close, withdraw, next wave and its name; edit TASK deadline Dec 5",
  ),
  say(
    lang,
    "一步步建任务:新任务;用做得好的任务再来一次:模板,存为模板 任务名",
    "Step by step: new task; again from one that went well: templates, save as template TASK",
  ),
  say(lang, "审核:待审核", "Review what was handed in: review"),
  say(
    lang,
    "导数据:把 CSV、XLSX 拖进来,或粘贴表格;接口令牌:新建数据令牌 名字;存疑的:数据疑点",
    "Bring figures in: drop a CSV or XLSX here, or paste a table; tokens: new token NAME; doubts",
  ),
  say(lang, "看进展:进展,或 报告 加任务名", "See progress: report, or report and the task's name"),
];
const koeLines = (lang: Lang): string[] => [
  say(lang, "打标签:给王女士加上商旅人士,或 /tag 王女士 商旅人士", "Tag: /tag NAME TAG; take it back: /untag NAME TAG"),
  say(lang, "看顾客:谁是王女士", "See a customer: who is NAME"),
];
const kocLines = (lang: Lang): string[] => [
  say(lang, "看任务:我的任务;找任务:有什么任务适合我", "My tasks; what suits me"),
  say(lang, "交作品:直接把链接发给我", "Hand in: just send me the link"),
  say(lang, "想歇歇:暂停任务;再开始:恢复任务", "Take a break: pause; start again: resume"),
  say(lang, "报数据:阅读 3200 赞 210 评论 35", "Report figures: reads 3200 likes 210 comments 35"),
];
