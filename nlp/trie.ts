/** Nodes in breadth-first order; node k's children are `firstChild[k]` and those behind it up to `firstChild[k + 1]`. */
export type Trie = {
  firstChild: Int32Array;
  /** The class of the unit that leads to a node. */
  code: Uint16Array;
  parent: Int32Array;
  /** The phrases that end at node k are `phrasesOf[phrasesAt[k]]` and those behind it up to `phrasesAt[k + 1]`. */
  phrasesAt: Int32Array;
  phrasesOf: Int32Array;
  n: number;
  /** How many phrases there are. */
  phrases: number;
  /** Class of each unit; 0 where no phrase contains it, `SKIPPED` where it is passed over. */
  classOf: Uint16Array;
};

export const SKIPPED = 0xffff;

/** The trie of some phrases; phrase k is `phrases[k]`, and an empty one is left out. `fold` maps a unit to its folded form, 0 to pass over it. */
export function plantTrie(phrases: readonly string[], fold: (unit: number) => number = (unit) => unit): Trie {
  const classOfFolded = rankUnits(phrases, fold);
  const keys: { codes: string; phrase: number }[] = [];
  for (let p = 0; p < phrases.length; p++) {
    const phrase = phrases[p]!;
    let codes = "";
    for (let i = 0; i < phrase.length; i++) {
      const folded = fold(phrase.charCodeAt(i));
      if (folded !== 0) codes += String.fromCharCode(classOfFolded[folded]!);
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
    phrases: phrases.length,
    classOf: classesOf(fold, classOfFolded),
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

/** The child that a unit of this class leads to, or -1. */
export function childOf({ firstChild, code }: Trie, node: number, wanted: number): number {
  let low = firstChild[node]!;
  let high = firstChild[node + 1]! - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code[middle] === wanted) return middle;
    if (code[middle]! < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** How often each node is come by in some folded texts, beginning at any of their units. */
export function visitsOf(trie: Trie, texts: readonly string[]): Int32Array {
  const visits = new Int32Array(trie.n);
  for (const text of texts) {
    for (let start = 0; start < text.length; start++) {
      let node = 0;
      for (let i = start; node >= 0; i++) {
        visits[node]!++;
        node = i < text.length ? childOf(trie, node, trie.classOf[text.charCodeAt(i)]!) : -1;
      }
    }
  }
  return visits;
}

function classesOf(fold: (unit: number) => number, classOfFolded: Uint16Array): Uint16Array {
  const classOf = new Uint16Array(65536);
  for (let unit = 0; unit < 65536; unit++) {
    const folded = unit === 0 ? 0 : fold(unit);
    classOf[unit] = folded === 0 ? SKIPPED : classOfFolded[folded]!;
  }
  return classOf;
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
