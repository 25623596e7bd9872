import { findTimes } from "./time-text.ts";

/** What a member says about how much they want to be asked. Times are epoch milliseconds. */
export type RestWord =
  | { kind: "pause"; until: number }
  | { kind: "stop" }
  | { kind: "resume" }
  | { kind: "less" }
  | { kind: "not-my-thing" };

const usualPauseMs = 30 * 86_400_000;
const tail = "[吧了呀啊哈谢\\s。.!!~]*$";
const shapes: [RestWord["kind"], RegExp][] = [
  [
    "stop",
    new RegExp(
      `^(?:请|麻烦)?(?:以后)?(?:都)?(?:别|不要|不用|停止)(?:再)?(?:给我)?(?:发|推|推送|打扰)(?:我)?(?:任务|消息)?${tail}|^(?:退订|不做任务|我不想(?:再)?(?:做|收)任务|stop(?: sending)?(?: me)?(?: tasks?)?|unsubscribe)${tail}`,
      "i",
    ),
  ],
  [
    "less",
    new RegExp(
      `^(?:你们)?(?:推|发|任务)?(?:送)?(?:得|的)?(?:太|有点|有些)(?:频繁|多|勤)|^(?:能不能|可以|请)?少(?:发|推)(?:一?点|些)?(?:任务)?${tail}|^(?:too (?:often|many)|less (?:often|tasks))`,
      "i",
    ),
  ],
  [
    "not-my-thing",
    new RegExp(`^(?:这个)?(?:我)?(?:不感兴趣|没兴趣|不是我的菜|不适合我|not my thing|not interested)${tail}`, "i"),
  ],
  [
    "resume",
    new RegExp(
      `^(?:我想|我要|请)?(?:恢复|重新接收|重新开始|继续接收|继续发|可以发|继续(?:给我)?[发推]|继续[接做](?=任务)|继续(?=任务))(?:任务)?${tail}|^resume(?: tasks?)?${tail}`,
      "i",
    ),
  ],
  ["pause", /^(?:先|请)?(?:暂停|停一下|先停|停)(?:接收|推送|接)?(?:任务|推送)?|^pause(?: tasks?)?/i],
];

/** Reads `暂停任务`, `暂停任务到12月1日`, `别再发了`, `恢复任务`, `太频繁了`, `不感兴趣`; undefined for anything longer or else. */
export function readRest(text: string, now: number, zone: string): RestWord | undefined {
  const said = text.trim();
  if (said.length > 30) return undefined;
  for (const [kind, shape] of shapes) {
    const hit = shape.exec(said);
    if (!hit) continue;
    if (kind !== "pause") return { kind };
    const rest = said.slice(hit[0].length).replace(/[吧了呀啊。.!!\s]+$/, "");
    if (rest === "") return { kind, until: now + usualPauseMs };
    return pauseUntil(rest, now, zone);
  }
  return undefined;
}

const units: Record<string, number> = {
  天: 1,
  日: 1,
  周: 7,
  星期: 7,
  礼拜: 7,
  个月: 30,
  月: 30,
  days: 1,
  day: 1,
  weeks: 7,
  week: 7,
};

function pauseUntil(rest: string, now: number, zone: string): RestWord | undefined {
  const span = /^(?:for )?\s*([一二两三四五六半\d]{1,3})\s*(天|日|周|星期|礼拜|个月|月|days?|weeks?)$/i.exec(rest);
  if (span?.[1] && span[2]) {
    const digit = "零一二两三四五六".indexOf(span[1]);
    const count = /^\d+$/.test(span[1]) ? Number(span[1]) : span[1] === "半" ? 0.5 : digit > 2 ? digit - 1 : digit;
    return { kind: "pause", until: now + count * (units[span[2].toLowerCase()] ?? 1) * 86_400_000 };
  }
  const [time, another] = findTimes(rest, now, zone);
  return time && !another && time.until > now ? { kind: "pause", until: time.until } : undefined;
}
