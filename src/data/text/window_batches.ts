import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { shuffled } from "./shuffled.ts";
import { type TokenBatches, tokenBatches } from "./token_batches.ts";
import type { Window } from "./windows.ts";

/** How windows are put into batches. */
export interface WindowBatchOptions {
  /** Windows side by side. */
  readonly batchSize: number;
  /** Draws the order of the windows; left out, it stays. */
  readonly random?: Random;
}

/**
 * Windows side by side, in batches of one shape: the last is filled with rows of PAD, which no loss
 * counts. The order is drawn here, once; each batch is made when it is asked for.
 *
 * @throws {InputError} Where there is no window, or their lengths differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windowBatches } from "./window_batches.ts";
 * import { windows } from "./windows.ts";
 *
 * const cut = windows([Int32Array.of(2, 7, 8, 9, 3)], { length: 2 });
 * const batches = windowBatches(cut, { batchSize: 2 });
 * assertEquals(batches.length, 2);
 * assertEquals([...batches.at(0)?.x.data ?? []], [2, 7, 7, 8]);
 * assertEquals([...batches.at(1)?.x.data ?? []], [8, 0, 9, 0]);
 * ```
 */
export function windowBatches(
  windows: readonly Window[],
  { batchSize, random }: WindowBatchOptions,
): TokenBatches {
  positiveInteger("batchSize", batchSize);
  const [first] = windows;
  if (first === undefined) {
    const help = "Every sequence is too short for one; choose a smaller length, or pad.";
    throw new InputError("windows", "at least one", windows, help);
  }
  const { length } = first.input;
  const order = random ? shuffled(windows.length, random) : null;
  const count = Math.ceil(windows.length / batchSize);
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    const rows = Math.min(batchSize, windows.length - index * batchSize);
    for (let b = 0; b < rows; b++) {
      const place = index * batchSize + b;
      const window = windows[order?.[place] ?? place];
      const { input = x, target: asked = x } = window ?? {};
      if (input.length !== length) {
        throw new InputError("windows", `of length ${length} throughout`, input.length);
      }
      for (let t = 0; t < length; t++) {
        x[t * batchSize + b] = input[t] ?? 0;
        target[t * batchSize + b] = asked[t] ?? 0;
      }
    }
  });
}
