import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { streamBatches } from "../../../src/data/text/stream_batches.ts";

const count = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i + 1);

Deno.test("each row goes on where it ended, and the target is the next id", () => {
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

Deno.test("no id is asked for twice, and few are not", () => {
  for (const size of [21, 25, 40, 41, 100, 999]) {
    const [batchSize, length] = [4, 5];
    const asked = [...streamBatches(count(size), { batchSize, length })]
      .flatMap(({ target }) => [...target.data]);
    assertEquals(new Set(asked).size, asked.length);
    const left = size - 1 - asked.length;
    assert(left >= 0 && left < batchSize * (length + 1), `${left} of ${size}`);
  }
});

Deno.test("too few ids for a batch are refused", () => {
  const message = "ids must be at least 21 numbers, for one batch of 4 tracks of 5 steps, found 20";
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

Deno.test("what is not to be asked for is read all the same", () => {
  const ids = Int32Array.of(2, 5, 3, 2, 6, 7, 3);
  const [batch] = streamBatches(ids, { batchSize: 1, length: 6, unasked: [2] });
  assertEquals([...batch?.x.data ?? []], [2, 5, 3, 2, 6, 7]);
  assertEquals([...batch?.target.data ?? []], [5, 3, 0, 6, 7, 3]);
});
