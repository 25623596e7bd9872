import type { Lang } from "./card.ts";
import { say } from "./names.ts";

type Command = { command: string; description: string };

/** The commands that a messenger offers in its menu, by role; each works as it stands or says what it still needs. */
export function commandMenu(roles: readonly string[], lang: Lang): Command[] {
  const staff = roles.includes("koe") || roles.includes("manager");
  return [
    ...(staff ? staffCommands(lang) : memberCommands(lang)),
    { command: "here", description: say(lang, "以后把卡片发到这里", "Send my cards here") },
    { command: "link", description: say(lang, "连接我在别处的账号", "Connect my account elsewhere") },
    { command: "help", description: say(lang, "可以这样和我说", "What you can say to me") },
  ];
}

const staffCommands = (lang: Lang): Command[] => [
  { command: "tag", description: say(lang, "给顾客打标签:/tag 名字 标签", "Tag a customer: /tag NAME TAG") },
  { command: "who", description: say(lang, "看顾客的画像:/who 名字", "See a customer: /who NAME") },
  { command: "review", description: say(lang, "待审核的作品", "Pieces to review") },
  { command: "report", description: say(lang, "任务进展", "How tasks are going") },
  { command: "invite", description: say(lang, "邀请新人的链接", "A link to invite somebody") },
];

const memberCommands = (lang: Lang): Command[] => [
  { command: "mytasks", description: say(lang, "我的任务", "My tasks") },
  { command: "suits", description: say(lang, "有什么任务适合我", "What suits me") },
  { command: "page", description: say(lang, "任务页面的链接", "Links to my tasks' pages") },
];
