import { Api, GrammyError } from "grammy";
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
}: {
  config: TelegramConfig | undefined;
  publicUrl: string | undefined;
  store: Store;
}): Promise<Finding[]> {
  if (!config) return [];
  const api = new Api(config.token, { apiRoot: config.apiRoot, timeoutSeconds: 5 });
  try {
    const me = await api.getMe();
    const { url } = await api.getWebhookInfo();
    const conflict = (await store.read((tx) => tx.settings.get(conflictSetting))) === "yes";
    return [
      { ok: true, zh: `Telegram:@${me.username}`, en: `Telegram: @${me.username}` },
      privacyFinding(me.can_read_all_group_messages),
      wayFinding(url ?? "", publicUrl),
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
