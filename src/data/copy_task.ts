import { type PerStepOptions, perStepSizes, perStepTask } from "./per_step.ts";
import type { SequenceTask } from "./sequence_task.ts";

/**
 * Copy: the output at each step is the input at that step, y_t = x_t, with normal inputs. It needs
 * no memory, so a network that is held back by its memory still does well here.
 *
 * x and target are [sequence, batch, size]; the loss is the mean squared error.
 *
 * @param options The sizes.
 * @returns The task, whose `draw` gives sequences.
 * @throws {InputError} On an unknown option, and on sizes that are not positive integers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { copyTask } from "./copy_task.ts";
 *
 * const { x, target } = copyTask({ steps: 5, size: 3 }).draw(2, new Random(1));
 * assertEquals([x.shape, target.data], [[5, 2, 3], x.data]);
 * ```
 */
export function copyTask(options: PerStepOptions = {}): SequenceTask {
  const { steps, size } = perStepSizes("copyTask", options);
  return perStepTask({ steps, size }, {
    name: "copy",
    memoryless: { label: "the input of the step", value: 0 },
    // The variance of a normal number.
    constant: { label: "always 0", value: 1 },
  }, (input) => input);
}
