import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { copyMemory } from "../../src/data/copy_memory.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("copyMemory() shows symbols, blanks and a signal, and its target repeats the symbols", () => {
  const [lag, length, symbols, batch] = [4, 3, 5, 6];
  const task = copyMemory({ lag, length, symbols });
  const { x, target } = task.draw(batch, new Random(1));
  assertEquals([x.shape, target.shape], [[10, 6, 7], [10, 6]]);
  assertEquals([task.inputSize, task.outputSize, task.loss], [7, 6, "crossEntropy"]);
  for (let b = 0; b < batch; b++) {
    const shown = Array.from({ length: 10 }, (_, t) => {
      const row = x.data.slice((t * batch + b) * 7, (t * batch + b + 1) * 7);
      assertEquals(row.reduce((sum, value) => sum + value, 0), 1, "one-hot");
      return row.indexOf(1);
    });
    const wanted = Array.from({ length: 10 }, (_, t) => target.data[t * batch + b]);
    const first = shown.slice(0, length);
    assert(first.every((symbol) => symbol < symbols));
    // Blanks, the signal at the step before the first answer, blanks while answers are given.
    assertEquals(shown.slice(length), [5, 5, 5, 6, 5, 5, 5]);
    assertEquals(wanted, [5, 5, 5, 5, 5, 5, 5, ...first]);
  }
});

Deno.test("copyMemory() draws all symbols about equally often", () => {
  const { target } = copyMemory({ lag: 1, length: 10 }).draw(4000, new Random(2));
  const counts = Array.from(
    { length: 8 },
    (_, symbol) => target.data.filter((id) => id === symbol).length / 40_000,
  );
  for (const share of counts) assertClose([share], [1 / 8], tolerance.draws);
});

Deno.test("copyMemory().memoryless is S ln K over all steps", () => {
  const task = copyMemory({ lag: 20 });
  // The value of the paper: 10 ln 8 / (T + 20).
  assertClose([task.memoryless.value], [10 * Math.log(8) / 40], tolerance.rounding);
  const guess = copyMemory({ lag: 5, length: 2, symbols: 4 });
  assertClose([guess.memoryless.value], [2 * Math.log(4) / 9], tolerance.rounding);
});

Deno.test("copyMemory() refuses sizes out of range", () => {
  const refuse = (options: { lag: number; length?: number; symbols?: number }, message: string) =>
    assertThrows(() => copyMemory(options), InputError, message);
  refuse({ lag: 0 }, "lag must be a positive integer, found 0");
  refuse({ lag: 1, length: 0.5 }, "length must be a positive integer, found 0.5");
  refuse({ lag: 1, symbols: 1 }, "symbols must be an integer of at least 2, found 1");
});
