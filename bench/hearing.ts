import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AhoCorasick } from "@monyone/aho-corasick/fast";
import type { Turn } from "#domain/cue.ts";
import type { TagKey } from "#domain/taxonomy.ts";
import { buildAutomaton, newHits, scanText } from "#nlp/automaton.ts";
import { calibrationOf, type LabelledCase, type Score, scoreHearing } from "#nlp/evaluate.ts";
import { createExtractor } from "#nlp/extract.ts";
import { root } from "#nlp/files.ts";
import { loadKnowledge } from "#nlp/knowledge.ts";
import { seeded } from "#nlp/seeded.ts";
import { loadTaxonomy } from "#nlp/vocabulary.ts";
import { abreast } from "./contenders.ts";
import { type Figure, median, warming } from "./frame.ts";
import { hearsBy, keywordRules, shippedPhrases } from "./hearing-peers.ts";

const ROUNDS = 5;
const RATES = `each in a process of its own, as hearing is deployed, by turns, median of ${ROUNDS} rounds when both are warm after ${warming}`;
const data = () => join(root(), "..", "shared", "data");

/** Cues against their goals, with the peers in the same run. Without `../shared/data` the figures that need it are left out. */
export async function benchHearing(): Promise<Figure[]> {
  const figures = [...ready(), ...matching()];
  if (!existsSync(join(data(), "cues-dev.jsonl"))) return figures;
  return [...figures, ...(await quality()), ...smallTalk(), ...(await speed())];
}

function figure(
  name: string,
  value: number,
  unit: string,
  goal: string,
  holds: boolean | null,
  against = "",
  how = "",
): Figure {
  return { name, value, unit, goal, holds, against, how };
}

function lines<T>(set: string): T[] {
  const rows = readFileSync(join(data(), set), "utf8").split("\n").filter(Boolean);
  return rows.map((line) => JSON.parse(line) as T);
}

const READY_SCRIPT = `const t = performance.now();
const { loadKnowledge } = await import(process.argv[1] + "/knowledge.js");
const { createExtractor } = await import(process.argv[1] + "/extract.js");
createExtractor(loadKnowledge())([{ who: "customer", text: "你好" }]);
console.log(JSON.stringify([performance.now() - t, process.memoryUsage().rss / 1e6]));`;

/** A fresh process loads everything and hears one turn. */
function ready(): Figure[] {
  loadKnowledge();
  const args = ["--input-type=module", "-e", READY_SCRIPT, join(root(), "dist", "nlp")];
  const runs = Array.from({ length: 3 }, () => {
    const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "[null,null]") as [number, number];
  });
  const ms = median(runs.map((run) => run[0]));
  const rss = median(runs.map((run) => run[1]));
  const how = "fresh process, packs compiled before; median of 3";
  return [
    figure("ready to hear", ms, "ms", "< 500", ms < 500, "", how),
    figure("memory when ready", rss, "MB", "< 150", rss < 150, "", how),
  ];
}

const SYLLABLES = [
  ..."的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感",
];

/** Bare phrase matching with 20,000 phrases; every occurrence is counted and compared first. */
function matching(): Figure[] {
  const random = seeded(11);
  const syllable = () => SYLLABLES[Math.floor(random() ** 2 * SYLLABLES.length)]!;
  const word = (length: number) => Array.from({ length }, syllable).join("");
  const distinct = new Set<string>();
  while (distinct.size < 20_000) distinct.add(word(2 + Math.floor(random() * 5)));
  const phrases = [...distinct];
  const texts = Array.from({ length: 4_000 }, () => word(14));
  const automaton = buildAutomaton(phrases);
  const peer = new AhoCorasick(phrases);
  const hits = newHits();
  const sample = texts.slice(0, 40);
  const brute = sample.reduce((sum, text) => sum + phrases.reduce((n, phrase) => n + occurrences(text, phrase), 0), 0);
  const mine = sample.reduce((sum, text) => sum + scanText(automaton, text, hits).n, 0);
  const [ours, theirs] = interleaved(
    texts.length,
    () => {
      for (const text of texts) scanText(automaton, text, hits);
    },
    () => {
      for (const text of texts) peer.matchInText(text);
    },
  );
  const how = `20,000 phrases, 14 characters a text, median of ${ROUNDS} interleaved rounds`;
  return [
    figure(
      "matches of brute force found",
      (100 * mine) / brute,
      "%",
      "100",
      mine === brute,
      "brute force",
      `${brute} matches in 40 texts`,
    ),
    figure("phrase matching", ours, "texts/s", "", null, "", how),
    figure(
      "phrase matching against @monyone/aho-corasick/fast",
      ours / theirs,
      "x",
      ">= 2",
      ours >= 2 * theirs,
      `${Math.round(theirs)} texts/s`,
      how,
    ),
  ];
}

function occurrences(text: string, phrase: string): number {
  let n = 0;
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) n++;
  return n;
}

function rateOf(size: number, work: () => void): number {
  const started = performance.now();
  work();
  return (size / (performance.now() - started)) * 1000;
}

/** Median rates a second of two ways of doing the same work, by turns, when both are warm. */
function interleaved(size: number, a: () => void, b: () => void): [number, number] {
  const rounds: [number, number][] = [];
  for (let round = 0; round < warming + ROUNDS; round++) rounds.push([rateOf(size, a), rateOf(size, b)]);
  const counted = rounds.slice(warming);
  return [median(counted.map((r) => r[0])), median(counted.map((r) => r[1]))];
}

