import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Document, LineCounter } from "yaml";
import { z } from "zod";
import type { TagKey } from "#domain/taxonomy.ts";
import { type Classes, PatternError, parsePattern, type Sequence } from "./pattern.ts";
import { yaml } from "./yaml.ts";

/** How a phrase shows its tag; docs/packs.md says what each means. */
export type Manner = "says" | "hints" | "asks" | "asked" | "retracts" | "not" | "denies" | "unless";

/** One way of saying, read and ready to compile. `evidence` names it as `pack/dimension/tag#n`. */
export type Phrase = {
  tag: TagKey;
  manner: Manner;
  lang: "zh" | "en";
  pattern: string;
  evidence: string;
  sequences: Sequence[];
};

/** What is wrong with a pack, one line a fault: `file:line: message`. */
export class PackError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(`the packs cannot be used:\n${faults.join("\n")}`);
    this.faults = faults;
  }
}

const patterns = z.array(z.union([z.string(), z.number()]).transform(String));
const manners: readonly Manner[] = ["says", "hints", "asks", "asked", "retracts", "not", "denies", "unless"];
const endings = ["doing", "thing", "role", "work", "shop"] as const;
const waysSchema = z.strictObject({
  says: patterns.nullish(),
  hints: patterns.nullish(),
  asks: patterns.nullish(),
  asked: patterns.nullish(),
  retracts: patterns.nullish(),
  not: patterns.nullish(),
  denies: patterns.nullish(),
  unless: patterns.nullish(),
  undone: z.partialRecord(z.enum(endings), patterns).nullish(),
});
const framesSchema = z.partialRecord(z.enum(endings), z.strictObject({ asked: patterns, retracts: patterns }));
const packSchema = z.strictObject({
  dimension: z.string().optional(),
  frames: z.strictObject({ zh: framesSchema, en: framesSchema }).nullish(),
  classes: z.record(z.string(), patterns).nullish(),
  tags: z.record(z.string(), z.strictObject({ zh: waysSchema.nullish(), en: waysSchema.nullish() })).nullish(),
});

type PackFile = {
  name: string;
  source: string;
  document: Document;
  lines: LineCounter;
  content: z.infer<typeof packSchema>;
};

/** Classes that no pack file spells out, such as `<city>`. */
export type BuiltIn = Readonly<Record<string, readonly string[]>>;

/** Files of a pack folder that are not packs themselves. */
const OTHER_FILES = new Set(["answers.yaml", "cities.yaml", "exchanges.yaml", "scope.yaml", "sensitive.yaml"]);

/**
 * Reads the named packs below `folder`. `knows` says whether the taxonomy has a tag that may still be suggested.
 * Throws PackError with every fault of every file where one cannot be used.
 */
export function loadPacks(
  folder: string,
  packs: readonly string[],
  knows: (tag: TagKey) => boolean,
  builtIn: BuiltIn = {},
): Phrase[] {
  const { phrases, faults } = readPacks(folder, packs, knows, builtIn);
  if (faults.length > 0) throw new PackError(faults);
  return phrases;
}

/** As `loadPacks`, but gives what can be used together with the faults; for those who write packs. */
export function readPacks(
  folder: string,
  packs: readonly string[],
  knows: (tag: TagKey) => boolean,
  builtIn: BuiltIn = {},
): { phrases: Phrase[]; faults: string[] } {
  const faults: string[] = [];
  const files = packs.flatMap((pack) => readFolder(folder, pack, faults));
  const shared = {
    classes: { ...files.find((file) => file.name === "core/classes.yaml")?.content.classes, ...builtIn },
    frames: files.find((file) => file.name === "core/undoing.yaml")?.content.frames,
  };
  const phrases = files.flatMap((file) => phrasesOf(file, shared, knows, faults));
  return { phrases, faults };
}

function readFolder(folder: string, pack: string, faults: string[]): PackFile[] {
  const names = readdirSync(join(folder, pack)).filter((name) => name.endsWith(".yaml") && !OTHER_FILES.has(name));
  return names.sort().flatMap((name) => {
    const file = readPackFile(`${pack}/${name}`, readFileSync(join(folder, pack, name), "utf8"), faults);
    return file ? [file] : [];
  });
}

function readPackFile(name: string, source: string, faults: string[]): PackFile | undefined {
  const { LineCounter, parseDocument } = yaml();
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    for (const error of document.errors)
      faults.push(`${name}:${lines.linePos(error.pos[0]).line}: ${firstLine(error.message)}`);
    return undefined;
  }
  const parsed = packSchema.safeParse(document.toJS() ?? {});
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const key = issue.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]!] : issue.path;
      faults.push(`${name}:${lineOf(document, lines, key)}: ${issue.path.join(".")}: ${issue.message}`);
    }
    return undefined;
  }
  return { name, source, document, lines, content: parsed.data };
}

type Shared = { classes: BuiltIn; frames: PackFile["content"]["frames"] };

function phrasesOf(file: PackFile, shared: Shared, knows: (tag: TagKey) => boolean, faults: string[]): Phrase[] {
  const [pack, dimension] = file.name.replace(/\.yaml$/, "").split("/") as [string, string];
  const classes: Classes = (name) => file.content.classes?.[name] ?? shared.classes[name];
  const fault = (path: PropertyKey[], message: string) =>
    faults.push(`${file.name}:${lineOf(file.document, file.lines, path)}: ${message}`);
  for (const [name, members] of Object.entries(file.content.classes ?? {})) {
    for (const [k, member] of members.entries()) {
      tryParse(member, classes, [name], (message) => fault(["classes", name, k], message));
    }
  }
  const phrases: Phrase[] = [];
  for (const [tag, byLang] of Object.entries(file.content.tags ?? {})) {
    if (!knows(tag)) {
      fault(["tags", tag], `unknown or retired tag ${tag}`);
      continue;
    }
    let count = 0;
    for (const lang of ["zh", "en"] as const) {
      const add = (manner: Manner, pattern: string, known: Classes, path: PropertyKey[]) => {
        const evidence = `${pack}/${dimension}/${tag}#${++count}`;
        const sequences = tryParse(pattern, known, [], (message) => fault(["tags", tag, lang, ...path], message));
        if (sequences) phrases.push({ tag, manner, lang, pattern, evidence, sequences });
      };
      for (const manner of manners) {
        byLang[lang]?.[manner]?.forEach((pattern, k) => {
          add(manner, pattern, classes, [manner, k]);
        });
      }
      for (const kind of endings) {
        const words = byLang[lang]?.undone?.[kind];
        const framed: Classes = (name) => (name === "it" ? words : classes(name));
        const frames = words && shared.frames?.[lang][kind];
        for (const manner of frames ? (["retracts", "asked"] as const) : []) {
          for (const frame of frames?.[manner] ?? []) add(manner, frame, framed, ["undone", kind]);
        }
      }
    }
  }
  return phrases;
}

function tryParse(
  pattern: string,
  classes: Classes,
  inside: string[],
  fault: (message: string) => void,
): Sequence[] | undefined {
  try {
    return parsePattern(pattern, classes, inside);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    fault(`${error.message} in "${pattern}"`);
    return undefined;
  }
}

/** The line of the innermost key or list entry on the path that the document has. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  const { isCollection, isMap, isNode, isScalar } = yaml();
  for (let depth = path.length; depth > 0; depth--) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === last) : undefined;
    const node = pair ? pair.key : isCollection(parent) ? parent.get(last, true) : undefined;
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const firstLine = (text: string): string => text.split("\n", 1)[0]!;
