import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { nlpFile, root } from "../files.ts";
import { fold, foldInto, newFolded } from "../fold.ts";
import { packPhrases } from "../knowledge.ts";
import type { Phrase } from "../pack.ts";
import { oneMoreOrLess, oneOther, swapped } from "./english.ts";
import { blurred, readAlone, readAloud } from "./sounds.ts";
import { addKnown, checkOf, encodeSlipTable, isKnown, type SlipTable, STEP, slotOf } from "./table.ts";
import { ownTalk, readDictionary, readTalk } from "./talk.ts";
import { loadWrittenOtherwise } from "./words.ts";

/** A word of the dictionary counts as so many sightings for each of its own. */
const OF_DICTIONARY = 1 / 30;
/** What one pair of characters gains from the packs at most, and from one phrase. */
const OF_PACKS = 40;
/** Where two choices of words meet in so many ways, most of them are never said. */
const MOST_JOINS = 24;
/** A pair seen less is forgotten. */
const SEEN = 1.5;
/** A word of two characters, and one of more, that the dictionary counts so often is no slip. */
const USED = 3;
const MUCH_USED = 100;
/** So many times as often. */
const MUCH_MORE = 4;
const FIRST = 0x3400;
const LAST = 0x9fff;
const isChinese = (unit: number): boolean => unit >= FIRST && unit <= LAST;
const pairOf = (first: number, second: number): number => first * 65536 + second;

type Counts = { units: Float64Array; pairs: Map<number, number>; words: Set<number> };

