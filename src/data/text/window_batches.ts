import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { checkIdArray } from "./id_array.ts";
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

const names: OptionNames<WindowBatchOptions> = { batchSize: true, random: true };

/**
 * Windows side by side, in batches of one shape: the last is filled with rows of PAD, which no loss
 * counts. The order is drawn here, once; each batch is made when it is asked for.
 *
 * @param windows The windows, of one length.
 * @param options How many are put side by side, and what draws their order.
 * @returns The batches in order.
 * @throws {InputError} If there is no window, if their lengths differ, on an unknown option, and on a
 *   `random` that is not a source.
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
  options: WindowBatchOptions,
): TokenBatches {
  if (!Array.isArray(windows)) {
    throw new InputError("windows", "an array, as windows() gives", windows);
  }
  checkOptions("windowBatches", options, names);
  const { batchSize, random } = options;
  if (random !== undefined) checkRandom("random", random);
  positiveInteger("batchSize", batchSize);
  const [first] = windows;
  if (first === undefined) {
    const help = "Every sequence is too short for one; choose a smaller length, or pad.";
    throw new InputError("windows", "at least one", windows, help);
  }
  checkWindow(first, 0);
  const { length } = first.input;
  const order = random ? shuffled(windows.length, random) : null;
  const count = Math.ceil(windows.length / batchSize);
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    const rows = Math.min(batchSize, windows.length - index * batchSize);
    for (let b = 0; b < rows; b++) {
      const place = index * batchSize + b;
      const number = order?.[place] ?? place;
      const window = windows[number];
      checkWindow(window, number);
      const { input, target: asked } = window;
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

function checkWindow(window: Window | undefined, number: number): asserts window is Window {
  checkIdArray(`windows[${number}].input`, window?.input);
  checkIdArray(`windows[${number}].target`, window?.target);
}
