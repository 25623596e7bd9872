import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

export default defineConfig({
  resolve: { alias: [{ find: /^#(domain|cards|nlp|db|handlers|bot|bench)\/(.*)$/, replacement: `${root}/$1/$2` }] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/wechaty/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    // For what hangs: a machine that does three other things takes many times longer, and no test is wrong for that.
    testTimeout: 300_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: ["test/setup/global.ts"],
    setupFiles: ["test/setup/each.ts"],
  },
});
