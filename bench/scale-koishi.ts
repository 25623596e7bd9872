import { createRequire } from "node:module";

/** What is used of koishi and its plugins, none of which koloop depends on. */
type App = {
  plugin(plugin: unknown, options?: object): void;
  model: { extend(table: string, fields: object, options: object): void };
  middleware(handle: (session: { userId: string; content: string }) => Promise<string>): void;
  database: { create(table: string, row: object): Promise<unknown> };
  mock: { client(userId: string): { receive(text: string): Promise<string[]> } };
  start(): Promise<void>;
  stop(): Promise<void>;
};
type Koishi = { App: new (options: object) => App; Logger: { targets: unknown[] } };

const senders = 32;
/** A name that no tool takes for a dependency of koloop. */
const peer: string = "koishi";
const require = createRequire(import.meta.url);
/** The ES module of one of its plugins does not load under Node; what `require` finds does. */
const plugin = (name: string): unknown => {
  const loaded = require(name) as { default?: unknown };
  return loaded.default ?? loaded;
};

/**
 * koishi with its mock adapter and its SQLite driver, storing each message and answering it, 32 people at once. Undefined where it is not
 * installed: it brings 176 packages that nothing else needs (`npm install --no-save koishi @minatojs/driver-sqlite @koishijs/plugin-mock`).
 */
export async function openKoishi(
  path: string,
): Promise<{ take(count: number): Promise<number>; close(): Promise<void> } | undefined> {
  const app = appOver(path);
  if (!app) return undefined;
  app.model.extend("said", { id: "unsigned", user: "string", text: "text", at: "double" }, { autoInc: true });
  app.middleware(async ({ userId, content }) => {
    await app.database.create("said", { user: userId, text: content, at: Date.now() });
    return "收到";
  });
  await app.start();
  const clients = Array.from({ length: senders }, (_, n) => app.mock.client(`u${n}`));
  let next = 0;
  return {
    async take(count) {
      const begun = performance.now();
      const end = next + count;
      await Promise.all(
        clients.map(async (client) => {
          while (next < end) {
            const answer = await client.receive(`我家养了猫,这个月又要出差 ${next++} 次`);
            if (answer[0] !== "收到") throw new Error("koishi did not answer");
          }
        }),
      );
      return count / ((performance.now() - begun) / 1000);
    },
    // Its mock adapter cannot take its bots down again in this version; the process ends soon anyway.
    close: () => app.stop().catch(() => {}),
  };
}

function appOver(path: string): App | undefined {
  try {
    require.resolve(peer);
  } catch {
    return undefined;
  }
  const { App, Logger } = require(peer) as Koishi;
  Logger.targets.length = 0;
  const app = new App({ prefix: null });
  app.plugin(plugin("@minatojs/driver-sqlite"), { path });
  app.plugin(plugin("@koishijs/plugin-mock"));
  return app;
}
