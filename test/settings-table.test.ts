import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "#db/migrations.ts";

const readme = readFileSync(join(root, "README.md"), "utf8");
const settings = readme.slice(readme.indexOf("## Settings"), readme.indexOf("## What to say in chat"));
const named = new Set(
  [...settings.matchAll(/^\|(.+?)\|/gm)].flatMap((row) => row[1]?.match(/\b[A-Z][A-Z_]{3,}\b/g) ?? []),
);

const settingName = /\b(PORT|HOST|DATABASE_URL|(KOLOOP|WECOM|TELEGRAM|WECHATY|OTEL)_[A-Z0-9_]*[A-Z])\b(?=[:"`.,]|\s)/g;

/** Every name of a setting that stands in the running program, also those that are put together with `_FILE`. */
const read = new Set(
  readdirSync(join(root, "bot"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .flatMap((path) => readFileSync(join(root, "bot", path), "utf8").match(settingName) ?? []),
);

it("the table of settings in the README names every setting koloop reads, and no other", () => {
  expect([...named].sort()).toEqual([...read].sort());
});
