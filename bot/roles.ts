import { ConfigError, UsageError } from "./config.ts";

/** What one process of a cluster does; `all` is one process that does everything. */
export type Role = "all" | "http" | "worker" | `channel:${string}`;

/** Channels whose vendor allows one listener: one process of the cluster holds each, others take over when it is gone. */
export const heldByOne: ReadonlySet<string> = new Set(["wecom", "telegram", "wechaty"]);

/** Reads `--only`. Throws `UsageError` for what is no role, `ConfigError` where the database cannot be shared by processes. */
export function readRole(only: string | undefined, databaseUrl: string): Role {
  if (only === undefined) return "all";
  if (only !== "http" && only !== "worker" && !/^channel:[a-z]+$/.test(only)) {
    throw new UsageError(`--only ${only}: 只能是 / must be http, worker or channel:NAME (channel:telegram).`);
  }
  if (databaseUrl.startsWith("file:")) {
    throw new ConfigError(
      `--only 需要 PostgreSQL:SQLite 只由一个进程使用 / --only needs PostgreSQL: SQLite is for one process. Set DATABASE_URL=postgresql://… (koloop migrate --to copies the data over).`,
    );
  }
  return only as Role;
}

export type Duties = {
  /** Listens to HTTP: pages, webhooks, the web messenger. */
  http: boolean;
  /** Does what time brings, once per cluster. */
  clock: boolean;
  /** Whether it tries to hold the channel. */
  holds: (channel: string) => boolean;
  /** Whether it delivers through the channel without holding it. */
  carries: (channel: string) => boolean;
};

export function dutiesOf(role: Role): Duties {
  const all = role === "all";
  return {
    http: all || role === "http",
    clock: all || role === "worker",
    holds: (channel) => heldByOne.has(channel) && (all || role === `channel:${channel}`),
    carries: (channel) => !heldByOne.has(channel) && !role.startsWith("channel:"),
  };
}
