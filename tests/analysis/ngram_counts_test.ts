import { assert, assertEquals } from "@std/assert";
import { countNgrams } from "../../src/analysis/ngram_counts.ts";

const sequences = [[1, 2, 3, 2, 3, 4], [1, 2, 3]];
const { trie, totals, followers, discounts } = countNgrams(sequences, 3);
const node = (...ids: number[]) => ids.reduce((parent, id) => trie.find(parent, id), 0);
const counts = (...ngrams: number[][]) => ngrams.map((ngram) => trie.count(node(...ngram)));

Deno.test("the longest n-grams are counted as often as they come", () => {
  assertEquals(counts([1, 2, 3], [2, 3, 2], [3, 2, 3], [2, 3, 4]), [2, 1, 1, 1]);
});

Deno.test("shorter ones are counted by their different left neighbours", () => {
  // 2 3 comes three times, after 1 and after 3; 3 2 after 2, and so does 3 4.
  assertEquals(counts([2, 3], [3, 2], [3, 4]), [2, 1, 1]);
  // 2 comes after 1 and 3, 3 after 2, 4 after 3.
  assertEquals(counts([2], [3], [4]), [2, 1, 1]);
});

Deno.test("what begins a sequence is counted as often as it does", () => {
  assertEquals(counts([1, 2]), [2]);
  // 2 3 begins one sequence, and has the left neighbour 1 in the other.
  const other = countNgrams([[2, 3, 4], [1, 2, 3, 4]], 3).trie;
  assertEquals(other.count(other.find(other.find(0, 2), 3)), 2);
});

Deno.test("the first id of a sequence is a context, but not counted itself", () => {
  assert(node(1) > 0);
  assertEquals(counts([1]), [0]);
  assertEquals(countNgrams([[5], [], [6]], 2).totals[0], 0);
});

Deno.test("contexts know the sum of counts after them, and how many ids follow", () => {
  const contexts = [[], [1], [2], [3], [4], [1, 2], [2, 3], [3, 2]].map((ids) => node(...ids));
  assertEquals(contexts.map((context) => totals[context]), [4, 2, 2, 2, 0, 2, 2, 1]);
  assertEquals(contexts.map((context) => followers[context]), [3, 1, 1, 2, 0, 1, 2, 1]);
});

Deno.test("the discount of each length is n1 / (n1 + 2 n2), with either at least 1", () => {
  // Counts of length 1: 2, 1, 1; of length 2: 2, 2, 1, 1; of length 3: 2, 1, 1, 1.
  assertEquals(discounts, [2 / 4, 2 / 6, 3 / 5]);
  // 1 comes twice and 2 three times; then all come once.
  assertEquals(countNgrams([[1, 2, 1, 1, 2, 2]], 1).discounts, [1 / 3]);
  assertEquals(countNgrams([[1, 2, 3, 4, 5]], 2).discounts, [4 / 6, 4 / 6]);
  assertEquals(countNgrams([], 3).discounts, [1 / 3, 1 / 3, 1 / 3]);
  assertEquals(countNgrams([[1, 2]], 0).discounts, []);
});
