import { stat } from "node:fs/promises";
import type { Store } from "#db/store.ts";
import { wecomTable } from "#db/wecom.ts";
import { createWecomApi, type WecomApi, WecomError } from "./api.ts";
import { usesWecom, type WecomConfig } from "./config.ts";
import { wordsOfCode } from "./error-words.ts";

export type WecomFinding = { ok: boolean; zh: string; en: string };

type LineSettings = { zh: string; en: string; needs: readonly string[] };
const callback = ["WECOM_CORP_ID", "WECOM_CALLBACK_TOKEN", "WECOM_CALLBACK_AES_KEY"] as const;
const lines: readonly LineSettings[] = [
  { zh: "智能机器人", en: "bot", needs: ["WECOM_AIBOT_ID", "WECOM_AIBOT_SECRET"] },
  { zh: "自建应用", en: "app", needs: ["WECOM_APP_SECRET", "WECOM_AGENT_ID", ...callback] },
  { zh: "微信客服", en: "kf", needs: ["WECOM_KF_SECRET", "WECOM_KF_OPEN_KFID", ...callback] },
  { zh: "客户与标签", en: "customers and tags", needs: ["WECOM_CONTACT_SECRET", "WECOM_CORP_ID"] },
];

/**
 * Which lines of WeCom live, by which ways koloop hears, and what is missing, in the words of WeCom's error table. Nothing where WeCom is not
 * used. Asks WeCom for a token and one harmless look per secret; the bot is not connected, which would kick the one that runs.
 */
export async function wecomFindings(options: {
  environment: Record<string, string | undefined>;
  config: WecomConfig;
  store: Store;
  now: () => number;
}): Promise<WecomFinding[]> {
  const { environment, config, store, now } = options;
  if (!usesWecom(config) && !lines.some(({ needs }) => needs.some((name) => environment[name]))) return [];
  const quiet = { warn: () => {}, error: () => {} };
  const api =
    config.corpId && createWecomApi({ base: config.apiBase, corpId: config.corpId, now, log: quiet, timeoutMs: 4000 });
  return [
    ...lines.map((line) => lineFinding(line, environment)),
    ...(api ? await callFindings(api, config) : []),
    ...(await hearingFindings(config, now())),
    ...(await stateFindings(config, store)),
  ];
}

/** The lines that have one of their own settings, and miss another. */
export const halfWecom = (environment: Record<string, string | undefined>): WecomFinding[] =>
  lines.map((line) => lineFinding(line, environment)).filter(({ ok }) => !ok);

function lineFinding({ zh, en, needs }: LineSettings, environment: Record<string, string | undefined>): WecomFinding {
  const missing = needs.filter((name) => !environment[name]);
  const own = needs.filter((name) => !callback.includes(name as (typeof callback)[number]));
  if (missing.length === 0) return { ok: true, zh: `企业微信 ${zh}:已启用`, en: `WeCom ${en}: on` };
  const isWanted = own.some((name) => environment[name]);
  return isWanted
    ? { ok: false, zh: `企业微信 ${zh}:还缺 ${missing.join("、")}`, en: `WeCom ${en}: missing ${missing.join(", ")}` }
    : { ok: true, zh: `企业微信 ${zh}:未启用`, en: `WeCom ${en}: off` };
}

/** One call per secret that shows whether it may do what its line needs. */
async function callFindings(api: WecomApi, { app, kf, contactSecret }: WecomConfig): Promise<WecomFinding[]> {
  const looks: { zh: string; en: string; look: () => Promise<unknown> }[] = [];
  if (app)
    looks.push({
      zh: "自建应用的接口",
      en: "the app's API",
      look: () => api.call(app.secret, "agent/get", { query: { agentid: String(app.agentId) } }),
    });
  if (kf)
    looks.push({
      zh: "微信客服的接口",
      en: "the kf API",
      look: () => api.call(kf.secret, "kf/account/list", { body: { offset: 0, limit: 100 } }),
    });
  if (contactSecret)
    looks.push({
      zh: "客户联系的接口",
      en: "the contacts API",
      look: () => api.call(contactSecret, "externalcontact/get_follow_user_list"),
    });
  return Promise.all(looks.map(called));
}

async function called(look: { zh: string; en: string; look: () => Promise<unknown> }): Promise<WecomFinding> {
  try {
    await look.look();
    return { ok: true, zh: `${look.zh}:通`, en: `${look.en}: works` };
  } catch (fault) {
    if (!(fault instanceof WecomError)) throw fault;
    const { zh, en } =
      fault.kind === "unreachable" && fault.code !== -1
        ? { zh: "连不上企业微信(检查网络和 WECOM_API_BASE)", en: "WeCom cannot be reached (network, WECOM_API_BASE)" }
        : wordsOfCode(fault.code);
    return { ok: false, zh: `${look.zh}:${zh}(${fault.code})`, en: `${look.en}: ${en} (${fault.code})` };
  }
}

const hourMs = 3_600_000;

/** Ordinary chats are heard through the archive alone: without it this must be said plainly. */
async function hearingFindings({ archiveFeed, aibot, app, kf }: WecomConfig, now: number): Promise<WecomFinding[]> {
  const ways = [
    ...(archiveFeed ? [["会话存档", "archive"]] : []),
    ...(aibot ? [["机器人单聊和内部群@", "the bot's chats and mentions"]] : []),
    ...(app ? [["应用会话", "the app's chat"]] : []),
    ...(kf ? [["微信客服", "kf"]] : []),
  ];
  const heard = {
    ok: true,
    zh: `能听到:${ways.map(([zh]) => zh).join("、") || "无"}`,
    en: `hears: ${ways.map(([, en]) => en).join(", ") || "nothing"}`,
  };
  if (!archiveFeed)
    return [
      heard,
      {
        ok: true,
        zh: "没有会话存档:听不到员工和客户的日常聊天(WECOM_ARCHIVE_FEED)",
        en: "no archive: ordinary chats are not heard (WECOM_ARCHIVE_FEED)",
      },
    ];
  try {
    const { mtimeMs, size } = await stat(archiveFeed);
    const hours = Math.max(0, Math.floor((now - mtimeMs) / hourMs));
    return [
      heard,
      {
        ok: true,
        zh: `会话存档:${size} 字节,${hours} 小时前有新行`,
        en: `archive: ${size} bytes, last ${hours} h ago`,
      },
    ];
  } catch {
    return [
      heard,
      { ok: false, zh: "会话存档的文件不存在(WECOM_ARCHIVE_FEED)", en: "the archive's file is not there" },
    ];
  }
}

async function stateFindings({ contactSecret, aibot }: WecomConfig, store: Store): Promise<WecomFinding[]> {
  return store.read(async (tx) => {
    const table = wecomTable(tx.connection);
    const marks = await table.markCounts();
    const chats = await table.countBotChats();
    const findings: WecomFinding[] = [];
    if (contactSecret)
      findings.push({
        ok: true,
        zh: `写到企业微信的标签:完成 ${marks.done ?? 0},等待 ${marks.waiting ?? 0},不能写 ${marks.dead ?? 0}`,
        en: "tags written to WeCom: done, waiting, refused",
      });
    if (aibot)
      findings.push({
        ok: true,
        zh: `和机器人说过话的员工 ${chats} 位(其他人收不到它的卡片)`,
        en: "employees who have written to the bot; nobody else gets its cards",
      });
    return findings;
  });
}
