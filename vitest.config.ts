import { defineConfig } from "vitest/config";

const root = import.meta.dirname;

export default defineConfig({
  resolve: { alias: [{ find: /^#(domain|cards|nlp|db|handlers|bot|bench)\/(.*)$/, replacement: `${root}/$1/$2` }] },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/wechaty/**", "node_modules/**"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ["test/setup/global.ts"],
    setupFiles: ["test/setup/each.ts"],
  },
});
