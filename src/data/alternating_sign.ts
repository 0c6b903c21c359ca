import { type PerStepOptions, perStepSizes, perStepTask } from "./per_step.ts";
import type { SequenceTask } from "./sequence_task.ts";

/**
 * Alternating sign: the output is the magnitude of the input, positive at the first step and every
 * second one after it, negative at the others, y_t = (-1)^(t-1) |x_t|, with normal inputs. What must
 * be remembered is one bit: whether the step is odd or even.
 *
 * x and target are [sequence, batch, size]; the loss is the mean squared error. A predictor without
 * memory does not know the sign: over an even number of steps it does best with 0, and loses the
 * variance 1. Over an odd number T one step more is positive: its best guess is |x| / T, and it
 * loses 1 - 1/T^2.
 *
 * @param options The sizes.
 * @returns The task, whose `draw` gives sequences.
 * @throws {InputError} On an unknown option, and on sizes that are not positive integers.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { alternatingSign } from "./alternating_sign.ts";
 *
 * const { target } = alternatingSign({ steps: 4, size: 1 }).draw(1, new Random(1));
 * assert([...target.data].every((y, t) => t % 2 === 0 ? y >= 0 : y <= 0));
 * ```
 */
export function alternatingSign(options: PerStepOptions = {}): SequenceTask {
  const { steps, size } = perStepSizes("alternatingSign", options);
  const odd = steps % 2;
  return perStepTask({ steps, size }, {
    name: "alternating sign",
    memoryless: {
      label: odd === 0 ? "always 0" : "the magnitude over T",
      value: 1 - odd / steps ** 2,
    },
    ...(odd === 0 ? {} : { constant: { label: "the mean", value: 1 - 2 / Math.PI / steps ** 2 } }),
  }, (input, _, step) => step % 2 === 0 ? Math.abs(input) : -Math.abs(input));
}
