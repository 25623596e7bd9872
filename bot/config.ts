import { existsSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { z } from "zod";
import { root } from "#db/migrations.ts";
import type { ApprovalRule } from "#domain/approval.ts";
import { type TelegramConfig, telegramConfigOf, telegramEnvironment } from "./channels/telegram/config.ts";
import { type WecomConfig, wecomConfigOf, wecomEnvironment } from "./channels/wecom/config.ts";
import type { TracesConfig } from "./traces.ts";

const timeZone = z.string().refine(isTimeZone, "is not a time zone name such as Asia/Shanghai");
const databaseUrl = z
  .string()
  .refine((url) => /^(file:|postgres(ql)?:\/\/)/.test(url), "must begin with file: or postgresql://");

const environmentSchema = z.object({
  PORT: z.coerce
    .number("is not a number")
    .int()
    .min(0, "must be 0 to 65535")
    .max(65535, "must be 0 to 65535")
    .default(8787),
  HOST: z.string().default("127.0.0.1"),
  DATABASE_URL: databaseUrl.default("file:./data/koloop.db"),
  KOLOOP_PUBLIC_URL: z.url("is not an address such as https://koloop.example.com").optional(),
  KOLOOP_TIME_ZONE: timeZone.default("Asia/Shanghai"),
  KOLOOP_LANG: z.enum(["zh", "en"], "must be zh or en").default("zh"),
  KOLOOP_LOG_LEVEL: z
    .enum(
      ["fatal", "error", "warn", "info", "debug", "trace", "silent"],
      "must be one of fatal error warn info debug trace silent",
    )
    .default("info"),
  KOLOOP_QUIET_HOURS: z.enum(["on", "off"], "must be on or off").default("on"),
  KOLOOP_PUSHES_PER_WEEK: z.coerce.number().int().min(1).max(21).default(2),
  KOLOOP_APPROVAL: z.enum(["on", "off"], "must be on or off").default("on"),
  KOLOOP_APPROVAL_ABOVE: z.coerce.number("is not a number").int().min(1).default(200),
  KOLOOP_APPROVAL_ALONE_MINUTES: z.coerce.number("is not a number").int().min(1).max(1440).default(10),
  KOLOOP_PEOPLE_INDEX: z.enum(["on", "off"], "must be on or off").default("on"),
  KOLOOP_SEED: z.string().optional(),
  KOLOOP_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(",").map((address) => address.trim()))
    .refine((list) => list.every(isNetwork), "must list addresses or networks such as 127.0.0.1, 10.0.0.0/8")
    .optional(),
  KOLOOP_METRICS_FOLDER: z.string().optional(),
  KOLOOP_LLM_BASE_URL: z.url("is not an address such as https://api.example.com/v1").optional(),
  KOLOOP_LLM_MODEL: z.string().optional(),
  KOLOOP_LLM_API_KEY: z.string().optional(),
  KOLOOP_LLM_DAILY_TOKENS: z.coerce.number("is not a number").int().min(0).default(500_000),
  KOLOOP_LLM_TIMEOUT_MS: z.coerce.number("is not a number").int().min(100).max(60_000).default(8_000),
  KOLOOP_METRICS_TOKEN: z.string().min(16, "must have 16 characters at least").optional(),
  KOLOOP_METRICS_PORT: z.coerce.number("is not a number").int().min(0).max(65535).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url("is not an address such as http://127.0.0.1:4318").optional(),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional(),
  OTEL_SERVICE_NAME: z.string().default("koloop"),
  ...wecomEnvironment,
  ...telegramEnvironment,
  WECHATY_PUPPET: z.string().optional(),
});

export type Config = {
  port: number;
  host: string;
  databaseUrl: string;
  /** Without a slash at the end; undefined: only this machine's own address is known. */
  publicUrl: string | undefined;
  timeZone: string;
  lang: "zh" | "en";
  logLevel: z.infer<typeof environmentSchema>["KOLOOP_LOG_LEVEL"];
  quietHours: boolean;
  pushesPerWeek: number;
  /** When a large step needs a second person's yes. */
  approval: ApprovalRule;
  /** People are kept in memory for counts. */
  peopleIndex: boolean;
  /** Addresses and networks of the proxies in front of koloop; theirs alone is the word for whom a request comes from. */
  trustedProxies: readonly string[];
  /** A file with the people and tasks to begin with (`bot/seed.ts`). */
  seedPath: string | undefined;
  /** Files of figures put here are taken; undefined: no folder is watched. */
  metricsFolder: string | undefined;
  /** An OpenAI-compatible address; undefined: koloop hears and reads alone. */
  llm: { baseUrl: string; model: string; apiKey?: string; dailyTokens: number; timeoutMs: number } | undefined;
  /** Who shows it may read `/metrics`; undefined: only this machine may. */
  metricsToken: string | undefined;
  /** Where traces go; none are made where it is not set. */
  traces: TracesConfig | undefined;
  /** Where a process without pages answers `/health`, `/ready` and `/metrics`; undefined: nowhere. */
  metricsPort: number | undefined;
  wecom: WecomConfig;
  telegram: TelegramConfig | undefined;
  /** The puppet by which wechaty is to run; undefined: it is not loaded. */
  wechatyPuppet: string | undefined;
};

