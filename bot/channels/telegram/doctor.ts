import { Api, GrammyError } from "grammy";
import type { WebhookInfo } from "grammy/types";
import type { Store } from "#db/store.ts";
import { conflictSetting } from "./channel.ts";
import type { TelegramConfig } from "./config.ts";
import { webhookPath } from "./webhook.ts";

type Finding = { ok: boolean; zh: string; en: string };

/** What `koloop doctor` says of Telegram. It asks for no updates: that would take them from the bot that runs. */
export async function telegramFindings({
  config,
  publicUrl,
  store,
  hasRoot,
  now,
}: {
  config: TelegramConfig | undefined;
  /** TELEGRAM_API_ROOT is set, which alone switches nothing on. */
  hasRoot: boolean;
  publicUrl: string | undefined;
  store: Store;
  now: number;
}): Promise<Finding[]> {
  if (!config) return [offFinding(hasRoot)];
  const api = new Api(config.token, { apiRoot: config.apiRoot, timeoutSeconds: 5 });
  try {
    const me = await api.getMe();
    const webhook = await api.getWebhookInfo();
    const conflict = (await store.read((tx) => tx.settings.get(conflictSetting))) === "yes";
    return [
      { ok: true, zh: `Telegram:@${me.username}`, en: `Telegram: @${me.username}` },
      privacyFinding(me.can_read_all_group_messages),
      wayFinding(webhook.url ?? "", publicUrl),
      ...webhookFindings(webhook, now),
      ...(conflict
        ? [
            {
              ok: false,
              zh: "有另一个程序在用同一个 TELEGRAM_BOT_TOKEN 收消息:请停掉它,或各用各的机器人",
              en: "another program polls with the same TELEGRAM_BOT_TOKEN: stop it, or give each its own bot",
            },
          ]
        : []),
    ];
  } catch (fault) {
    const code = fault instanceof GrammyError ? fault.error_code : undefined;
    return [
      code === 401 || code === 404
        ? {
            ok: false,
            zh: "Telegram 不认 TELEGRAM_BOT_TOKEN(向 @BotFather 要新的)",
            en: "Telegram refuses TELEGRAM_BOT_TOKEN (get a new one from @BotFather)",
          }
        : {
            ok: false,
            zh: "连不上 Telegram(检查网络和 TELEGRAM_API_ROOT)",
            en: "Telegram cannot be reached (network, TELEGRAM_API_ROOT)",
          },
    ];
  }
}

function offFinding(hasRoot: boolean): Finding {
  return hasRoot
    ? {
        ok: false,
        zh: "设了 TELEGRAM_API_ROOT,但没有 TELEGRAM_BOT_TOKEN(向 @BotFather 要):Telegram 没有启用",
        en: "TELEGRAM_API_ROOT is set without TELEGRAM_BOT_TOKEN (get one from @BotFather): Telegram is off",
      }
    : { ok: true, zh: "Telegram 未启用(可选:TELEGRAM_BOT_TOKEN)", en: "Telegram is off (optional)" };
}

const recentMs = 3_600_000;
const manyWaiting = 100;

/** What Telegram tells of its calls: whether they failed within the last hour, and how much waits. */
function webhookFindings(webhook: WebhookInfo, now: number): Finding[] {
  const { url, last_error_date: at, last_error_message: message, pending_update_count: waiting } = webhook;
  const failed = Boolean(url) && at !== undefined && at * 1000 > now - recentMs;
  return [
    ...(failed
      ? [
          {
            ok: false,
            zh: `Telegram 一小时内叫不通 webhook:${message ?? "?"}(检查 KOLOOP_PUBLIC_URL、证书和反向代理;没送到的消息它留 24 小时)`,
            en: "Telegram's calls of the webhook failed within the last hour (KOLOOP_PUBLIC_URL, certificate, proxy); it keeps for 24 h what it could not deliver",
          },
        ]
      : []),
    ...(waiting >= manyWaiting
      ? [
          {
            ok: false,
            zh: `Telegram 那里积了 ${waiting} 条消息没收:koloop 没有在运行,或跟不上`,
            en: "so many updates wait at Telegram: koloop does not run, or falls behind",
          },
        ]
      : []),
  ];
}

function privacyFinding(readsAll: boolean): Finding {
  return readsAll
    ? { ok: true, zh: "Telegram 群里的话都能听到", en: "hears all that is said in its groups" }
    : {
        ok: true,
        zh: "Telegram 隐私模式开着:群里只听得到命令、@机器人 和对它的回复。要听全部:@BotFather → /setprivacy → Disable,再把机器人移出群重新拉进来;或设为群管理员(看表情回应和进出群也要管理员)",
        en: "privacy mode is on: in groups only commands, mentions and answers to the bot are heard. For all: @BotFather, /setprivacy, Disable, then take the bot out of the group and add it again; or make it an administrator (reactions, joining and leaving need that too)",
      };
}

/** Whether updates go where koloop waits for them. */
function wayFinding(url: string, publicUrl: string | undefined): Finding {
  const wanted = publicUrl?.startsWith("https://") ? `${publicUrl}${webhookPath}` : "";
  if (url === wanted)
    return wanted === ""
      ? { ok: true, zh: "Telegram 用长轮询收消息", en: "updates come by long polling" }
      : { ok: true, zh: "Telegram 用 webhook 收消息", en: "updates come by webhook" };
  return {
    ok: true,
    zh: `Telegram 的 webhook 现在是「${url || "空"}」,koloop 启动时会改成「${wanted || "空"}」`,
    en: "the webhook is another one; koloop sets it when it starts",
  };
}
