import type { Form } from "./task.ts";

/** What a manager's message may say about a task. */
export type TaskField =
  | "title"
  | "audience"
  | "excluded"
  | "forms"
  | "quota"
  | "deadline"
  | "reward"
  | "importance"
  | "pushBudget"
  | "platforms"
  | "brief";

/** Names of fields before a colon (`形式:视频`, `due: Dec 1`). */
export const fieldNames: [TaskField, RegExp][] = [
  ["title", /^(?:标题|题目|任务名称?|名称|主题|title|name|topic)$/],
  ["audience", /^(?:人群|目标人群|目标用户|目标|受众|对象|面向|发给|推给|针对|给|audience|target|for|to|who)$/],
  ["excluded", /^(?:排除|除外|不要|不给|exclude|excluding|except|not)$/],
  ["forms", /^(?:形式|内容形式|体裁|类型|forms?|formats?|type)$/],
  ["quota", /^(?:数量|名额|篇数|条数|份数|目标数量|quota|count|number|pieces|how many)$/],
  ["deadline", /^(?:截止|截止时间|截止日期|截稿|ddl|期限|时间|交稿时间?|deadline|due|due date|by)$/],
  ["reward", /^(?:奖励|积分|酬劳|报酬|奖励积分|reward|points|pay)$/],
  ["importance", /^(?:重要度|重要性|重要程度|优先级|级别|importance|priority)$/],
  ["pushBudget", /^(?:预算|推送预算|推送人数|推送上限|人数上限|上限|最多推送?|budget|push budget|max people|reach)$/],
  ["platforms", /^(?:平台|发布平台|渠道|platforms?|channels?|on|where)$/],
  ["brief", /^(?:要求|说明|简介|备注|描述|内容|brief|notes?|description|details)$/],
];

/** Forms of content, longest names first. */
export const formWords: [RegExp, Form][] = [
  [/^(?:短视频|小视频|竖屏视频|视频|vlog|videos?|short videos?|clips?|reels?)/, "video"],
  [/^(?:图文笔记|图文|图片|照片|笔记|photo[- ]?(?:text|posts?|notes?)|photos?|pictures?|pics?)/, "photo_text"],
  [/^(?:长图文|长文章|长文|文章|long[- ]?(?:form|articles?|reads?|posts?)|articles?|essays?)/, "longform"],
  [/^(?:直播带货|带货直播|直播|live ?streams?|live ?streaming|live(?![a-z]))/, "live"],
];

/** Words that hold lists of forms or platforms together and add nothing. */
export const listGlue =
  /^(?:[\s、/+&·]|或者|或|和|与|及|以及|都可以|都可|都行|均可|皆可|也行|可以|可|为主|优先|形式|发布|发在|发到|发|拍|做成|做|出|平台|上|内容|作品|一条|一篇|二选一|任选|(?:or|and|either|both|on|in|as|a|an|form|platforms?)(?![a-z]))/;

export const anyForm =
  /^(?:形式不限|不限形式|什么形式都行|什么形式都可以|形式都可以|形式任选|形式随意|any (?:form|format)|all forms)$/;
export const anyPlatform = /^(?:平台不限|不限平台|全平台|任意平台|哪个平台都行|any platform|all platforms)$/;

/** Words for how much a task matters, 1 to 5, as a piece of their own or behind the field's name. */
export const importanceWords: [RegExp, number][] = [
  [
    /^(?:非常重要|特别重要|十分重要|最重要|最高|紧急|加急|很急|急|urgent|critical|very important|top priority|highest|p0)$/,
    5,
  ],
  [/^(?:重要|很重要|比较重要|高|高优先级|优先级高|high|important|high priority|high importance|p1)$/, 4],
  [/^(?:一般|普通|正常|中|中等|normal|medium|normal priority|medium priority|p2)$/, 3],
  [/^(?:不急|不太重要|不重要|低|低优先级|优先级低|low|low priority|not urgent|p3)$/, 2],
];

export const opening =
  /^\s*(?:@\S{1,20}\s+)?(?:(?:麻烦|请|帮我?|我要|我想)?(?:新建|新增|新|发布?|建立?|创建|下发?|派发?|安排|开|来|加|上)(?:一个|个|条|一条)?(?:新的?)?任务|任务|(?:please )?(?:(?:create|publish|post|add|start) )?(?:(?:a|the) )?(?:new )?task)(?![\u4e00-\u9fffa-z])?\s*[:：,，.。!！-]*\s*/i;

export const audienceHead =
  /^(?:目标人群是?|面向|针对|发给|推送给|推给|派给|给到|给|for|targeting|aimed at|to)\s*[:：]?\s*/;
export const excludedHead =
  /^(?:请?排除掉?|不要发给|不要推给|不要给|不要|不发给|不推给|不给|别给|别发给|去掉|剔除|除了|除去|excluding|exclude|except(?: for)?|not for|without|but not)\s*[:：]?\s*/;
export const excludedTail = /(?:除外|以外|之外|外)$/;
/** Ends of an audience's name that say nothing: `给有孩家庭的用户们看`. */
export const audienceTail = /(?:看的?|写|来写|来拍|的?用户们?|的?人群|的?朋友们?|的?同学们?|的人|们)$/;
export const nameGlue = /\s*(?:、|\/|\+|&|以及|还有|或者|或|和|与|及|跟|(?<![a-z])(?:and|or)(?![a-z]))\s*/;
