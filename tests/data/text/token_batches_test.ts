import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { streamBatches, tokenBatches } from "../../../src/data/text/token_batches.ts";

const batches = tokenBatches(3, [2, 1], (index, x, target) => {
  x.fill(index);
  target.fill(10 * index);
});

Deno.test("TokenBatches.at() and iteration create each batch anew", () => {
  assertEquals(batches.length, 3);
  const one = { shape: [2, 1], data: Int32Array.of(1, 1) };
  const ten = { shape: [2, 1], data: Int32Array.of(10, 10) };
  assertEquals(batches.at(1), { x: one, target: ten });
  assertEquals([...batches], [0, 1, 2].map((index) => batches.at(index)));
  batches.at(1)?.x.data.fill(7);
  assertEquals(batches.at(1)?.x, one);
});

Deno.test("TokenBatches.at() counts as an array does", () => {
  assertEquals(batches.at(-1), batches.at(2));
  for (const index of [3, -4, 0.5, NaN]) assertEquals(batches.at(index), undefined);
});

const count = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i + 1);

Deno.test("streamBatches() continues each row, and its target is the next id", () => {
  for (
    const [size, batchSize, length] of [[101, 4, 5], [1000, 7, 13], [9, 2, 2], [4, 1, 1]] as const
  ) {
    const batches = [...streamBatches(count(size), { batchSize, length })];
    for (let b = 0; b < batchSize; b++) {
      const track = batches.flatMap(({ x }) =>
        Array.from({ length }, (_, t) => x.data[t * batchSize + b] ?? 0)
      );
      const next = batches.flatMap(({ target }) =>
        Array.from({ length }, (_, t) => target.data[t * batchSize + b] ?? 0)
      );
      assertEquals(track, Array.from(track, (_, i) => (track[0] ?? 0) + i));
      assertEquals(next, track.map((id) => id + 1));
    }
  }
});

Deno.test("streamBatches() has each target once, and leaves few out", () => {
  for (const size of [21, 25, 40, 41, 100, 999]) {
    const [batchSize, length] = [4, 5];
    const asked = [...streamBatches(count(size), { batchSize, length })]
      .flatMap(({ target }) => [...target.data]);
    assertEquals(new Set(asked).size, asked.length);
    const left = size - 1 - asked.length;
    assert(left >= 0 && left < batchSize * (length + 1), `${left} of ${size}`);
  }
});

Deno.test("streamBatches() refuses too few ids for a batch", () => {
  const message = "ids must be at least 21 numbers, for one batch of 4 rows of 5 steps, found 20";
  assertThrows(() => streamBatches(count(20), { batchSize: 4, length: 5 }), InputError, message);
  assertEquals(streamBatches(count(21), { batchSize: 4, length: 5 }).length, 1);
  const refuse = (batchSize: number, length: number, name: string) =>
    assertThrows(
      () => streamBatches(count(20), { batchSize, length }),
      InputError,
      `${name} must be a positive integer`,
    );
  refuse(0, 5, "batchSize");
  refuse(4, 0.5, "length");
});

Deno.test("streamBatches() reads ignored targets as inputs", () => {
  const ids = Int32Array.of(2, 5, 3, 2, 6, 7, 3);
  const [batch] = streamBatches(ids, { batchSize: 1, length: 6, ignoredTargets: [2] });
  assertEquals([...batch?.x.data ?? []], [2, 5, 3, 2, 6, 7]);
  assertEquals([...batch?.target.data ?? []], [5, 3, 0, 6, 7, 3]);
});
