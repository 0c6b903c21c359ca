import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";

/** The sizes of {@link gateSequence}. */
export interface GateSequenceOptions {
  /** Steps of a sequence. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Features of an input: at least the 3 that have a pattern. */
  readonly inputSize: number;
}

const names: OptionNames<GateSequenceOptions> = { steps: true, batch: true, inputSize: true };

/**
 * A sequence with patterns that gates can follow. Of the features, the first is sin(0.3 t) and the
 * second 0.1 t for t = 0, 1, ..., the same in all of the batch; the third is a random walk that begins
 * at a normal number and goes on in normal steps of deviation 0.1; the rest are normal numbers.
 *
 * @param options The sizes.
 * @param random Where the normal numbers come from.
 * @returns [sequence, batch, input]
 * @throws {InputError} On an unknown option, on sizes that are not positive integers, on fewer than 3
 *   features, and on a `random` that is not a source.
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
      const place = t * row + b * inputSize;
      data[place] = Math.sin(0.3 * t);
      data[place + 1] = 0.1 * t;
      // The normal number that was drawn for the place is the walk's step.
      if (t > 0) data[place + 2] = (data[place + 2 - row] ?? NaN) + 0.1 * (data[place + 2] ?? NaN);
    }
  }
  return { shape: [steps, batch, inputSize], data };
}
