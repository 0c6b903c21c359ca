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
 * import { NgramTrie } from "./ngram_trie.ts";
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
