import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  chunkLength,
  chunksOf,
  paddedBatch,
  paddedLength,
} from "../../src/classification/encoded_texts.ts";
import { EpochBatches } from "../../src/classification/epoch_batches.ts";
import { Random } from "../../src/core/random.ts";
import { PAD, UNK } from "../../src/data/text/vocabulary.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { isTensor } from "../../src/core/tfjs.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Texts of different ids and of 1 to 30 words. */
function rowsOf(count: number): Int32Array[] {
  const random = new Random(3);
  let id = 10;
  return Array.from({ length: count }, () => {
    return Int32Array.from({ length: random.integer(1, 30) }, () => id++);
  });
}

function numbers(values: Batch["x"]): Int32Array | Float32Array {
  assert(!isTensor(values));
  return values.data;
}

/** The sequences of a replica of a batch, each with its target. */
function textsOf({ x, target, lengths = [] }: Batch, r: number) {
  const [, steps = 0, batch = 0] = x.shape;
  return lengths.map((length, b) => ({
    ids: Array.from({ length }, (_, t) => numbers(x)[(r * steps + t) * batch + b] ?? NaN),
    rest: Array.from(
      { length: steps - length },
      (_, t) => numbers(x)[(r * steps + length + t) * batch + b] ?? NaN,
    ),
    label: numbers(target)[r * batch + b] ?? NaN,
  }));
}

Deno.test("EpochBatches has each text once in an epoch, with its label, beside texts of similar length", () => {
  for (const [count, batchSize] of [[45, 8], [45, 45], [7, 100], [1, 1], [64, 8]] as const) {
    const rows = rowsOf(count);
    const labels = rows.map((_, i) => i % 3);
    const batches = new EpochBatches({ rows, labels, batchSize, wordDropout: 0 });
    const sources = [new Random(1), new Random(2)];
    for (const epoch of [0, 1]) {
      const batchOf = batches.draw(epoch, sources);
      const order = batches.runs(epoch).flat();
      assertEquals(order.toSorted((a, b) => a - b), [...batches.sizes.keys()]);
      for (const r of [0, 1]) {
        const all = order.map((k) => textsOf(batchOf(k), r));
        const texts = all.flat().filter(({ label }) => label >= 0);
        const found = texts.map(({ ids, label }) => `${ids}: ${label}`).sort();
        assertEquals(found, rows.map((ids, i) => `${[...ids]}: ${labels[i]}`).sort());
        assert(all.flat().every(({ rest }) => rest.every((id) => id === PAD)));
        const empty = all.flat().filter(({ label }) => label < 0);
        assert(empty.every(({ ids }) => ids.join() === String(UNK)));
        assert(all.every((batch) => batch.length <= batchSize));
      }
    }
    const spread = Math.max(...batches.sizes) - Math.min(...batches.sizes);
    assert(spread <= 1, `${batches.sizes}`);
  }
});

Deno.test("EpochBatches draws other batches in each epoch, and for each network from its source only", () => {
  const rows = Array.from({ length: 40 }, (_, i) => Int32Array.of(10 + i, 100 + i));
  const labels = rows.map(() => 0);
  const batches = new EpochBatches({ rows, labels, batchSize: 10, wordDropout: 0.2 });
  const first = (epoch: number, ...seeds: number[]) => {
    const sources = seeds.map((seed) => new Random(seed));
    return seeds.map((_, r) => textsOf(batches.draw(epoch, sources)(0), r));
  };
  const [one, two] = first(0, 1, 2);
  assertNotEquals(one, two);
  assertEquals([two, one], first(0, 2, 1));
  assertEquals([one], first(0, 1));
  assertNotEquals([one], first(1, 1));
  assertNotEquals(batches.runs(0), batches.runs(1));
  assertEquals(batches.runs(1), batches.runs(1));
});

Deno.test("EpochBatches.runs() has up to four batches of one padded length in a row", () => {
  const rows = rowsOf(400);
  const batches = new EpochBatches({
    rows,
    labels: rows.map(() => 0),
    batchSize: 8,
    wordDropout: 0,
  });
  const batchOf = batches.draw(0, [new Random(1)]);
  const runs = batches.runs(0);
  assert(runs.length < batches.count / 2 && runs.length >= batches.count / 4);
  for (const run of runs) {
    assert(run.length <= 4);
    assertEquals(new Set(run.map((k) => batchOf(k).x.shape[1])).size, 1);
  }
});

Deno.test("EpochBatches replaces the given share of the words, at any place", () => {
  const rows = Array.from({ length: 2000 }, (_, i) => Int32Array.from({ length: 10 }, () => i + 9));
  const labels = rows.map(() => 0);
  for (const wordDropout of [0.05, 0.5, 0.95]) {
    const batches = new EpochBatches({ rows, labels, batchSize: 2000, wordDropout });
    const texts = textsOf(batches.draw(0, [new Random(1)])(0), 0);
    const counts = Array.from({ length: 10 }, (_, t) => {
      return texts.filter(({ ids }) => ids[t] === UNK).length;
    });
    const share = counts.reduce((sum, count) => sum + count) / 20_000;
    assertClose([share], [wordDropout], tolerance.draws, { scale: 0.5 });
    // Six standard errors of a count.
    const error = 6 * Math.sqrt(2000 * wordDropout * (1 - wordDropout));
    for (const count of counts) assert(Math.abs(count - 2000 * wordDropout) < error);
    // The texts themselves do not change.
    assert(rows.every((ids) => !ids.includes(UNK)));
  }
});

Deno.test("paddedLength() is the length or a little more", () => {
  for (let length = 1; length < 300; length++) {
    const padded = paddedLength(length);
    assert(padded >= length && (padded < 1.25 * length || padded === 4), `${length}`);
    assertEquals(paddedLength(padded), padded);
  }
});

Deno.test("chunksOf() has each text once, padded to its length class, within the limit of states", () => {
  const rows = [...rowsOf(500), new Int32Array(700).fill(5)];
  for (const width of [1, 64, 2 ** 18]) {
    const chunks = chunksOf(rows, width);
    const indices = chunks.flatMap(({ indices }) => indices).toSorted((a, b) => a - b);
    assertEquals(indices, [...rows.keys()]);
    for (const { indices, x, lengths } of chunks) {
      const [steps = 0, batch = 0] = x.shape;
      assert(batch === 25 || steps * batch * width <= 2 ** 17);
      // Chunks of fewer than 25 texts have unknown words after them.
      assertEquals(batch, Math.max(25, indices.length));
      assertEquals(lengths.slice(0, indices.length), indices.map((i) => rows[i]?.length ?? NaN));
      for (let b = indices.length; b < batch; b++) assertEquals([lengths[b], x.data[b]], [1, UNK]);
      for (const [b, i] of indices.entries()) {
        const own = rows[i] ?? new Int32Array();
        assertEquals(chunkLength(own.length), steps);
        const ids = Array.from({ length: steps }, (_, t) => x.data[t * batch + b]);
        assertEquals(ids, [...own, ...Array(steps - own.length).fill(PAD)]);
      }
    }
  }
  assertEquals(chunksOf([], 4), []);
  assertEquals(paddedBatch([Int32Array.of(7, 8), Int32Array.of(9)]), {
    x: { shape: [2, 2], data: Int32Array.of(7, 9, 8, PAD) },
    lengths: [2, 1],
  });
});
