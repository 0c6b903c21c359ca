/** The counts of a Kneser-Ney model of one order. */
export interface NgramCounts {
  /** The n-grams of all lengths up to the order, with their modified counts a(u w). */
  readonly trie: NgramTrie;
  /** For each node as a context u: the sum of a(u w) over all ids w. */
  readonly totals: Int32Array;
  /** For each node as a context u: the number of different ids w after it. */
  readonly followers: Int32Array;
  /** The discounts of n-grams of length 1, 2, and so on up to the order. */
  readonly discounts: readonly number[];
}

/**
 * Counts n-grams for Kneser-Ney smoothing.
 *
 * The count of an n-gram of the full order is the number of its occurrences. The count of a shorter
 * n-gram is the number of different ids before it, its left neighbours (Chen & Goodman, 1999,
 * doi:10.1006/csla.1999.0128, section 2.7). An n-gram at the beginning of a sequence has no left
 * neighbour; its count is the number of its occurrences there, as in Heafield, Pouzyrevsky, Clark &
 * Koehn (2013, section 3.2) for n-grams that begin with START. The first id of a sequence is a
 * context only and is not counted.
 *
 * One pass is enough: if an n-gram occurs for the first time, its first id is a new left neighbour
 * of the n-gram without this id.
 *
 * @param sequences The ids of each sequence; n-grams do not cross the end of a sequence.
 * @param order The length of the longest n-grams.
 * @returns The counts.
 */
export function countNgrams(sequences: readonly ArrayLike<number>[], order: number): NgramCounts {
  const trie = new NgramTrie();
  // For each length, the n-gram that ends at the previous id.
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
 * The discount of each length, D = n1 / (n1 + 2 n2), where n1 and n2 are the numbers of n-grams
 * with counts of 1 and 2 (Ney, Essen & Kneser, 1994). Numbers of 0 are replaced by 1, so that D is
 * in (0, 1). With D = 0, unseen n-grams would have no probability; with D = 1, n-grams that were
 * seen once would have none.
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
 * A trie of n-grams with counts. Each node is an n-gram; its parent is the n-gram without the last
 * id. The root, node 0, is the empty n-gram.
 *
 * Nodes are numbered in the order of insertion, so that a parent has a smaller number than its
 * children. Nodes are stored in typed arrays and found by a hash table with linear probing (Knuth,
 * The Art of Computer Programming 3, section 6.4, algorithm L), in about 30 bytes per node.
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
  /**
   * The hash table. The number of slots is a power of two, and at most half of them are full. A
   * slot contains the number of a node, or 0 if it is empty.
   */
  #slots = new Int32Array(1024);

  /** The number of nodes, including the root. */
  get size(): number {
    return this.#size;
  }

  /**
   * Returns the parent of a node.
   *
   * @param node The node.
   * @returns The node of the n-gram without its last id. The parent of the root is the root.
   */
  parent(node: number): number {
    return this.#parents[node] ?? 0;
  }

  /**
   * Returns the count of a node.
   *
   * @param node The node.
   * @returns The number of calls of {@link increment} for the node.
   */
  count(node: number): number {
    return this.#counts[node] ?? 0;
  }

  /**
   * Increments the count of a node.
   *
   * @param node The node.
   */
  increment(node: number): void {
    this.#counts[node] = this.count(node) + 1;
  }

  /**
   * Finds the child of a node.
   *
   * @param parent The node, or -1.
   * @param id The last id of the child.
   * @returns The child, or -1 if `parent` has no such child or is -1.
   */
  find(parent: number, id: number): number {
    if (parent < 0) return -1;
    return this.#slots[this.#slot(parent, id)] || -1;
  }

  /**
   * Finds the child of a node, or inserts it.
   *
   * @param parent The node.
   * @param id The last id of the child.
   * @returns The child.
   */
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

  /** The slot of a node, or the empty slot for it. */
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

/** Mixes both numbers into the low bits by products with odd constants and shifts. */
function hash(parent: number, id: number): number {
  const sum = Math.imul(parent, 0x9e3779b1) ^ Math.imul(id, 0x85ebca6b);
  const mixed = Math.imul(sum ^ (sum >>> 15), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
