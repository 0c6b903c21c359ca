import { assert, assertEquals } from "@std/assert";
import { NgramTrie } from "../../src/analysis/ngram_trie.ts";
import { Random } from "../../src/core/random.ts";

Deno.test("an empty trie has a root, and nothing below it", () => {
  const trie = new NgramTrie();
  assertEquals([trie.size, trie.find(0, 0), trie.find(-1, 0), trie.count(0)], [1, -1, -1, 0]);
});

Deno.test("a node is made once, is found by parent and id, and is above its parent", () => {
  const random = new Random(1);
  const trie = new NgramTrie();
  // What a node is, by its whole n-gram: more of them than the trie has places for at first.
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

Deno.test("counts stay with their nodes while the trie grows, and large ids are told apart", () => {
  const trie = new NgramTrie();
  const ids = Array.from({ length: 5000 }, (_, i) => 2 ** 31 - 1 - i * 65_536 * (i % 2) - i);
  for (const [i, id] of ids.entries()) {
    const node = trie.add(0, id);
    for (let k = 0; k <= i % 3; k++) trie.increment(node);
  }
  assertEquals(ids.map((id) => trie.count(trie.find(0, id))), ids.map((_, i) => i % 3 + 1));
});
