import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";

/** Options for {@link gateSequence}. */
export interface GateSequenceOptions {
  /** The number of steps of a sequence. */
  readonly steps: number;
  /** The number of sequences. */
  readonly batch: number;
  /** The number of features of an input, at least 3. */
  readonly inputSize: number;
}

const names: OptionNames<GateSequenceOptions> = { steps: true, batch: true, inputSize: true };

/**
 * Draws a batch of sequences with patterns that gates can follow. The first feature is sin(0.3 t)
 * and the second 0.1 t for t = 0, 1, ..., the same in the whole batch. The third is a random walk
 * that starts at a standard normal number; its steps are normal with a standard deviation of 0.1.
 * The others are independent standard normal numbers.
 *
 * @param options The sizes.
 * @param random The source of the normal numbers.
 * @returns The sequences, of shape [sequence, batch, input].
 * @throws {InputError} If an option is unknown, if a size is not a positive integer, if there are
 * fewer than 3 features, or if `random` is not a source.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { gateSequence } from "./gate_sequence.ts";
 *
 * const { data } = gateSequence({ steps: 20, batch: 1, inputSize: 10 }, new Random(1));
 * assert(Math.abs((data[10] ?? 0) - Math.sin(0.3)) < 1e-6 && data[1] === 0);
 * ```
 */
export function gateSequence(options: GateSequenceOptions, random: Random): NDArray {
  checkOptions("gateSequence", options, names);
  checkRandom("random", random);
  const { steps, batch, inputSize } = options;
  positiveInteger("steps", steps);
  positiveInteger("batch", batch);
  if (!Number.isInteger(inputSize) || inputSize < 3) {
    throw new InputError("inputSize", "an integer of at least 3", inputSize);
  }
  const data = random.array(steps * batch * inputSize);
  const row = batch * inputSize;
  for (let t = 0; t < steps; t++) {
    for (let b = 0; b < batch; b++) {
      const index = t * row + b * inputSize;
      data[index] = Math.sin(0.3 * t);
      data[index + 1] = 0.1 * t;
      // The normal number at this index is the step of the random walk.
      if (t > 0) data[index + 2] = (data[index + 2 - row] ?? NaN) + 0.1 * (data[index + 2] ?? NaN);
    }
  }
  return { shape: [steps, batch, inputSize], data };
}
