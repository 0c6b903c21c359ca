import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import type { TokenBatches } from "../../../src/data/text/token_batches.ts";
import { windowBatches } from "../../../src/data/text/window_batches.ts";
import { windows } from "../../../src/data/text/windows.ts";

const sequence = Int32Array.from({ length: 30 }, (_, t) => t + 1);
const cut = windows([sequence], { length: 3 });

/** The rows of all batches as text, input and target, padding as it is. */
function rows(batches: TokenBatches): string[] {
  return [...batches].flatMap(({ x, target }) => {
    const [length = 0, size = 0] = x.shape;
    assertEquals([target.shape, x.data.length, target.data.length], [
      ...[x.shape, length * size, length * size],
    ]);
    return Array.from({ length: size }, (_, b) => {
      const row = (data: Int32Array) =>
        Array.from({ length }, (_, t) => data[t * size + b]).join(" ");
      return `${row(x.data)} -> ${row(target.data)}`;
    });
  });
}

const wanted = cut.map(({ input, target }) => `${input.join(" ")} -> ${target.join(" ")}`);
const padding = "0 0 0 -> 0 0 0";

Deno.test("windows side by side in their order, the last batch filled with rows of PAD", () => {
  assertEquals(cut.length, 27);
  for (
    const [batchSize, count, filled] of [[1, 27, 0], [4, 7, 1], [27, 1, 0], [50, 1, 23]] as const
  ) {
    const batches = windowBatches(cut, { batchSize });
    assertEquals(batches.length, count);
    assertEquals(rows(batches), [...wanted, ...Array(filled).fill(padding)]);
    assertEquals(batches.at(0)?.x.shape, [3, batchSize]);
  }
});

Deno.test("a shuffled epoch has each window once, and the same order at each look", () => {
  const batches = windowBatches(cut, { batchSize: 4, random: new Random(1) });
  const found = rows(batches);
  assertEquals(found.at(-1), padding);
  assertNotEquals(found.slice(0, 27), wanted);
  assertEquals(found.slice(0, 27).sort(), wanted.toSorted());
  assertEquals(rows(batches), found);
  assertEquals(rows(windowBatches(cut, { batchSize: 4, random: new Random(1) })), found);
  assertNotEquals(rows(windowBatches(cut, { batchSize: 4, random: new Random(2) })), found);
});

Deno.test("no window, and windows of different lengths, are refused", () => {
  const none = "windows must be at least one, found []. Every sequence is too short";
  assertThrows(() => windowBatches([], { batchSize: 4 }), InputError, none);
  const size = "batchSize must be a positive integer, found 0";
  assertThrows(() => windowBatches(cut, { batchSize: 0 }), InputError, size);
  const mixed = windowBatches([...cut, ...windows([sequence], { length: 4 })], { batchSize: 4 });
  const message = "windows must be of length 3 throughout, found 4";
  assertThrows(() => mixed.at(-1), InputError, message);
  assert(mixed.at(0));
});
