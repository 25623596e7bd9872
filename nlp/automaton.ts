/** Matches found in one text: pairs of (phrase, end), `n` of them, in order of `end` (the offset behind the phrase's last unit). */
export type Hits = { phrase: Int32Array; end: Int32Array; n: number };

export function newHits(capacity = 512): Hits {
  return { phrase: new Int32Array(capacity), end: new Int32Array(capacity), n: 0 };
}

/**
 * A set of phrases compiled into a double-array Aho-Corasick automaton over UTF-16 units: every occurrence of every phrase is found, overlapping ones
 * too, in time linear in the text. Units are first mapped to classes, so that folding case, width and traditional forms costs nothing.
 */
export type Automaton = {
  /** Class of each unit; 0 where no phrase contains it, `skipped` where it is passed over. */
  classOf: Uint16Array;
  /**
   * Four numbers a state, side by side so that a step costs one line of memory: its base, the state it belongs to, the state to fall back to, and
   * the place of its first phrase in `outputs`, 0 where there is none. A state goes by the place of its four.
   */
  states: Int32Array;
  /** Two numbers a phrase: what is put out for it, and the place of the next phrase that ends where it does, 0 behind the last. */
  outputs: Int32Array;
};

const SKIPPED = 0xffff;
/** How a state's four numbers lie. */
const BASE = 0;
const CHECK = 1;
const FAIL = 2;
const OUTPUT = 3;
const EACH = 4;
/** And how a phrase's two do, behind what is put out. */
const NEXT = 1;
const EACH_OUTPUT = 2;

/**
 * Builds the automaton; phrase k is `phrases[k]`, and `put(k)` is put out for it. `fold` maps a unit to its folded form, 0 to pass over it; empty
 * phrases never match.
 */
export function buildAutomaton(
  phrases: readonly string[],
  fold: (unit: number) => number = (unit) => unit,
  put: (phrase: number) => number = (phrase) => phrase,
): Automaton {
  const classOfFolded = rankUnits(phrases, fold);
  const trie = buildTrie(phrases, fold, classOfFolded);
  const { base, check, stateOf } = placeStates(trie);
  const classOf = new Uint16Array(65536);
  for (let unit = 0; unit < 65536; unit++) {
    const folded = unit === 0 ? 0 : fold(unit);
    classOf[unit] = folded === 0 ? SKIPPED : classOfFolded[folded]!;
  }
  const { fail, outputAt, outputs } = linkStates(trie, stateOf, base.length, put);
  const states = new Int32Array(base.length * EACH);
  for (let state = 0; state < base.length; state++) {
    states.set([base[state]! * EACH, check[state]! * EACH, fail[state]! * EACH, outputAt[state]!], state * EACH);
  }
  return { classOf, states, outputs };
}

/** Finds every phrase in `text`; `end` counts the units of the text as written. */
export function scanText(automaton: Automaton, text: string, hits: Hits): Hits {
  const { classOf, states, outputs } = automaton;
  let state = 0;
  hits.n = 0;
  for (let i = 0; i < text.length; i++) {
    const code = classOf[text.charCodeAt(i)]!;
    if (code === 0) {
      state = 0;
      continue;
    }
    if (code === SKIPPED) continue;
    state = stepFrom(states, state, code * EACH);
    for (let k = states[state + OUTPUT]!; k !== 0; k = outputs[k + NEXT]!) emit(hits, outputs[k]!, i + 1);
  }
  return hits;
}

/** Finds every phrase in the first `n` units, already folded; `end` counts these units. */
export function scanUnits(automaton: Automaton, units: Uint16Array, n: number, hits: Hits): Hits {
  const { classOf, states, outputs } = automaton;
  let state = 0;
  hits.n = 0;
  for (let i = 0; i < n; i++) {
    const code = classOf[units[i]!]!;
    if (code === 0) {
      state = 0;
      continue;
    }
    if (code === SKIPPED) continue;
    state = stepFrom(states, state, code * EACH);
    for (let k = states[state + OUTPUT]!; k !== 0; k = outputs[k + NEXT]!) emit(hits, outputs[k]!, i + 1);
  }
  return hits;
}

