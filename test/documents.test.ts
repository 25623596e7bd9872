import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "#nlp/files.ts";

const documents = ["README.md", "README.zh-CN.md", "CHANGELOG.md"].concat(
  readdirSync(join(root(), "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
);

/** More than that nobody reads in one sitting; a slip of an editing script once made 8 MB of one. */
const MOST = 64_000;

test.each(documents)("%s begins with its title and can be read by a person", (name) => {
  const text = readFileSync(join(root(), name), "utf8");
  expect(text).toMatch(/^# \S/);
  expect(text.length).toBeLessThan(MOST);
});
