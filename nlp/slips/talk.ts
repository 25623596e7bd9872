import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readAllLines } from "../lines.ts";

/** Sets whose licence lets counts taken from them ship; docs/data.md has the list with licences. */
const TALK = [
  "dlg_crosswoz",
  "dlg_kdconv",
  "general_chnsenticorp",
  "intent_banking77_en",
  "intent_clinc150_en",
  "intent_macslu_car_zh",
  "product_absa_che",
  "profile_kvpi",
  "profile_xpersona_zh",
  "retail_asap_sample",
  "retail_dianping_zhang",
];
/** Our own lines count so often. */
const OF_OWN = 3;
/** Talk that may be counted, by turns. */
export function readTalk(data: string): string[] {
  return TALK.flatMap((set) => {
    const file = join(data, set, "dev.jsonl");
    if (!existsSync(file)) throw new Error(`training needs ${set}: see docs/data.md`);
    return readFileSync(file, "utf8")
      .split("\n")
      .filter(Boolean)
      .flatMap((line) => {
        const row = JSON.parse(line) as { text?: string; turns?: { text?: string }[] };
        return row.turns ? row.turns.map((turn) => String(turn.text ?? "")) : [String(row.text ?? "")];
      });
  });
}

/** Our own lines but those with slips, as often as makes them count beside the large sets; every fifth is left to measure with. */
export function ownTalk(): string[] {
  const own = readAllLines((file) => !file.startsWith("slips"))
    .filter((_, k) => k % 5 !== 4)
    .flatMap(({ turns }) => turns.map(({ text }) => text));
  return Array.from({ length: OF_OWN }, () => own).flat();
}

/** jieba's dictionary of words and how often they are written (MIT). */
export function readDictionary(): string {
  const folder = dirname(createRequire(import.meta.url).resolve("@node-rs/jieba/package.json"));
  return readFileSync(join(folder, "dict.txt"), "utf8");
}