/** The state behind one more unit, whose class counts in states. */
function stepFrom(states: Int32Array, from: number, code: number): number {
  let state = from;
  let next = states[state + BASE]! + code;
  while (states[next + CHECK] !== state) {
    if (state === 0) return 0;
    state = states[state + FAIL]!;
    next = states[state + BASE]! + code;
  }
  return next;
}

function emit(hits: Hits, phrase: number, end: number): void {
  if (hits.n === hits.phrase.length) {
    const wider = newHits(hits.n * 2);
    wider.phrase.set(hits.phrase);
    wider.end.set(hits.end);
    hits.phrase = wider.phrase;
    hits.end = wider.end;
  }
  hits.phrase[hits.n] = phrase;
  hits.end[hits.n] = end;
  hits.n++;
}

/** Frequent units get small classes: their children then share the dense start of the arrays. */
function rankUnits(phrases: readonly string[], fold: (unit: number) => number): Uint16Array {
  const counts = new Uint32Array(65536);
  for (const phrase of phrases) for (let i = 0; i < phrase.length; i++) counts[fold(phrase.charCodeAt(i))]!++;
  const used: number[] = [];
  for (let unit = 1; unit < 65536; unit++) if (counts[unit]! > 0) used.push(unit);
  used.sort((a, b) => counts[b]! - counts[a]!);
  const classes = new Uint16Array(65536);
  for (let i = 0; i < used.length; i++) classes[used[i]!] = i + 1;
  return classes;
}

/** Nodes in breadth-first order; node k's children are `firstChild[k]` and those behind it up to `firstChild[k + 1]`. */
type Trie = {
  firstChild: Int32Array;
  code: Uint16Array;
  parent: Int32Array;
  phrasesAt: Int32Array;
  phrasesOf: Int32Array;
  n: number;
};

function buildTrie(phrases: readonly string[], fold: (unit: number) => number, classOf: Uint16Array): Trie {
  const keys: { codes: string; phrase: number }[] = [];
  for (let p = 0; p < phrases.length; p++) {
    const phrase = phrases[p]!;
    let codes = "";
    for (let i = 0; i < phrase.length; i++) {
      const folded = fold(phrase.charCodeAt(i));
      if (folded !== 0) codes += String.fromCharCode(classOf[folded]!);
    }
    if (codes !== "") keys.push({ codes, phrase: p });
  }
  keys.sort((a, b) => (a.codes < b.codes ? -1 : a.codes > b.codes ? 1 : a.phrase - b.phrase));
  let size = 1;
  for (const key of keys) size += key.codes.length;
  const trie = {
    firstChild: new Int32Array(size + 1),
    code: new Uint16Array(size),
    parent: new Int32Array(size),
    phrasesAt: new Int32Array(size + 1),
    phrasesOf: new Int32Array(keys.length),
    n: 1,
  };
  // Level by level: each node covers a range of the sorted keys that share its prefix.
  let ranges = [0, 0, keys.length];
  let told = 0;
  for (let depth = 0; ranges.length > 0; depth++) {
    const below: number[] = [];
    for (let r = 0; r < ranges.length; r += 3) {
      const node = ranges[r]!;
      const to = ranges[r + 2]!;
      let k = ranges[r + 1]!;
      trie.phrasesAt[node] = told;
      while (k < to && keys[k]!.codes.length === depth) trie.phrasesOf[told++] = keys[k++]!.phrase;
      trie.firstChild[node] = trie.n;
      while (k < to) {
        const code = keys[k]!.codes.charCodeAt(depth);
        const from = k;
        while (k < to && keys[k]!.codes.charCodeAt(depth) === code) k++;
        trie.code[trie.n] = code;
        trie.parent[trie.n] = node;
        below.push(trie.n++, from, k);
      }
    }
    ranges = below;
  }
  trie.phrasesAt[trie.n] = told;
  trie.firstChild[trie.n] = trie.n;
  return trie;
}

