import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfig } from "#bot/config.ts";
import { createKoloop } from "#bot/main.ts";
import { pageRights } from "#bot/page-rights.ts";
import { type Deed, mayAtAll, rights } from "#domain/rights.ts";
import { talks } from "#handlers/routes.ts";
import { freshDatabase } from "../setup/database.ts";
import { says, startKoloop } from "../setup/koloop.ts";
import { actors, changedTables, everything, furnish, rolesOf, secrets } from "../setup/rights-house.ts";

/** What koloop is told in words: an order for each way of talking, in both languages, and the right that it stands for. */
const orders: Record<string, { say: string[]; deed: Deed }> = {
  countHolders: { say: ["有新手爸妈标签的有多少人"], deed: "task.run" },
  approvalsWaiting: { say: ["待同意", "approvals"], deed: "approval.give" },
  orderTeams: { say: ["安娜归二组", "小组", "put 安娜 in team Two"], deed: "team.change" },
  invite: { say: ["/invite", "邀请链接"], deed: "person.invite" },
  writeSegment: { say: ["新建分群 甲群: 新手爸妈", "停用分群 秘密任务人群", "segments"], deed: "segment.write" },
  careForVocabulary: {
    say: ["标签 新手爸妈 也叫 刚当爹妈", "rename tag 新手爸妈 to 新爸妈"],
    deed: "vocabulary.change",
  },
  momentOutcomes: { say: ["时机效果", "/moments"], deed: "moment.outcomes" },
  orderTheme: { say: ["主题列表", "停用主题 秘密主题,因为不好"], deed: "theme.decide" },
  learningWorth: { say: ["/learning"], deed: "learning.read" },
  orderOverride: { say: ["冻结权重 秘密人群 视频,因为新品期", "解冻 秘密人群 视频"], deed: "learning.change" },
  showDeadLetters: { say: ["没送达"], deed: "failures.settle" },
  showLearning: { say: ["权重", "忘掉 新手爸妈"], deed: "learning.change" },
  useTemplate: { say: ["模板", "存为模板 秘密任务 open1"], deed: "task.run" },
  writeTask: { say: ["新任务:儿童座椅安装,给所有人,视频,2篇,12月1日前"], deed: "task.run" },
  dropByWords: { say: ["取消", "never mind"], deed: "task.run" },
  orderTask: { say: ["暂停 秘密任务 open1", "改 秘密任务 open1 名额 30", "取消 秘密任务 draft1"], deed: "task.run" },
  tagByHand: { say: ["/tag 王女士丙 有宠物"], deed: "profile.change" },
  proposeMerge: { say: ["/merge C1 K2", "合并 王女士丙 和 韩梅梅乙"], deed: "person.merge" },
  explainSegment: { say: ["为什么王女士丙在秘密任务人群"], deed: "profile.read" },
  showPerson: { say: ["/who 王女士丙", "谁是王女士丙", "who is 李雷甲"], deed: "profile.read" },
  askedForHealth: { say: ["体检 任务 秘密任务 open1"], deed: "task.measure" },
  askedForDoubts: { say: ["数据疑点", "doubts post1"], deed: "figures.overrule" },
  intakeTokens: { say: ["新建令牌 甲", "tokens"], deed: "intake.tokens" },
  commentsPasted: { say: ["评论 post1\n小红:好看\n小明:真好"], deed: "figures.import" },
  columnsChanged: { say: ["列 阅读=观看人数"], deed: "figures.import" },
  tablePasted: { say: ["链接\t阅读\nabc\t123"], deed: "figures.import" },
  askedForReport: { say: ["进展", "/report"], deed: "task.measure" },
  reviewQueue: { say: ["待审核", "自动通过 开", "to review"], deed: "review.decide" },
};
/** What members say about themselves, and what everybody may: nothing of anybody else can come of it. */
const ownWords = [
  "answerUnread",
  "ownData",
  "followStart",
  "linkAccounts",
  "chooseHome",
  "showWaiting",
  "myTasks",
  "taskPages",
  "suitTasks",
  "collectPictures",
  "restFromTasks",
  "collectLinks",
  "figureAnswered",
  "readFigures",
  "noteDeclineWords",
  "noteSendBackWords",
  "tasksMentioned",
  "changeTask",
  "answerQuestion",
  "help",
];

/** The employee who is no one's lead and looks after none of the people here asks like a stranger. */
const isStranger = (who: string): boolean => who === "E2";

describe("every order in words, said by everybody", () => {
  it("has a row here for each way of talking", () => {
    expect(talks.map((talk) => talk.name).sort()).toEqual([...Object.keys(orders), ...ownWords].sort());
  });

  it("changes nothing and shows nobody where the table refuses it", async () => {
    const koloop = await startKoloop({ extract: () => ({ cues: [], retractions: [] }) });
    await furnish(koloop);
    const leaks: string[] = [];
    let refused = 0;
    let before = await everything(koloop);

    for (const [talk, { say, deed }] of Object.entries(orders))
      for (const who of actors) {
        const ofOthers = isStranger(who) && ["profile.read", "profile.change", "person.merge"].includes(deed);
        if (mayAtAll({ roles: rolesOf.get(who)! }, deed) && !ofOthers) continue;
        for (const words of say) {
          refused++;
          const said = koloop.channel.deliveries.length;
          await says(koloop, who, words);
          const texts = JSON.stringify(koloop.channel.deliveries.slice(said).map(({ body }) => body));
          const after = await everything(koloop);
          const own = changedTables(before, after).filter((table) => !noteOfTalk.has(table));
          if (own.length > 0) leaks.push(`${talk} by ${who} changed ${own.join(", ")}`);
          const shown = secrets.filter((secret) => texts.includes(secret) && !words.includes(secret));
          if (shown.length > 0 && !isOwnName(who, shown)) leaks.push(`${talk} by ${who} shows ${shown}: ${texts}`);
          before = after;
        }
      }

    expect(leaks).toEqual([]);
    expect(refused).toBeGreaterThan(150);
  });
});

