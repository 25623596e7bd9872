import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = dirname(import.meta.dirname);

/** The room table of docs/architecture.md: which rooms and packages each may use; `types` may be imported as types only. */
const rooms: Record<string, { rooms: string[]; types: string[]; packages: RegExp }> = {
  domain: { rooms: [], types: [], packages: /^$/ },
  cards: { rooms: ["domain"], types: [], packages: /^(zod|node:buffer)$/ },
  nlp: {
    rooms: ["domain"],
    types: [],
    packages: /^(zod|yaml|node:.*|@node-rs\/jieba.*|pinyin-pro|ai|@ai-sdk\/openai-compatible)$/,
  },
  db: {
    rooms: ["domain", "cards"],
    types: [],
    packages: /^(zod|node:.*|better-sqlite3|pg|csv-parse|csv-stringify|@prisma\/.*|graphile-worker)$/,
  },
  handlers: { rooms: ["domain", "cards"], types: ["db", "nlp"], packages: /^$/ },
  bot: { rooms: ["domain", "cards", "nlp", "db", "handlers", "bench"], types: [], packages: /.*/ },
};

type Use = { from: string; to: string; typeOnly: boolean; later: boolean };

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" || entry.name === "page" ? [] : sourcesOf(path);
    return /\.ts$/.test(entry.name) ? [path] : [];
  });
}

/** Every import and export-from of a file, with what it names. */
function usesOf(file: string): Use[] {
  const text = readFileSync(file, "utf8");
  const from = relative(root, file);
  const found = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)";/gms)].map((m) => ({
    from,
    to: m[2] as string,
    typeOnly: m[1] !== undefined || /^(?:import|export)\s+\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}/.test(m[0]),
    later: false,
  }));
  const dynamic = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map((m) => ({
    from,
    to: m[1] as string,
    typeOnly: false,
    later: true,
  }));
  return [...found, ...dynamic];
}

/** The room that an import leads to, or undefined for a package. */
function roomOf(use: Use): string | undefined {
  if (use.to.startsWith("#")) return use.to.slice(1).split("/")[0];
  if (!use.to.startsWith(".")) return undefined;
  return relative(root, resolve(root, dirname(use.from), use.to)).split("/")[0];
}

/** The file of ours that must be loaded for what it exports; types are gone by then, and what is imported on the way comes later. */
function neededBy({ from, to, typeOnly, later }: Use): string[] {
  if (typeOnly || later) return [];
  if (to.startsWith("#")) return [to.slice(1)];
  return to.startsWith(".") ? [relative(root, resolve(root, dirname(from), to))] : [];
}

/** What is left once every file is taken out of which nobody left needs, or which needs nobody left: the files of circles, and those between. */
function circlesIn(needs: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Set(needs.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const needed = new Set([...left].flatMap((file) => needs.get(file)!.filter((other) => left.has(other))));
    for (const file of left)
      if (!needed.has(file) || !needs.get(file)!.some((other) => left.has(other))) left.delete(file);
  }
  return [...left].sort();
}

function breachesOf(room: string): string[] {
  const law = rooms[room]!;
  return sourcesOf(join(root, room))
    .flatMap(usesOf)
    .filter((use) => {
      const target = roomOf(use);
      if (target === undefined) return !law.packages.test(use.to);
      if (target === room || law.rooms.includes(target)) return false;
      return !(law.types.includes(target) && use.typeOnly);
    })
    .map((use) => `${use.from} uses ${use.to}`);
}

describe("the rooms", () => {
  it.each(Object.keys(rooms))("%s uses only what the room table allows", (room) => {
    expect(sourcesOf(join(root, room)).length).toBeGreaterThan(3);
    expect(breachesOf(room)).toEqual([]);
  });

  it.each(["domain", "cards"])("%s decides without waiting, without a clock and without chance of its own", (room) => {
    const forbidden = /\b(async|await)\b|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bprocess\./;
    const breaches = sourcesOf(join(root, room)).filter((file) => forbidden.test(code(file)));
    expect(breaches.map((file) => relative(root, file))).toEqual([]);
  });

  it("only the gate's door puts pushes into the outbox", () => {
    const writers = ["handlers", "bot", "db"]
      .flatMap((room) => sourcesOf(join(root, room)))
      .filter((file) => /purpose: "push"/.test(code(file)))
      .map((file) => relative(root, file));
    expect(writers).toEqual(["handlers/push.ts"]);
  });

  it("no handler and no route compares roles itself: who may do what stands in domain/rights.ts alone", () => {
    const compares = /\b(hasRole|isStaff)\(|\broles\??\.(includes|some|every|find)\(|\brole\s*(===|!==)/;
    const files = ["handlers", "bot"].flatMap((room) => sourcesOf(join(root, room)));
    const found = files.filter((file) => compares.test(code(file))).map((file) => relative(root, file));
    expect(found.filter((file) => !(file in whatPeopleAre))).toEqual([]);
    expect(Object.keys(whatPeopleAre).filter((file) => !found.includes(file))).toEqual([]);
  });

  it("no two files need each other to run", () => {
    const files = Object.keys(rooms).flatMap((room) => sourcesOf(join(root, room)));
    const needs = new Map(files.map((file) => [relative(root, file), usesOf(file).flatMap(neededBy)]));

    expect(circlesIn(needs)).toEqual([]);
  });

  it("no room has a cupboard for whatever has no place", () => {
    const cupboards = Object.keys(rooms)
      .flatMap((room) => sourcesOf(join(root, room)))
      .filter((file) => /(^|\/)(utils?|helpers?|services?|types|common|misc)(\.ts$|\/)/.test(relative(root, file)));
    expect(cupboards).toEqual([]);
  });
});

/** Where a role is a fact about somebody that is written down or counted, not a question of what they may do. */
const whatPeopleAre: Record<string, string> = {
  "handlers/capture-cues.ts": "whose words are about themselves: staff are never profiled",
  "handlers/compare-rebuild.ts": "who has tags and segments",
  "handlers/follow-segments.ts": "who is in segments",
  "handlers/hear-again.ts": "whose stored words are about themselves: staff are never profiled",
  "handlers/invite.ts": "a member becomes a KOC; a KOE who invites looks after them",
  "handlers/match-people.ts": "who is pushed tasks",
  "handlers/note-reaction.ts": "whose reaction shows behaviour",
  "handlers/notice-moments.ts": "whose moments count",
  "handlers/read-metrics.ts": "whose word a figure is",
  "handlers/receive.ts": "which employee looks after somebody new",
  "handlers/watch-behaviour.ts": "whose deeds show behaviour",
  "bot/commands/ask.ts": "the role that a line of the question file names",
  "bot/commands/erase.ts": "the records of employees' work are not erased this way",
  "bot/commands/policy-desk.ts": "who is pushed tasks",
  "bot/commands/start.ts": "the role of a process",
  "bot/demo.ts": "the cast of the demonstration",
  "bot/roles.ts": "the role of a process",
  "bot/seed.ts": "roles that a seed adds",
};

/** The file without comments and texts: a word in a docstring is no breach. */
function code(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/`(?:[^`\\]|\\.)*`/g, "``")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, (text) => (text === '"push"' ? text : '""'));
}