async function quality(): Promise<Figure[]> {
  const taxonomy = loadTaxonomy();
  const cases = lines<LabelledCase>("cues-dev.jsonl");
  const extract = createExtractor(loadKnowledge());
  const ours = scoreHearing(taxonomy, cases, extract);
  const talks = cases.map(({ turns }) => turns);
  const [mine, theirs] = await abreast(["extractor", "node-nlp"], talks, ROUNDS, jddc());
  const [again] = await abreast(["extractor", "jieba"], talks, ROUNDS);
  const answers = new Map(theirs.found as [string, TagKey | undefined][]);
  const nlp = scoreHearing(
    taxonomy,
    cases,
    hearsBy((text) => answers.get(text)),
  );
  const keywords = scoreHearing(taxonomy, cases, keywordRules(shippedPhrases()));
  const peers = `node-nlp F1 ${nlp.f1.toFixed(3)}, keyword rules ${keywords.f1.toFixed(3)}`;
  const how = `node-nlp trained on phrases of the same packs, same cases; every talk is heard for the first time: other talk lies between the rounds, unmeasured; the extractor ${Math.round(mine.rate)} turns/s; ${RATES}`;
  return [
    ...qualityFigures(ours),
    calibration(calibrationOf(taxonomy, cases, extract)),
    figure("cues F1 against node-nlp", ours.f1 / nlp.f1, "x", ">= 4", ours.f1 >= 4 * nlp.f1, peers, how),
    figure(
      "messages a second against node-nlp",
      mine.rate / theirs.rate,
      "x",
      ">= 5",
      mine.rate >= 5 * theirs.rate,
      `${Math.round(theirs.rate)} messages/s`,
      how,
    ),
    figure(
      "the same where the texts were heard a moment ago",
      again.rate / theirs.rate,
      "x",
      "",
      null,
      `${Math.round(theirs.rate)} messages/s`,
      `as a chat is heard with each new message, whose texts are remembered: ${Math.round(again.rate)} turns/s; ${RATES}`,
    ),
  ];
}

/** How far scores stray from the share that was right, over all suggestions; the curve itself stands in `how`. */
function calibration(curve: ReturnType<typeof calibrationOf>): Figure {
  const all = curve.reduce((sum, { count }) => sum + count, 0);
  const error = curve.reduce((sum, { count, score, right }) => sum + (count * Math.abs(score - right)) / all, 0);
  const steps = curve
    .filter(({ count }) => count > 0)
    .map(({ count, score, right }) => `${score.toFixed(2)} said, ${right.toFixed(2)} right (${count})`);
  return figure("calibration error of scores", error, "", "", null, "", `development set: ${steps.join("; ")}`);
}

function qualityFigures(score: Score): Figure[] {
  const how = "development set, ../shared/data/cues-dev.jsonl";
  const at = (name: string, value: number, unit: string, goal: string, holds: boolean | null) =>
    figure(name, value, unit, goal, holds, "", how);
  return [
    at("cues F1", score.f1, "", ">= 0.80", score.f1 >= 0.8),
    at("cues precision", score.precision, "", ">= 0.88", score.precision >= 0.88),
    at("cues recall", score.recall, "", "", null),
    at("trap rate", 100 * score.trapRate, "%", "<= 4", score.trapRate <= 0.04),
    at("retraction F1", score.retractionF1, "", ">= 0.80", score.retractionF1 >= 0.8),
    at("evidence rate", score.evidenceRate, "", ">= 0.97", score.evidenceRate >= 0.97),
    at("false suggestions on 100 empty cases", score.falsePer100Empty, "", "<= 4", score.falsePer100Empty <= 4),
  ];
}

type Dialogue = { text?: string; turns?: { speaker?: string; text: string }[] };

/** Suggestions on real dialogues without labels, where nearly all are false. */
function smallTalk(): Figure[] {
  const extract = createExtractor(loadKnowledge());
  const sets = ["dlg_crosswoz", "dlg_kdconv", "dlg_cped_tv", "dlg_nus_sms_zh"].filter((set) =>
    existsSync(join(data(), set)),
  );
  let turns = 0;
  let suggestions = 0;
  for (const row of sets.flatMap((set) => lines<Dialogue>(`${set}/dev.jsonl`))) {
    const said = row.turns ?? [{ text: row.text ?? "" }];
    const talk = said.map((t) => ({ who: t.speaker === "staff" ? "koe" : "customer", text: String(t.text) }));
    turns += talk.filter((t) => t.who === "customer").length;
    suggestions += extract(talk).cues.length;
  }
  const per = turns / Math.max(1, suggestions);
  const how = "CrossWOZ, KdConv, CPED and NUS SMS as they are; every speaker but staff is taken for the subject";
  return [figure("small talk per suggestion", per, "turns", ">= 40", per >= 40, "", how)];
}

/** All texts of JDDC, each for itself: several times what the extractor remembers, so that a round finds hardly anything of the one before. */
const jddc = (): Turn[][] =>
  lines<{ turns: { text: string }[] }>("dlg_jddc_service/dev.jsonl").flatMap(({ turns }) =>
    turns.map(({ text }) => [{ who: "customer", text }]),
  );

async function speed(): Promise<Figure[]> {
  const talks = jddc();
  const [ours, theirs] = await abreast(["extractor", "jieba"], talks, ROUNDS);
  const how = `${Math.round(ours.rate)} messages/s on JDDC; ${RATES}`;
  const against = `${Math.round(theirs.rate)} messages/s`;
  return [
    figure(
      "whole extractor against jieba merely cutting",
      ours.rate / theirs.rate,
      "x",
      ">= 0.5",
      ours.rate >= 0.5 * theirs.rate,
      against,
      how,
    ),
  ];
}
