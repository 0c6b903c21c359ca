import { assert, assertEquals } from "@std/assert";
import { countNgrams, NgramTrie } from "../../src/analysis/ngram_counts.ts";
import { Random } from "../../src/core/random.ts";

const sequences = [[1, 2, 3, 2, 3, 4], [1, 2, 3]];
const { trie, totals, followers, discounts } = countNgrams(sequences, 3);
const node = (...ids: number[]) => ids.reduce((parent, id) => trie.find(parent, id), 0);
const counts = (...ngrams: number[][]) => ngrams.map((ngram) => trie.count(node(...ngram)));

Deno.test("countNgrams() counts the occurrences of the longest n-grams", () => {
  assertEquals(counts([1, 2, 3], [2, 3, 2], [3, 2, 3], [2, 3, 4]), [2, 1, 1, 1]);
});

Deno.test("countNgrams() counts the different left neighbours of shorter n-grams", () => {
  // 2 3 comes three times, after 1 and after 3; 3 2 after 2, and so does 3 4.
  assertEquals(counts([2, 3], [3, 2], [3, 4]), [2, 1, 1]);
  // 2 comes after 1 and 3, 3 after 2, 4 after 3.
  assertEquals(counts([2], [3], [4]), [2, 1, 1]);
});

Deno.test("countNgrams() counts each occurrence at the beginning of a sequence", () => {
  assertEquals(counts([1, 2]), [2]);
  // 2 3 begins one sequence, and has the left neighbour 1 in the other.
  const other = countNgrams([[2, 3, 4], [1, 2, 3, 4]], 3).trie;
  assertEquals(other.count(other.find(other.find(0, 2), 3)), 2);
});

Deno.test("countNgrams() does not count the first id of a sequence", () => {
  assert(node(1) > 0);
  assertEquals(counts([1]), [0]);
  assertEquals(countNgrams([[5], [], [6]], 2).totals[0], 0);
});

Deno.test("countNgrams() has the total count and the number of ids after each context", () => {
  const contexts = [[], [1], [2], [3], [4], [1, 2], [2, 3], [3, 2]].map((ids) => node(...ids));
  assertEquals(contexts.map((context) => totals[context]), [4, 2, 2, 2, 0, 2, 2, 1]);
  assertEquals(contexts.map((context) => followers[context]), [3, 1, 1, 2, 0, 1, 2, 1]);
});

Deno.test("countNgrams() has discounts n1 / (n1 + 2 n2) with n1 and n2 at least 1", () => {
  // Counts of length 1: 2, 1, 1; of length 2: 2, 2, 1, 1; of length 3: 2, 1, 1, 1.
  assertEquals(discounts, [2 / 4, 2 / 6, 3 / 5]);
  // 1 comes twice and 2 three times; then all come once.
  assertEquals(countNgrams([[1, 2, 1, 1, 2, 2]], 1).discounts, [1 / 3]);
  assertEquals(countNgrams([[1, 2, 3, 4, 5]], 2).discounts, [4 / 6, 4 / 6]);
  assertEquals(countNgrams([], 3).discounts, [1 / 3, 1 / 3, 1 / 3]);
  assertEquals(countNgrams([[1, 2]], 0).discounts, []);
});

Deno.test("NgramTrie has only a root at first", () => {
  const trie = new NgramTrie();
  assertEquals([trie.size, trie.find(0, 0), trie.find(-1, 0), trie.count(0)], [1, -1, -1, 0]);
});

Deno.test("NgramTrie.add() inserts a node once, with a larger number than its parent", () => {
  const random = new Random(1);
  const trie = new NgramTrie();
  // The node of each n-gram. There are more n-grams than the trie has room for at first.
  const nodes = new Map<string, number>([["", 0]]);
  for (let draw = 0; draw < 20_000; draw++) {
    const ngram = Array.from({ length: random.integer(1, 4) }, () => random.integer(0, 12));
    let parent = 0;
    for (let length = 1; length <= ngram.length; length++) {
      const key = ngram.slice(0, length).join();
      const id = ngram[length - 1] ?? NaN;
      assertEquals(trie.find(parent, id), nodes.get(key) ?? -1);
      const node = trie.add(parent, id);
      assertEquals(node, nodes.get(key) ?? nodes.size);
      nodes.set(key, node);
      assert(trie.parent(node) === parent && parent < node);
      parent = node;
    }
  }
  assert(nodes.size > 5000);
  assertEquals(trie.size, nodes.size);
});

Deno.test("NgramTrie keeps counts when it grows and distinguishes large ids", () => {
  const trie = new NgramTrie();
  const ids = Array.from({ length: 5000 }, (_, i) => 2 ** 31 - 1 - i * 65_536 * (i % 2) - i);
  for (const [i, id] of ids.entries()) {
    const node = trie.add(0, id);
    for (let k = 0; k <= i % 3; k++) trie.increment(node);
  }
  assertEquals(ids.map((id) => trie.count(trie.find(0, id))), ids.map((_, i) => i % 3 + 1));
});
