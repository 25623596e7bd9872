import { isWordCode } from "./fold.ts";

/** Phrases compiled to a trie in typed arrays: a step from a node by a code is one probe of an open-addressed table. */
export type Phrases = {
  keys: Int32Array; // node * 65536 + code, as far as 32 bits go; -1 where free
  nodes: Int32Array; // the node reached
  mask: number;
  values: Int32Array; // by node: the phrase's value, or -1
};

/** Compiles folded phrases; a phrase given twice keeps the first value. Values are non-negative. At most 30,000 nodes fit the key. */
export function compilePhrases(entries: Iterable<[string, number]>): Phrases {
  const edges = new Map<number, number>();
  const values: number[] = [-1];
  for (const [phrase, value] of entries) {
    let node = 0;
    for (let i = 0; i < phrase.length; i++) {
      const key = node * 65536 + phrase.charCodeAt(i);
      let next = edges.get(key);
      if (next === undefined) {
        next = values.length;
        values.push(-1);
        edges.set(key, next);
      }
      node = next;
    }
    if (node > 0 && values[node] === -1) values[node] = value;
  }
  return tabled(edges, values);
}

function tabled(edges: Map<number, number>, values: number[]): Phrases {
  let size = 1024;
  while (size < edges.size * 3) size *= 2;
  const keys = new Int32Array(size * 2).fill(-1); // node and code side by side
  const nodes = new Int32Array(size);
  for (const [key, next] of edges) {
    const node = Math.floor(key / 65536);
    const code = key % 65536;
    let slot = probe(node, code) & (size - 1);
    while (keys[slot * 2] !== -1) slot = (slot + 1) & (size - 1);
    keys[slot * 2] = node;
    keys[slot * 2 + 1] = code;
    nodes[slot] = next;
  }
  return { keys, nodes, mask: size - 1, values: Int32Array.from(values) };
}

function probe(node: number, code: number): number {
  const mixed = Math.imul(node ^ 0x2545f491, 0x9e3779b1) ^ Math.imul(code, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function step(p: Phrases, node: number, code: number): number {
  let slot = probe(node, code) & p.mask;
  for (;;) {
    const at = p.keys[slot * 2]!;
    if (at === -1) return -1;
    if (at === node && p.keys[slot * 2 + 1] === code) return p.nodes[slot]!;
    slot = (slot + 1) & p.mask;
  }
}

/** The longest phrase that starts at `at`: its value times 64 plus its length (at most 63), or -1. Latin words match whole only. */
export function longestAt(p: Phrases, codes: Uint16Array, length: number, at: number): number {
  let node = 0;
  let found = -1;
  const wordBefore = at > 0 && isWordCode(codes[at - 1]!);
  const startsInWord = wordBefore && isWordCode(codes[at]!);
  if (startsInWord) return -1;
  for (let i = at; i < length && i - at < 63; i++) {
    node = step(p, node, codes[i]!);
    if (node === -1) break;
    const value = p.values[node]!;
    if (value === -1) continue;
    if (isWordCode(codes[i]!) && i + 1 < length && isWordCode(codes[i + 1]!)) continue;
    found = value * 64 + (i - at + 1);
  }
  return found;
}
