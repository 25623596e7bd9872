import type { CompiledPhrase, Lexicon, Rows } from "./compile.ts";

/**
 * The compiled lexicon as bytes that can be used as they are: a length, a head in JSON, then the tables one behind the other. Reading them back takes
 * no copy: every table is a view into the one buffer that the file was read into. Numbers lie in this machine's order of bytes.
 */
type Head = {
  key: string;
  tags: string[];
  /** Evidence of the phrases, a line each. */
  evidence: string;
  tables: { name: string; of: keyof typeof kinds; at: number; length: number }[];
};

const kinds = { u8: Uint8Array, u16: Uint16Array, i32: Int32Array };
type Table = Uint8Array | Uint16Array | Int32Array;
const manners = [
  "says",
  "hints",
  "asks",
  "asked",
  "retracts",
  "not",
  "denies",
  "unless",
] as const satisfies CompiledPhrase["manner"][];
const langs = ["zh", "en"] as const;
const ofAutomaton = ["classOf", "states", "outputs"] as const;
const ofLexicon = ["records", "gates", "steps", "members", "unitSets"] as const;
/** Tables begin at multiples of this, so that a view of any kind may lie there. */
const ALIGN = 8;
const aligned = (n: number): number => Math.ceil(n / ALIGN) * ALIGN;

/** The bytes of a lexicon, with the key that says what it was compiled from. */
export function encodeLexicon(key: string, lexicon: Lexicon): Buffer {
  const { automaton } = lexicon;
  const phrases = all(lexicon.phrases);
  const tags = [...new Set(phrases.map((phrase) => phrase.tag))];
  const tagAt = new Map(tags.map((tag, k) => [tag, k]));
  const tables: [string, Table][] = [
    ...ofAutomaton.map((name): [string, Table] => [name, automaton[name]]),
    ...ofLexicon.map((name): [string, Table] => [name, lexicon[name]]),
    ["phraseTag", Int32Array.from(phrases, ({ tag }) => tagAt.get(tag)!)],
    ["phraseManner", Uint8Array.from(phrases, ({ manner }) => manners.indexOf(manner))],
    ["phraseFlags", Uint8Array.from(phrases, ({ negates, lang }) => (negates ? 1 : 0) | (lang === "en" ? 2 : 0))],
  ];
  let at = 0;
  const head: Head = {
    key,
    tags,
    evidence: phrases.map(({ evidence }) => evidence).join("\n"),
    tables: tables.map(([name, table]) => {
      const place = { name, of: kindOf(table), at, length: table.length };
      at = aligned(at + table.byteLength);
      return place;
    }),
  };
  const text = Buffer.from(JSON.stringify(head));
  const begin = aligned(4 + text.length);
  const bytes = Buffer.alloc(begin + at);
  bytes.writeUInt32LE(text.length, 0);
  text.copy(bytes, 4);
  for (const [k, [, table]] of tables.entries()) {
    bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), begin + head.tables[k]!.at);
  }
  return bytes;
}

/** The lexicon in these bytes, which it keeps; undefined where they hold another key or are not whole. */
export function decodeLexicon(key: string, bytes: Uint8Array): Lexicon | undefined {
  const head = headOf(bytes);
  if (head?.key !== key) return undefined;
  const begin = bytes.byteOffset + aligned(4 + headLength(bytes));
  const tables = new Map<string, Table>();
  for (const { name, of, at, length } of head.tables) {
    const end = begin + at + length * kinds[of].BYTES_PER_ELEMENT;
    if ((begin + at) % ALIGN !== 0 || end > bytes.byteOffset + bytes.byteLength) return undefined;
    tables.set(name, new kinds[of](bytes.buffer as ArrayBuffer, begin + at, length));
  }
  const table = <T extends Table>(name: string) => tables.get(name) as T;
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, table(name)]));
  return {
    ...(pick(ofLexicon) as Pick<Lexicon, (typeof ofLexicon)[number]>),
    automaton: pick(ofAutomaton) as Lexicon["automaton"],
    phrases: phrasesFrom(head, table),
  };
}

type Lookup = <T extends Table>(name: string) => T;

function phrasesFrom(head: Head, table: Lookup): Rows<CompiledPhrase> {
  const tag = table<Int32Array>("phraseTag");
  const manner = table<Uint8Array>("phraseManner");
  const flags = table<Uint8Array>("phraseFlags");
  let evidence: string[] | undefined;
  return rows(tag.length, (k) => {
    evidence ??= head.evidence.split("\n");
    return {
      tag: head.tags[tag[k]!]!,
      manner: manners[manner[k]!]!,
      lang: langs[flags[k]! >> 1]!,
      evidence: evidence[k]!,
      negates: (flags[k]! & 1) === 1,
    };
  });
}

/** Rows that are made when they are first asked for: talk meets few of them. */
function rows<T>(length: number, make: (k: number) => T): Rows<T> {
  const made = new Array<T | undefined>(length);
  return {
    length,
    at(k) {
      const known = made[k];
      if (known !== undefined) return known;
      const row = make(k);
      made[k] = row;
      return row;
    },
  };
}

const all = <T>(table: Rows<T>): T[] => Array.from({ length: table.length }, (_, k) => table.at(k)!);

function headOf(bytes: Uint8Array): Head | undefined {
  if (bytes.length < 4) return undefined;
  const length = headLength(bytes);
  if (length > bytes.length - 4) return undefined;
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + 4, length).toString("utf8")) as Head;
  } catch {
    return undefined;
  }
}

const headLength = (bytes: Uint8Array): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);

function kindOf(table: Table): keyof typeof kinds {
  if (table instanceof Uint8Array) return "u8";
  return table instanceof Uint16Array ? "u16" : "i32";
}
