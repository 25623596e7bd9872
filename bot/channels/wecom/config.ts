import { z } from "zod";

/** All lines of WeCom are one channel: a person has one id in it, however they are reached. */
export const wecomChannel = "wecom";

const address = z.url("is not an address such as https://qyapi.weixin.qq.com");

/** The settings of the three lines; each line lives when its own are there. */
export const wecomEnvironment = {
  WECOM_CORP_ID: z.string().optional(),
  WECOM_APP_SECRET: z.string().optional(),
  WECOM_AGENT_ID: z.coerce.number("is not a number").int().positive("must be above 0").optional(),
  WECOM_CALLBACK_TOKEN: z.string().optional(),
  WECOM_CALLBACK_AES_KEY: z
    .string()
    .regex(/^[A-Za-z0-9+/]{43}$/, "must be the 43 characters of the EncodingAESKey")
    .optional(),
  WECOM_API_BASE: address.default("https://qyapi.weixin.qq.com"),
  WECOM_AIBOT_ID: z.string().optional(),
  WECOM_AIBOT_SECRET: z.string().optional(),
  WECOM_AIBOT_WS_URL: z.url("is not an address such as wss://openws.work.weixin.qq.com").optional(),
  WECOM_KF_SECRET: z.string().optional(),
  WECOM_KF_OPEN_KFID: z.string().optional(),
  WECOM_CONTACT_SECRET: z.string().optional(),
  WECOM_ARCHIVE_FEED: z.string().optional(),
};

export type WecomConfig = {
  corpId: string | undefined;
  /** Without a slash or `/cgi-bin` at the end. */
  apiBase: string;
  callback: { corpId: string; token: string; aesKey: string } | undefined;
  app: { secret: string; agentId: number } | undefined;
  aibot: { id: string; secret: string; wsUrl: string | undefined } | undefined;
  kf: { secret: string; openKfid: string } | undefined;
  contactSecret: string | undefined;
  archiveFeed: string | undefined;
};

type Environment = z.infer<z.ZodObject<typeof wecomEnvironment>>;

/** Which lines live. A line that misses one of its settings does not; `koloop doctor` names what is missing. */
export function wecomConfigOf(env: Environment): WecomConfig {
  const {
    WECOM_CORP_ID: corpId,
    WECOM_CALLBACK_TOKEN: token,
    WECOM_CALLBACK_AES_KEY: aesKey,
    WECOM_APP_SECRET: appSecret,
    WECOM_AGENT_ID: agentId,
    WECOM_AIBOT_ID: botId,
    WECOM_AIBOT_SECRET: botSecret,
    WECOM_KF_SECRET: kfSecret,
    WECOM_KF_OPEN_KFID: openKfid,
  } = env;
  return {
    corpId,
    apiBase: env.WECOM_API_BASE.replace(/\/+$/, "").replace(/\/cgi-bin$/, ""),
    callback: corpId && token && aesKey ? { corpId, token, aesKey } : undefined,
    app: corpId && appSecret && agentId ? { secret: appSecret, agentId } : undefined,
    aibot: botId && botSecret ? { id: botId, secret: botSecret, wsUrl: env.WECOM_AIBOT_WS_URL } : undefined,
    kf: corpId && kfSecret && openKfid ? { secret: kfSecret, openKfid } : undefined,
    contactSecret: corpId && env.WECOM_CONTACT_SECRET ? env.WECOM_CONTACT_SECRET : undefined,
    archiveFeed: env.WECOM_ARCHIVE_FEED,
  };
}

/** Whether anything of WeCom is switched on. */
export const usesWecom = (config: WecomConfig): boolean =>
  Boolean(config.app || config.aibot || config.kf || config.archiveFeed || config.contactSecret || config.callback);
