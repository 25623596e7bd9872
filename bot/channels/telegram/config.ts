import { z } from "zod";

export const telegramEnvironment = {
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/, "must look like 123456:ABC…, as @BotFather gives it")
    .optional(),
  TELEGRAM_API_ROOT: z.url("is not an address such as https://api.telegram.org").default("https://api.telegram.org"),
};

export type TelegramConfig = {
  token: string;
  /** Without a slash at the end. */
  apiRoot: string;
};

type Environment = z.infer<z.ZodObject<typeof telegramEnvironment>>;

/** Undefined: Telegram is off. */
export function telegramConfigOf(env: Environment): TelegramConfig | undefined {
  const { TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: apiRoot } = env;
  return token === undefined ? undefined : { token, apiRoot: apiRoot.replace(/\/+$/, "") };
}
