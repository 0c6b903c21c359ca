/** What a Kneser-Ney model of one order knows of the texts it was made from. */
export interface NgramCounts {
  /** Every n-gram up to the order, with its modified count a(u w). */
  readonly trie: NgramTrie;
  /** By node: the sum of a(u w) over w, where the node is the context u. */
  readonly totals: Int32Array;
  /** By node: how many different w follow the context u. */
  readonly followers: Int32Array;
  /** The discount of n-grams of length 1, 2, up to the order. */
  readonly discounts: readonly number[];
}

/**
 * Counts n-grams as Kneser-Ney smoothing wants them.
 *
 * n-grams of the full order are counted as often as they come. Shorter ones are counted by their
 * left neighbours: how many different ids come before them (Chen & Goodman, 1999, section 2.7). What
 * begins a sequence has none there, and is counted as often as it does so, which is what
 * Heafield, Pouzyrevsky, Clark & Koehn (2013, section 3.2) do for n-grams that begin with START. The
 * first id of a sequence is given: it is a context, but itself not counted.
 *
 * One pass over the ids: a longer n-gram that is new is a new left neighbour for the one it ends in.
 *
 * @param sequences Ids, of which each sequence begins anew.
 * @param order The length of the longest n-grams.
 */
export function countNgrams(sequences: readonly ArrayLike<number>[], order: number): NgramCounts {
  const trie = new NgramTrie();
  // By length, the n-gram that ends at the place before.
  const endings = new Int32Array(order + 1);
  for (const sequence of sequences) {
    for (let t = 0; t < sequence.length; t++) {
      const id = sequence[t] ?? 0;
      let newNeighbour = false;
      for (let length = Math.min(order, t + 1); length >= 1; length--) {
        const known = trie.size;
        const node = trie.add(endings[length - 1] ?? 0, id);
        const begins = length === t + 1;
        if (t > 0 && (length === order || begins || newNeighbour)) trie.increment(node);
        newNeighbour = trie.size > known;
        endings[length] = node;
      }
    }
  }
  return { trie, ...contexts(trie), discounts: discounts(trie, order) };
}

function contexts(trie: NgramTrie): { totals: Int32Array; followers: Int32Array } {
  const totals = new Int32Array(trie.size);
  const followers = new Int32Array(trie.size);
  for (let node = 1; node < trie.size; node++) {
    const count = trie.count(node);
    const context = trie.parent(node);
    totals[context] = (totals[context] ?? 0) + count;
    if (count > 0) followers[context] = (followers[context] ?? 0) + 1;
  }
  return { totals, followers };
}

/**
 * D = n1 / (n1 + 2 n2) for each length, where n1 and n2 n-grams have the count 1 and 2 (Ney, Essen
 * & Kneser, 1994). Either is taken for at least 1, so that D lies between 0 and 1: a D of 0 would
 * leave nothing for what was never seen, and a D of 1 nothing for what was seen once.
 */
function discounts(trie: NgramTrie, order: number): number[] {
  const lengths = new Int32Array(trie.size);
  const once = new Array<number>(order + 1).fill(0);
  const twice = new Array<number>(order + 1).fill(0);
  for (let node = 1; node < trie.size; node++) {
    const length = (lengths[trie.parent(node)] ?? 0) + 1;
    lengths[node] = length;
    if (trie.count(node) === 1) once[length] = (once[length] ?? 0) + 1;
    if (trie.count(node) === 2) twice[length] = (twice[length] ?? 0) + 1;
  }
  return once.slice(1).map((found, i) => {
    const n1 = Math.max(found, 1);
    const n2 = Math.max(twice[i + 1] ?? 0, 1);
    return n1 / (n1 + 2 * n2);
  });
}

/**
 * The n-grams of a text, each a node that is found by the n-gram before its last id and that id;
 * the root, node 0, is the empty one. A count goes with each.
 *
 * Nodes are numbers in the order in which they came, so a parent's is below its children's. They
 * lie in typed arrays, found by open addressing with linear probing (Knuth, The Art of Computer
 * Programming 3, section 6.4, algorithm L): some 30 bytes a node.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { NgramTrie } from "./ngram_counts.ts";
 *
 * const trie = new NgramTrie();
 * const ab = trie.add(trie.add(0, 7), 9);
 * assert(trie.find(trie.find(0, 7), 9) === ab && trie.find(0, 9) === -1);
 * ```
 */
export class NgramTrie {
  #size = 1;
  #parents = new Int32Array(512);
  #ids = new Int32Array(512);
  #counts = new Int32Array(512);
  /** Of a power of two of places, at most half of them taken: a node, or 0, which none looks for. */
  #slots = new Int32Array(1024);

  /** How many nodes there are. */
  get size(): number {
    return this.#size;
  }

  /** The node of the n-gram without its last id; the root's is the root. */
  parent(node: number): number {
    return this.#parents[node] ?? 0;
  }

  /** How often the node was counted. */
  count(node: number): number {
    return this.#counts[node] ?? 0;
  }

  /** Counts a node once more. */
  increment(node: number): void {
    this.#counts[node] = this.count(node) + 1;
  }

  /** The node of `parent`'s n-gram with `id` at its end, or -1; -1 as well where `parent` is -1. */
  find(parent: number, id: number): number {
    if (parent < 0) return -1;
    return this.#slots[this.#slot(parent, id)] || -1;
  }

  /** As {@link find}, but makes the node where there is none. */
  add(parent: number, id: number): number {
    if (this.#size === this.#parents.length) this.#grow();
    const slot = this.#slot(parent, id);
    const found = this.#slots[slot] ?? 0;
    if (found > 0) return found;
    const node = this.#size++;
    this.#slots[slot] = node;
    this.#parents[node] = parent;
    this.#ids[node] = id;
    return node;
  }

  /** Where the node is, or would be. */
  #slot(parent: number, id: number): number {
    const last = this.#slots.length - 1;
    let slot = hash(parent, id) & last;
    for (;;) {
      const node = this.#slots[slot] ?? 0;
      if (node === 0 || (this.#parents[node] === parent && this.#ids[node] === id)) return slot;
      slot = (slot + 1) & last;
    }
  }

  #grow(): void {
    const length = 2 * this.#size;
    this.#parents = extended(this.#parents, length);
    this.#ids = extended(this.#ids, length);
    this.#counts = extended(this.#counts, length);
    this.#slots = new Int32Array(2 * length);
    for (let node = 1; node < this.#size; node++) {
      this.#slots[this.#slot(this.parent(node), this.#ids[node] ?? 0)] = node;
    }
  }
}

function extended(values: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(length);
  longer.set(values);
  return longer;
}

/** Mixes both numbers into the low bits: products with odd constants, and shifts between them. */
function hash(parent: number, id: number): number {
  const sum = Math.imul(parent, 0x9e3779b1) ^ Math.imul(id, 0x85ebca6b);
  const mixed = Math.imul(sum ^ (sum >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