/** Makes the table from the packs, their word files and talk. The same sources give the same table. */
export function trainSlipTable(
  phrases: readonly Phrase[],
  rules: readonly string[],
  talk: readonly string[],
  dictionary: string,
  english: string,
): SlipTable {
  const sought = new Map<number, number>();
  for (const pair of pairsOfPacks(phrases, rules)) sought.set(pair, (sought.get(pair) ?? 0) + 1);
  const counts = countTalk(talk, dictionary);
  const { soundOf, syllables } = soundsOf(counts, sought);
  leaveOutSlips(sought, counts, (unit) => blurred(syllables[soundOf[unit]!]!));
  countPacks(counts, sought);
  const list = [...sought.keys()].sort((a, b) => sought.get(b)! - sought.get(a)! || a - b);
  const pairs = Uint16Array.from(list.flatMap((pair) => [Math.floor(pair / 65536), pair % 65536]));
  const spelt = [...english.replace(/^#.*$/gm, "").split(/\s+/), ...wordsOfTalk(talk), ...loadWrittenOtherwise().names];
  const { words, joins } = englishOfPacks(phrases, new Set(spelt));
  const known = filterOf([...spelt, ...words].filter((word) => word.length > 3));
  return {
    soundOf,
    syllables,
    pairs,
    readings: readingsOf(pairs, soundOf, syllables),
    unitShare: sharesOf(counts.units),
    total: Math.round(counts.units.reduce((sum, n) => sum + n, 0)),
    counts: tableOf(counts),
    triples: filterOf(triplesOfPacks(phrases)),
    known,
    words,
    joins: joins.filter((join) => !knows(known, join.replace(" ", ""))),
  };
}

const knows = (known: Uint32Array, word: string): boolean =>
  isKnown(
    known,
    Array.from(word, (letter) => letter.charCodeAt(0)),
    0,
    word.length,
  );

/** Each pair of characters that stand side by side in a way of saying, once for each way. */
function* pairsOfPacks(phrases: readonly Phrase[], rules: readonly string[]): Iterable<number> {
  for (const { sequences } of phrases) {
    const found = new Set<number>();
    const add = (text: string) => {
      for (let i = 1; i < text.length; i++) {
        if (isChinese(text.charCodeAt(i - 1)) && isChinese(text.charCodeAt(i)))
          found.add(pairOf(text.charCodeAt(i - 1), text.charCodeAt(i)));
      }
    };
    for (const { pieces, links } of sequences) {
      pieces.forEach((words, k) => {
        words.forEach(add);
        const next = pieces[k + 1];
        if (!next || links[k + 1]!.length > 0) return;
        const lasts = new Set(words.map((word) => word.at(-1)!));
        const firsts = new Set(next.map((word) => word[0]!));
        if (lasts.size * firsts.size > MOST_JOINS) return;
        for (const last of lasts) for (const first of firsts) add(last + first);
      });
    }
    yield* found;
  }
  for (const rule of rules) {
    for (const [run] of rule.replace(/\[[^\]]*\]/g, "|").matchAll(/[㐀-鿿]{2,}/g)) {
      for (let i = 1; i < run.length; i++) yield pairOf(run.charCodeAt(i - 1), run.charCodeAt(i));
    }
  }
}

function* triplesOfPacks(phrases: readonly Phrase[]): Iterable<string> {
  for (const { sequences } of phrases) {
    for (const text of sequences.flatMap(({ pieces }) => pieces.flat())) {
      for (const [, triple] of text.matchAll(/(?=([㐀-鿿]{3}))/g)) yield triple!;
    }
  }
}

function countTalk(talk: readonly string[], dictionary: string): Counts {
  const units = new Float64Array(65536);
  const pairs = new Map<number, number>();
  const words = new Set<number>();
  const see = (first: number, second: number, n: number) => {
    const pair = pairOf(first, second);
    pairs.set(pair, (pairs.get(pair) ?? 0) + n);
  };
  const folded = newFolded();
  for (const text of talk) {
    foldInto(text, folded);
    for (let i = 0; i < folded.n; i++) {
      const unit = folded.units[i]!;
      if (!isChinese(unit)) continue;
      units[unit]! += 1;
      if (i > 0 && isChinese(folded.units[i - 1]!)) see(folded.units[i - 1]!, unit, 1);
    }
  }
  for (const line of dictionary.split("\n")) {
    const [word = "", times = "0"] = line.split(" ");
    const letters = fold(word);
    const n = Number(times) * OF_DICTIONARY;
    for (let i = 0; i < letters.length; i++) {
      if (!isChinese(letters.charCodeAt(i))) continue;
      units[letters.charCodeAt(i)]! += n;
      if (i === 0 || !isChinese(letters.charCodeAt(i - 1))) continue;
      see(letters.charCodeAt(i - 1), letters.charCodeAt(i), Math.max(n, Number(times) > 2 ? SEEN : 0));
      if (Number(times) >= (letters.length === 2 ? USED : MUCH_USED))
        words.add(pairOf(letters.charCodeAt(i - 1), letters.charCodeAt(i)));
    }
  }
  return { units, pairs, words };
}

/** Packs name some slips themselves (`试架`): a pair that talk does not know and that sounds like one much more sought is no word. */
function leaveOutSlips(sought: Map<number, number>, { pairs }: Counts, sound: (unit: number) => string): void {
  const best = new Map<string, number>();
  const heardAs = (pair: number) => `${sound(Math.floor(pair / 65536))} ${sound(pair % 65536)}`;
  for (const [pair, times] of sought) best.set(heardAs(pair), Math.max(times, best.get(heardAs(pair)) ?? 0));
  for (const [pair, times] of sought) {
    const unheard = (pairs.get(pair) ?? 0) < SEEN;
    if (unheard && (times < 2 || times * MUCH_MORE <= best.get(heardAs(pair))!)) sought.delete(pair);
  }
}

/** What the packs look for is written, too. */
function countPacks({ units, pairs }: Counts, sought: ReadonlyMap<number, number>): void {
  for (const [pair, times] of sought) {
    const n = Math.min(times, OF_PACKS);
    pairs.set(pair, (pairs.get(pair) ?? 0) + n);
    units[Math.floor(pair / 65536)]! += n / 2;
    units[pair % 65536]! += n / 2;
  }
}

/** The sounds of all characters that were seen or sought. */
function soundsOf({ units }: Counts, sought: ReadonlyMap<number, number>): Pick<SlipTable, "soundOf" | "syllables"> {
  const asked = new Set([...sought.keys()].flatMap((pair) => [Math.floor(pair / 65536), pair % 65536]));
  const soundOf = new Uint16Array(65536);
  const syllables = [""];
  const numbers = new Map<string, number>();
  for (let unit = FIRST; unit <= LAST; unit++) {
    if (units[unit] === 0 && !asked.has(unit)) continue;
    const sound = readAlone(String.fromCharCode(unit));
    if (!/^[a-z]+$/.test(sound)) continue;
    if (!numbers.has(sound)) numbers.set(sound, syllables.push(sound) - 1);
    soundOf[unit] = numbers.get(sound)!;
  }
  return { soundOf, syllables };
}

/** Characters that are mistaken for each other by their shape. */
const ALIKE =
  "己已 已巳 末未 人入 土士 天夫 日曰 千干 大太 免兔 侯候 治冶 拔拨 晴睛 折拆 挂桂 钓钩 刀力 母毋 孩该 待侍 徒徙 贷货 晚挽 喝渴 乒乓 板版 泊拍 油抽 轮抡 狗拘 猫描 娃哇 驾架 怀坏 续绩 航船 宽宪 座坐 冲种";
const alikes = new Map<string, string[]>();
for (const [a = "", b = ""] of ALIKE.split(" ")) {
  alikes.set(a, [...(alikes.get(a) ?? []), b]);
  alikes.set(b, [...(alikes.get(b) ?? []), a]);
}

/** Sounds under which a pair is found beside those of its characters alone: as the two are read together, and as look-alikes of them are. */
function readingsOf(pairs: Uint16Array, soundOf: Uint16Array, syllables: readonly string[]): Uint32Array {
  const numberOf = new Map(syllables.map((syllable, k) => [syllable, k]));
  const found: number[] = [];
  for (let p = 0; p < pairs.length; p += 2) {
    const text = String.fromCharCode(pairs[p]!, pairs[p + 1]!);
    const alone = [soundOf[pairs[p]!]!, soundOf[pairs[p + 1]!]!] as const;
    const [x, y] = readAloud(text).map((syllable) => numberOf.get(syllable) ?? 0);
    const others = [
      [x, alone[1]],
      [alone[0], y],
      ...(alikes.get(text[0]!) ?? []).map((other) => [soundOf[other.charCodeAt(0)], alone[1]]),
      ...(alikes.get(text[1]!) ?? []).map((other) => [alone[0], soundOf[other.charCodeAt(0)]]),
    ];
    const seen = new Set([`${alone}`]);
    for (const [first, second] of others) {
      if (!first || !second || seen.has(`${first},${second}`)) continue;
      seen.add(`${first},${second}`);
      found.push(p / 2, first, second);
    }
  }
  return Uint32Array.from(found);
}

function sharesOf(units: Float64Array): Uint8Array {
  const all = units.reduce((sum, n) => sum + n, 0);
  return Uint8Array.from(units, (n) => Math.min(255, Math.round(-Math.log((n + 0.1) / all) / STEP)));
}

/** The pairs as an open table; the lowest bit of a count says that the pair makes a word. */
function tableOf({ pairs, words }: Counts): Uint16Array {
  const kept = [...pairs].filter(([, n]) => n >= SEEN).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  let size = 1024;
  while (size * 0.75 < kept.length) size *= 2;
  const table = new Uint16Array(size);
  for (const [pair, n] of kept) {
    const [first, second] = [Math.floor(pair / 65536), pair % 65536];
    const check = checkOf(first, second);
    let at = slotOf(first, second, size - 1);
    while (table[at] !== 0 && table[at]! >> 8 !== check) at = (at + 1) & (size - 1);
    const count = Math.max(2, Math.min(254, 2 * Math.round(8 * Math.log2(1 + n))));
    if (table[at] === 0) table[at] = (check << 8) | count | (words.has(pair) ? 1 : 0);
  }
  return table;
}

/** The English words that phrases hold, and those that stand side by side in two of them, the most sought first. */
function englishOfPacks(phrases: readonly Phrase[], spelt: ReadonlySet<string>): Pick<SlipTable, "words" | "joins"> {
  const words = new Map<string, number>();
  const joins = new Map<string, number>();
  for (const { sequences, lang } of phrases) {
    if (lang !== "en") continue;
    const texts = new Set(sequences.flatMap(({ pieces }) => pieces.flat()));
    const found = new Set<string>();
    const beside = new Set<string>();
    for (const text of texts) {
      const all = text.match(/[a-z]+/g) ?? [];
      for (const word of all) if (word.length > 3) found.add(word);
      for (const match of text.matchAll(/(?=\b([a-z]{3,} [a-z]{3,})\b)/g)) beside.add(match[1]!);
    }
    for (const word of found) words.set(word, (words.get(word) ?? 0) + 1);
    for (const join of beside) joins.set(join, (joins.get(join) ?? 0) + 1);
  }
  // Packs name some slips themselves (`dauther`): such a word is near one that they name much more.
  const isSlip = (word: string) =>
    !spelt.has(word) &&
    [...swapped(word), ...oneMoreOrLess(word), ...oneOther(word)].some(
      (near) => spelt.has(near) && words.get(near)! >= words.get(word)! * MUCH_MORE,
    );
  for (const word of words.keys()) if (isSlip(word)) words.delete(word);
  const ordered = (times: Map<string, number>, least: number) =>
    [...times.keys()]
      .filter((key) => times.get(key)! >= least)
      .sort((a, b) => times.get(b)! - times.get(a)! || (a < b ? -1 : 1));
  return { words: ordered(words, 1), joins: ordered(joins, 2) };
}

/** Latin words that people write again and again. */
function wordsOfTalk(talk: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const text of talk) {
    for (const word of fold(text).match(/[a-z]{4,}/g) ?? []) times.set(word, (times.get(word) ?? 0) + 1);
  }
  return [...times].filter(([, n]) => n >= 3).map(([word]) => word);
}

/** So many bits a word keep one unknown word in a hundred from being taken for a known one. */
const BITS = 10;

function filterOf(words: Iterable<string>): Uint32Array {
  const all = new Set(words);
  const filter = new Uint32Array(Math.ceil((all.size * BITS) / 32));
  for (const word of all) addKnown(filter, word.toLowerCase());
  return filter;
}

/** Of words joined for rules, lists in YAML hold what the code reads as small regular expressions. */
const RULES = ["packs/core/scope.yaml", "packs/core/exchanges.yaml"];

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const bytes = encodeSlipTable(
    trainSlipTable(
      packPhrases(),
      RULES.map((name) => readFileSync(nlpFile(name), "utf8").replace(/^\s*#.*$/gm, "")),
      [...ownTalk(), ...readTalk(process.argv[2] ?? join(root(), "..", "shared", "data"))],
      readDictionary(),
      readFileSync(nlpFile("packs/slips/english.txt"), "utf8"),
    ),
  );
  writeFileSync(nlpFile("model/slips.bin"), bytes);
  console.error(`nlp/model/slips.bin: ${bytes.length} bytes, sha1 ${createHash("sha1").update(bytes).digest("hex")}`);
}