/** That somebody has talked, and was told that koloop listens. */
const noteOfTalk = new Set(["person", "consent", "segment_due", "deed", "person_change"]);
const names: Record<string, string> = { K1: "李雷甲", K2: "韩梅梅乙", C1: "王女士丙" };
/** Employees may ask what tasks there are, and a KOC knows their own. */
const isOwnName = (who: string, shown: string[]): boolean =>
  shown.every((secret) => secret === names[who] || (secret === "秘密任务" && !["K2", "C1", "X1"].includes(who)));

function routesInCode(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "page" ? [] : routesInCode(path);
    if (!entry.name.endsWith(".ts")) return [];
    const found = readFileSync(path, "utf8").matchAll(/\.(get|post|put|patch|delete)(?:<[^(]*>)?\(\s*"(\/[^"]*)"/g);
    return [...found].map(([, method, url]) => `${method!.toUpperCase()} ${url}`);
  });
}

describe("every page, opened by everybody", () => {
  it("has a row in the table of pages", () => {
    const inCode = routesInCode(join(import.meta.dirname, "..", "..", "bot"));
    // Written in the code by a name instead of their path.
    const named = ["GET /", "GET /chat", "GET /sign-in", "POST /telegram/webhook"];

    expect(inCode.length).toBeGreaterThan(40);
    expect([...new Set([...inCode, ...named])].filter((route) => !(route in pageRights))).toEqual([]);
    expect(Object.keys(pageRights).filter((route) => ![...inCode, ...named].includes(route))).toEqual([]);
  });

  it("is shut to whom the table refuses it, and changes nothing then", async () => {
    const config = readConfig({ DATABASE_URL: `file:${freshDatabase()}`, KOLOOP_LOG_LEVEL: "silent", PORT: "0" });
    const koloop = await createKoloop(config, { extract: () => ({ cues: [], retractions: [] }) });
    await koloop.start();
    onTestFinished(() => koloop.stop());
    await furnish(koloop);
    const { origin } = new URL(koloop.address);
    const cookies = new Map<string, string>([["nobody", ""]]);
    for (const who of actors) {
      const secret = (await koloop.web!.signInLink(who)).split("#")[1];
      const headers = { "content-type": "application/json", origin };
      const signedIn = await fetch(`${origin}/api/sign-in`, {
        method: "POST",
        headers,
        body: JSON.stringify({ secret }),
      });
      cookies.set(who, signedIn.headers.get("set-cookie")?.split(";")[0] ?? "");
    }
    const values: Record<string, string> = {
      ":table": "kocs",
      ":kind": "koc",
      ":name": "K1",
      ":column": "posts",
      ":secret": "no-such-secret",
    };
    const leaks: string[] = [];
    let asked = 0;
    for (const [route, guard] of Object.entries(pageRights)) {
      if (!(guard in rights) && guard !== "signed-in") continue;
      const [method = "", path = ""] = route.split(" ");
      const url = path.replace(/:\w+/g, (name) => values[name] ?? (path.includes("people") ? "C1" : "seg1"));
      if (path === "/ws" || path === "/api/sign-out") continue;
      for (const [who, cookie] of cookies) {
        asked++;
        const roles = rolesOf.get(who);
        const isOpen = roles !== undefined && (guard === "signed-in" || mayAtAll({ roles }, guard as Deed));
        // What an allowed request before this one set going is delivered first.
        await koloop.settle();
        const before = await everything(koloop);
        const body = method === "GET" ? {} : { body: "{}", headers: { "content-type": "application/json" } };
        const answer = await fetch(origin + url, {
          method,
          ...body,
          headers: { ...(method !== "GET" && { "content-type": "application/json" }), origin, cookie },
        });
        const text = await answer.text();
        if (isOpen && (answer.status === 401 || answer.status === 403)) leaks.push(`${route} is shut to ${who}`);
        if (isOpen && !(who === "E2" && path.includes("people"))) continue;
        // 404: the channel whose page it is does not run here.
        if (!isOpen && ![401, 403, 404].includes(answer.status))
          leaks.push(`${route} answers ${who} with ${answer.status}`);
        const shown = secrets.filter((secret) => text.includes(secret));
        if (shown.length > 0) leaks.push(`${route} shows ${who} ${shown.join(", ")}`);
        const changed = changedTables(before, await everything(koloop)).filter((table) => table !== "web_session");
        if (changed.length > 0) leaks.push(`${route} by ${who} changed ${changed.join(", ")}`);
      }
    }

    expect(leaks).toEqual([]);
    expect(asked).toBeGreaterThan(150);
  });
});
