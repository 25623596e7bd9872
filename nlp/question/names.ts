import type { Named } from "#domain/catalog.ts";
import { folded, gapsOf, questionLexicon } from "./lexicon.ts";
import { latinOf, soundOf } from "./sound.ts";

export type NameIndex = {
  exact: ReadonlyMap<string, Named[]>;
  parts: ReadonlyMap<string, Named[]>;
  sounds: ReadonlyMap<string, Named[]>;
  gaps: ReadonlyMap<string, [Named, string][]>;
  latin: ReadonlyMap<string, Named[]>;
  /** Names in which letters may be left out: `儿童座椅` for 儿童安全座椅. */
  spacious: readonly Named[];
  byId: ReadonlyMap<string, Named>;
  longest: number;
};

class Many {
  readonly map = new Map<string, Named[]>();
  add(key: string, named: Named): void {
    const known = this.map.get(key);
    if (!known) this.map.set(key, [named]);
    else if (!known.some((n) => n.kind === named.kind && n.id === named.id)) known.push(named);
  }
}

/** Makes names findable: whole, in part, by sound, in Latin letters, and with one letter wrong. */
export function indexNames(all: readonly Named[]): NameIndex {
  const [exact, parts, sounds, latin] = [new Many(), new Many(), new Many(), new Many()];
  const gaps = new Map<string, [Named, string][]>();
  const { notNames, phrases, tagNames } = questionLexicon();
  const isOwn = (part: string) => !notNames.has(part) && !phrases.has(part);
  for (const named of all) {
    const everyday = named.kind === "tag" ? (tagNames.get(named.id) ?? []) : [];
    const names = [named.name, ...(named.also ?? []), ...everyday].map(folded).filter((n) => n !== "");
    for (const name of [...names, folded(named.id)])
      if (named.kind !== "platform" || name.length > 1) exact.add(name, named);
    const name = names[0] ?? "";
    if (!/[\u4e00-\u9fff]/.test(name)) continue;
    addLatin(latin, named, name);
    if (name.length >= 3) sounds.add(soundOf(name), named);
    if (named.kind === "person" || named.kind === "koe") {
      if (name.length >= 3) parts.add(name.slice(1), named);
      continue;
    }
    if (named.kind === "platform" || named.kind === "post") continue;
    for (const part of partsOf(name, named.kind)) if (isOwn(part)) parts.add(part, named);
    // One letter makes another tag of a tag (旅行爱好者, 骑行爱好者): these are heard, never guessed.
    if (name.length >= 4 && named.kind !== "tag")
      for (const gap of gapsOf(name)) gaps.set(gap, [...(gaps.get(gap) ?? []), [named, name]]);
  }
  return {
    exact: exact.map,
    parts: parts.map,
    sounds: sounds.map,
    latin: latin.map,
    gaps,
    spacious: all.filter(
      (n) => (n.kind === "segment" || n.kind === "theme" || n.kind === "task") && n.name.length >= 4,
    ),
    byId: new Map(all.map((n) => [`${n.kind} ${n.id}`, n])),
    longest: Math.max(8, ...[...exact.map.keys()].map((k) => k.length)),
  };
}

function addLatin(latin: Many, named: Named, name: string): void {
  if (named.kind === "post") return;
  const { full, reversed, initials } = latinOf(name);
  latin.add(full, named);
  if (named.kind === "person" || named.kind === "koe") latin.add(reversed, named);
  else if (initials.length >= 4) latin.add(initials, named);
}

/**
 * Parts that may stand for the whole. Two letters of a task's title say something only at its ends, where they are likely a word; a tag
 * goes by its beginning alone.
 */
function partsOf(name: string, kind: Named["kind"]): string[] {
  const parts: string[] = [];
  const bare = name.replace(/[^\u4e00-\u9fffa-z0-9]/g, " ");
  for (const piece of bare.split(" "))
    for (let length = 2; length <= piece.length; length++)
      for (let i = 0; i + length <= piece.length; i++) {
        const isEnd = i === 0 || i + length === piece.length;
        if (kind === "tag" ? i === 0 : length > 2 || kind !== "task" || isEnd) parts.push(piece.slice(i, i + length));
      }
  return parts;
}

/** Names whose letters stand in the text in order, in pieces of two or more: `智驾三十天` for 智驾通勤三十天. */
export function spaciousFor(index: NameIndex, text: string): Named[] {
  if (text.length < 3) return [];
  return index.spacious.filter(
    ({ name }) => text.length < name.length && text.length * 2 >= name.length && standsIn(text, folded(name)),
  );
}

function standsIn(short: string, long: string): boolean {
  for (let cut = 2; cut <= short.length - 1; cut++) {
    const first = long.indexOf(short.slice(0, cut));
    if (first < 0) return false;
    const rest = short.slice(cut);
    if (rest.length >= 2 && long.indexOf(rest, first + cut) >= 0) return true;
    if (cut === short.length - 1 && rest.length === 1) return false;
  }
  return false;
}
