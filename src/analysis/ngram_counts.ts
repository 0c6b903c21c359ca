import { NgramTrie } from "./ngram_trie.ts";

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
