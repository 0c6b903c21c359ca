import { type PerStepOptions, perStepSizes, perStepTask } from "./per_step.ts";
import type { SequenceTask } from "./sequence_task.ts";

/**
 * Cumulative sum: the output at each step is the sum of the inputs so far, y_t = x_1 + ... + x_t,
 * with normal inputs. Every input counts for ever, and sums leave the range of tanh.
 *
 * x and target are [sequence, batch, size]; the loss is the mean squared error. Of a sum of t terms
 * a predictor without memory misses t - 1, each of variance 1: over T steps it loses (T - 1) / 2.
 *
 * @param options The sizes.
 * @returns The task, whose `draw` gives sequences.
 * @throws {InputError} On an unknown option, and on sizes that are not positive integers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { cumulativeSum } from "./cumulative_sum.ts";
 *
 * const { x, target } = cumulativeSum({ steps: 2, size: 1 }).draw(1, new Random(1));
 * const [first = 0, second = 0] = x.data;
 * assertEquals([...target.data], [first, Math.fround(first + second)]);
 * ```
 */
export function cumulativeSum(options: PerStepOptions = {}): SequenceTask {
  const { steps, size } = perStepSizes("cumulativeSum", options);
  return perStepTask({ steps, size }, {
    name: "cumulative sum",
    memoryless: { label: "the input of the step", value: (steps - 1) / 2 },
    constant: { label: "always 0", value: (steps + 1) / 2 },
  }, (input, before) => before + input);
}