/** Why koloop does not start: every fault of the environment at once, in words for the person who set it. */
export class ConfigError extends Error {}

/** A command was given wrong words: it ends with 2. */
export class UsageError extends ConfigError {}

/** Reads the settings. Throws `ConfigError` listing every fault. An empty value counts as not set. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const read = environmentSchema.safeParse(set);
  if (!read.success) {
    const faults = read.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(`These settings cannot be used (environment or .env):\n${faults.join("\n")}`);
  }
  const env = read.data;
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    publicUrl: env.KOLOOP_PUBLIC_URL?.replace(/\/+$/, ""),
    timeZone: env.KOLOOP_TIME_ZONE,
    lang: env.KOLOOP_LANG,
    logLevel: env.KOLOOP_LOG_LEVEL,
    quietHours: env.KOLOOP_QUIET_HOURS === "on",
    pushesPerWeek: env.KOLOOP_PUSHES_PER_WEEK,
    approval: {
      on: env.KOLOOP_APPROVAL === "on",
      above: env.KOLOOP_APPROVAL_ABOVE,
      aloneMs: env.KOLOOP_APPROVAL_ALONE_MINUTES * 60_000,
    },
    peopleIndex: env.KOLOOP_PEOPLE_INDEX === "on",
    trustedProxies: env.KOLOOP_TRUSTED_PROXIES ?? [],
    seedPath: env.KOLOOP_SEED,
    metricsFolder: env.KOLOOP_METRICS_FOLDER,
    llm: llmOf(env),
    metricsToken: env.KOLOOP_METRICS_TOKEN,
    traces:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            headers: headersOf(env.OTEL_EXPORTER_OTLP_HEADERS ?? ""),
            service: env.OTEL_SERVICE_NAME,
          },
    metricsPort: env.KOLOOP_METRICS_PORT,
    wecom: wecomConfigOf(env),
    telegram: telegramConfigOf(env),
    wechatyPuppet: env.WECHATY_PUPPET,
  };
}

/** The language model lives with both an address and a name; `koloop doctor` says which of them is missing. */
function llmOf(env: z.infer<typeof environmentSchema>): Config["llm"] {
  const { KOLOOP_LLM_BASE_URL: baseUrl, KOLOOP_LLM_MODEL: model, KOLOOP_LLM_API_KEY: apiKey } = env;
  if (!baseUrl || !model) return undefined;
  const { KOLOOP_LLM_DAILY_TOKENS: dailyTokens, KOLOOP_LLM_TIMEOUT_MS: timeoutMs } = env;
  return { baseUrl, model, ...(apiKey && { apiKey }), dailyTokens, timeoutMs };
}

/** The environment, with what `.env` in the current folder adds to it; the environment wins. */
export function environmentWithFile(): Record<string, string | undefined> {
  if (!existsSync(".env")) return process.env;
  if (!statSync(".env").isFile())
    throw new ConfigError(".env 要是一个文件,这里是文件夹 / .env must be a file, and is a folder");
  process.loadEnvFile(".env");
  return process.env;
}

/** Where a `file:` address points; a relative path counts from koloop's own folder, so that it is the same from everywhere. */
export function sqlitePath(databaseUrl: string): string {
  const path = databaseUrl.slice("file:".length);
  return path.startsWith("/") ? path : join(root, path);
}

function isNetwork(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  return (
    more.length === 0 && isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `key=value,key=value`, percent-encoded, as OpenTelemetry writes it. */
function headersOf(list: string): Record<string, string> {
  const pairs = list.split(",").map((pair) => pair.split("=", 2) as [string, string?]);
  return Object.fromEntries(
    pairs.flatMap(([key, value]) => (value === undefined ? [] : [[key.trim(), decodeURIComponent(value.trim())]])),
  );
}
