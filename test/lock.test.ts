import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

type Entry = { optionalDependencies?: Record<string, string>; resolved?: string };
const lock = JSON.parse(readFileSync(join(import.meta.dirname, "..", "package-lock.json"), "utf8")) as {
  packages: Record<string, Entry>;
};

describe("the lock file", () => {
  it("names every platform's binary, so that npm ci does not refuse it (run scripts/fill-lock.mjs)", () => {
    const platform = /(darwin|win32|linux|freebsd|android|openharmony|sunos|aix|netbsd|openbsd)/;
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      path === ""
        ? []
        : Object.entries(entry.optionalDependencies ?? {})
            .filter(([name, version]) => platform.test(name) && /^\d/.test(version))
            .filter(
              ([name]) => !lock.packages[`node_modules/${name}`] && !lock.packages[`${path}/node_modules/${name}`],
            )
            .map(([name]) => `${path} > ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("names no registry host", () => {
    expect(
      Object.entries(lock.packages)
        .filter(([, entry]) => entry.resolved?.includes("://"))
        .map(([path]) => path),
    ).toEqual([]);
  });
});