/** Gives every node a place such that child = base[parent] + class and check[child] = parent hold and no two collide. */
function placeStates(trie: Trie): { base: Int32Array; check: Int32Array; stateOf: Int32Array } {
  const { firstChild, code, n } = trie;
  const widest = code.reduce((a, b) => Math.max(a, b), 0);
  let capacity = n * 2 + widest + 2;
  let check = new Int32Array(capacity).fill(-1);
  let base = new Int32Array(capacity);
  const stateOf = new Int32Array(n);
  let firstFree = 1;
  let top = 0;
  check[0] = -2;
  for (let node = 0; node < n; node++) {
    const from = firstChild[node]!;
    const to = firstChild[node + 1]!;
    if (from === to) continue;
    const smallest = code[from]!;
    while (firstFree < capacity && check[firstFree] !== -1) firstFree++;
    let place = Math.max(1, firstFree - smallest);
    let misses = 0;
    const most = code[to - 1]!;
    search: for (; ; place++) {
      if (place + most >= capacity) {
        const wider = Math.max(capacity * 2, place + most + 1);
        const moreCheck = new Int32Array(wider).fill(-1);
        moreCheck.set(check);
        const moreBase = new Int32Array(wider);
        moreBase.set(base);
        check = moreCheck;
        base = moreBase;
        capacity = wider;
      }
      for (let child = from; child < to; child++) {
        if (check[place + code[child]!] !== -1) {
          misses++;
          continue search;
        }
      }
      break;
    }
    // A region that refused many wide nodes is nearly full: later searches begin behind its first part.
    if (misses > 200) firstFree = Math.max(firstFree, place + smallest - 100);
    const state = stateOf[node]!;
    base[state] = place;
    for (let child = from; child < to; child++) {
      const childState = place + code[child]!;
      check[childState] = state;
      stateOf[child] = childState;
      if (childState > top) top = childState;
    }
  }
  const length = top + widest + 2;
  return { base: base.slice(0, length), check: resized(check, length), stateOf };
}

function resized(array: Int32Array, length: number): Int32Array {
  const fitted = new Int32Array(length).fill(-1);
  fitted.set(array.subarray(0, Math.min(length, array.length)));
  return fitted;
}

/** Failure links, and for each state where its own phrases lie, which lead on to those of its failure link. */
function linkStates(
  trie: Trie,
  stateOf: Int32Array,
  length: number,
  put: (phrase: number) => number,
): { fail: Int32Array; outputAt: Int32Array; outputs: Int32Array } {
  const { n, parent, code, phrasesAt, phrasesOf, firstChild } = trie;
  const failNode = new Int32Array(n);
  const child = (node: number, wanted: number): number => {
    let low = firstChild[node]!;
    let high = firstChild[node + 1]! - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (code[middle] === wanted) return middle;
      if (code[middle]! < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };
  const fail = new Int32Array(length);
  const outputAt = new Int32Array(length);
  const outputs = new Int32Array((phrasesOf.length + 1) * EACH_OUTPUT);
  for (let node = 1; node < n; node++) {
    let from = parent[node]!;
    let found = -1;
    while (from !== 0 && found < 0) {
      from = failNode[from]!;
      found = child(from, code[node]!);
    }
    failNode[node] = Math.max(found, 0);
    const state = stateOf[node]!;
    fail[state] = stateOf[failNode[node]!]!;
    // Nodes lie in the order of their depth: what is behind a failure link is known.
    let next = outputAt[fail[state]!]!;
    for (let p = phrasesAt[node + 1]! - 1; p >= phrasesAt[node]!; p--) {
      const at = (p + 1) * EACH_OUTPUT;
      outputs[at] = put(phrasesOf[p]!);
      outputs[at + NEXT] = next;
      next = at;
    }
    outputAt[state] = next;
  }
  return { fail, outputAt, outputs };
}
