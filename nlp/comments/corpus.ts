import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../files.ts";

export type Sentiment = "positive" | "neutral" | "negative";
export type Row = {
  id: string;
  text: string;
  sentiment: Sentiment | null;
  aspects?: { topic?: string; term?: string | null; opinion?: string | null; sentiment: Sentiment }[];
  topics?: string[];
  gold_words?: string[];
};

/** The sets whose licence lets their weights ship: MIT, Apache-2.0 and Apache-2.0 (each set's README says). */
export const permitted = {
  reviews: ["general_chnsenticorp", "retail_dianping_zhang", "product_absa_che", "retail_asap_sample"],
  /** Conversations and posts (Apache-2.0 and MIT): most of what they say judges nothing. */
  talk: ["dlg_crosswoz", "dlg_kdconv", "profile_xpersona_zh"],
  posts: ["profile_kvpi"],
} as const;

/** The sets that are only measured: their licence is unclear. */
export const measuredOnly = [
  "retail_shopping10",
  "retail_waimai10k",
  "general_weibo_ewect2020",
  "auto_bdci2018",
  "retail_cosmetics_zj2019",
] as const;

/** Where the data for developers lies beside a checkout. */
export const sharedData = (): string => join(root(), "..", "shared", "data");

export function hasSet(set: string, folder: string): boolean {
  return existsSync(join(folder, set, "dev.jsonl"));
}

export function readRows(set: string, folder: string): Row[] {
  return lines(set, folder).map((line) => JSON.parse(line) as Row);
}

/** What was said in a set of conversations, turn by turn. */
export function readTurns(set: string, folder: string): string[] {
  return lines(set, folder).flatMap((line) =>
    (JSON.parse(line) as { turns: { text: string }[] }).turns.map((t) => t.text),
  );
}

function lines(set: string, folder: string): string[] {
  return readFileSync(join(folder, set, "dev.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean);
}

/** A number in [0, 1) that depends on the id alone: which rows are kept out of training when it is measured. */
export function place(id: string): number {
  let h = 2166136261;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 16777619);
  h = Math.imul(h ^ (h >>> 13), 0x5bd1e995);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}
