/**
 * With what a match of a regular expression can begin: strings of one or two units, each the whole beginning of some way to match. Two units are
 * followed by anything; one is followed by what no list can say. `undefined` where a match may be empty or begin with nearly anything.
 */
export function openingsOf(source: string): ReadonlySet<string> | undefined {
  const reader = new Reader(source);
  const found = reader.alternatives();
  if (!reader.isDone) throw new Error(`cannot read ${source} behind ${reader.at}`);
  const openings = new Set<string>();
  for (const opening of found) {
    if (opening === "" || opening[0] === ANY) return undefined;
    openings.add(opening[1] === ANY ? opening[0]! : opening);
  }
  return openings.size > MOST ? undefined : openings;
}

/** Stands for a unit that no list names; no text holds it. */
const ANY = "\uffff";
const MOST = 5_000;
/** Of a class wider than this, a list is longer than it helps. */
const WIDEST = 256;
const EMPTY: ReadonlySet<string> = new Set([""]);
const ANYTHING: ReadonlySet<string> = new Set([ANY]);
const DIGITS = [..."0123456789"];
const SPACES = [..." \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff"];
for (let unit = 0x2000; unit <= 0x200a; unit++) SPACES.push(String.fromCharCode(unit));
const LETTERS = [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"];

/** Two signs that stand for themselves, and nothing that says how often. */
const PAIR = /[^\\.[\](){}?*+|^$\ud800-\udfff]{2}(?![?*+{])/y;
/** All up to the next bracket or bar that is none of a set. */
const PASSED = /(?:[^\\[()|]|\\.|\[(?:[^\]\\]|\\.)*\])*/sy;
/** How often what stands before is taken; of what kind a group is. */
const TIMES = /(?:[?*+]|\{(\d+)(,?)(\d*)\})\??/y;
const KIND = /\?(?:[:=!]|<[=!]|<\w+>)/y;

type Openings = ReadonlySet<string>;

/** Whatever begins as `first` does and goes on as `then`. */
function followed(first: Openings, then: Openings): Openings {
  if (first === EMPTY) return then;
  const both = new Set<string>();
  let heads: string[] | undefined;
  for (const a of first) {
    if (a.length >= 2 || a === ANY) both.add(a);
    else if (a === "") for (const b of then) both.add(b);
    else {
      heads ??= [...new Set(Array.from(then, (b) => b.slice(0, 1)))];
      for (const b of heads) both.add(a + b);
    }
  }
  return both;
}

const isWhole = (openings: Openings): boolean => {
  for (const opening of openings) if (opening.length < 2 && opening !== ANY) return false;
  return true;
};
const either = (a: Openings, b: Openings): Openings => new Set([...a, ...b]);

/** A reader of regular expressions as koloop's packs and code write them. */
class Reader {
  at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  get isDone(): boolean {
    return this.at >= this.source.length;
  }

  alternatives(): Openings {
    const first = this.sequence();
    if (!this.sees("|")) return first;
    const found = new Set(first);
    while (this.take("|")) for (const opening of this.sequence()) found.add(opening);
    return found;
  }

  private sequence(): Openings {
    PAIR.lastIndex = this.at;
    const pair = PAIR.exec(this.source);
    if (pair) {
      this.at = PAIR.lastIndex;
      this.pass();
      return new Set(pair);
    }
    let found: Openings = EMPTY;
    while (!this.isDone && !this.sees("|") && !this.sees(")")) {
      found = followed(found, this.repeated());
      if (isWhole(found)) this.pass();
    }
    return found;
  }

  /** Two units are all that is looked at: what comes behind them in a sequence is only read over. */
  private pass(): void {
    for (let depth = 0; ; this.at++) {
      PASSED.lastIndex = this.at;
      PASSED.exec(this.source);
      this.at = PASSED.lastIndex;
      const sign = this.source[this.at];
      if (sign === undefined || (depth === 0 && sign !== "(")) return;
      if (sign !== "|") depth += sign === "(" ? 1 : -1;
    }
  }

  private repeated(): Openings {
    const one = this.atom();
    TIMES.lastIndex = this.at;
    const times = TIMES.exec(this.source);
    if (!times) return one;
    this.at = TIMES.lastIndex;
    const sign = times[0][0];
    const least = sign === "{" ? Number(times[1]) : sign === "+" ? 1 : 0;
    const most = sign === "?" ? 1 : sign !== "{" ? 2 : times[2] === "" ? least : times[3] === "" ? 2 : Number(times[3]);
    const first = least > 0 ? one : either(one, EMPTY);
    if (most === 0) return EMPTY;
    return most === 1 ? first : followed(first, least > 1 ? one : either(one, EMPTY));
  }

  private atom(): Openings {
    if (this.take("(")) return this.group();
    if (this.take("[")) return this.set();
    if (this.take(".")) return ANYTHING;
    if (this.take("^") || this.take("$")) return EMPTY;
    if (this.take("\\")) return this.escaped();
    const sign = String.fromCodePoint(this.source.codePointAt(this.at)!);
    this.at += sign.length;
    return new Set([sign]);
  }

  /** What looks ahead or back takes nothing; leaving out what it asks for only lets more begin. */
  private group(): Openings {
    KIND.lastIndex = this.at;
    const kind = KIND.exec(this.source)?.[0] ?? "";
    this.at += kind.length;
    const found = this.alternatives();
    if (!this.take(")")) throw new Error(`cannot read ${this.source} at ${this.at}`);
    return /^\?<?[=!]/.test(kind) ? EMPTY : found;
  }

  private escaped(): Openings {
    const sign = this.source[this.at++]!;
    if (sign === "b" || sign === "B") return EMPTY;
    const named = escapes[sign];
    if (named) return new Set(named);
    if (/[a-zA-Z]/.test(sign)) return ANYTHING;
    return new Set([sign]);
  }

  private set(): Openings {
    const end = this.endOfSet();
    const body = this.source.slice(this.at, end);
    this.at = end + 1;
    if (body.startsWith("^")) return ANYTHING;
    const found = new Set<string>();
    for (const [, escaped, from, to] of body.matchAll(/\\(.)|(.)(?:-(.))?/gsu)) {
      if (escaped !== undefined && !escapes[escaped] && /[a-zA-Z]/.test(escaped)) return ANYTHING;
      if (escaped !== undefined) for (const sign of escapes[escaped] ?? [escaped]) found.add(sign);
      if (from === undefined) continue;
      const last = (to ?? from).codePointAt(0)!;
      if (last - from.codePointAt(0)! > WIDEST) return ANYTHING;
      for (let unit = from.codePointAt(0)!; unit <= last; unit++) found.add(String.fromCodePoint(unit).slice(0, 2));
    }
    return found;
  }

  private endOfSet(): number {
    let end = this.at;
    while (this.source[end] !== "]") end += this.source[end] === "\\" ? 2 : 1;
    return end;
  }

  private sees(sign: string): boolean {
    return this.source[this.at] === sign;
  }

  private take(sign: string): boolean {
    if (!this.sees(sign)) return false;
    this.at++;
    return true;
  }
}

const escapes: Readonly<Record<string, readonly string[]>> = {
  d: DIGITS,
  s: SPACES,
  w: [...LETTERS, ...DIGITS],
  n: ["\n"],
  t: ["\t"],
  r: ["\r"],
};
