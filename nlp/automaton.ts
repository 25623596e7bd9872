import { childOf, plantTrie, SKIPPED, type Trie } from "./trie.ts";

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
  return automatonOf(plantTrie(phrases, fold), put);
}

/**
 * The automaton of a trie. `visits` tells how often talk comes by each node: the states met most then lie side by side. It changes nothing but the
 * time that matching takes.
 */
export function automatonOf(trie: Trie, put: (phrase: number) => number, visits?: Int32Array): Automaton {
  const { base, check, stateOf } = placeStates(trie, visits);
  const { fail, outputAt, outputs } = linkStates(trie, stateOf, base.length, put);
  const states = new Int32Array(base.length * EACH);
  for (let state = 0; state < base.length; state++) {
    states.set([base[state]! * EACH, check[state]! * EACH, fail[state]! * EACH, outputAt[state]!], state * EACH);
  }
  return { classOf: trie.classOf, states, outputs };
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

/** Gives every node a place such that child = base[parent] + class and check[child] = parent hold and no two collide. */
function placeStates(
  trie: Trie,
  visits: Int32Array | undefined,
): { base: Int32Array; check: Int32Array; stateOf: Int32Array } {
  const { firstChild, code, n } = trie;
  // A node is met no more often than the one it hangs on, so that either order places that one first.
  const order = Int32Array.from({ length: n }, (_, node) => node);
  if (visits) order.sort((a, b) => visits[b]! - visits[a]! || a - b);
  const widest = code.reduce((a, b) => Math.max(a, b), 0);
  let capacity = n * 2 + widest + 2;
  let check = new Int32Array(capacity).fill(-1);
  let base = new Int32Array(capacity);
  const stateOf = new Int32Array(n);
  let firstFree = 1;
  let top = 0;
  check[0] = -2;
  for (const node of order) {
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
  const { n, parent, code, phrasesAt, phrasesOf } = trie;
  const failNode = new Int32Array(n);
  const fail = new Int32Array(length);
  const outputAt = new Int32Array(length);
  const outputs = new Int32Array((trie.phrases + 1) * EACH_OUTPUT);
  for (let node = 1; node < n; node++) {
    let from = parent[node]!;
    let found = -1;
    while (from !== 0 && found < 0) {
      from = failNode[from]!;
      found = childOf(trie, from, code[node]!);
    }
    failNode[node] = Math.max(found, 0);
    const state = stateOf[node]!;
    fail[state] = stateOf[failNode[node]!]!;
    // Nodes lie in the order of their depth: what is behind a failure link is known.
    let next = outputAt[fail[state]!]!;
    for (let p = phrasesAt[node + 1]! - 1; p >= phrasesAt[node]!; p--) {
      const at = (phrasesOf[p]! + 1) * EACH_OUTPUT;
      outputs[at] = put(phrasesOf[p]!);
      outputs[at + NEXT] = next;
      next = at;
    }
    outputAt[state] = next;
  }
  return { fail, outputAt, outputs };
}
