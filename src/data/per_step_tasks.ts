import { checkRandom } from "../core/arguments.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { SequenceTask } from "./sequence_task.ts";

/** Options for {@link copyTask}, {@link cumulativeSum} and {@link alternatingSign}. */
export interface PerStepOptions {
  /** The number of steps of a sequence; 10 by default. */
  readonly steps?: number;
  /** The number of features of an input and of an output; 10 by default. */
  readonly size?: number;
}

const names: OptionNames<PerStepOptions> = { steps: true, size: true };

/**
 * Creates the copy task: the output at each step is the input at that step, y_t = x_t, with normal
 * inputs. The task needs no memory.
 *
 * x and target have the shape [sequence, batch, size]. The loss is the mean squared error.
 *
 * @param options The sizes.
 * @returns The task.
 * @throws {InputError} If an option is unknown, or if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { copyTask } from "./per_step_tasks.ts";
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

/**
 * Creates the cumulative sum task: the output at each step is the sum of the inputs so far, y_t =
 * x_1 + ... + x_t, with normal inputs. A network must remember every input to the end, and the sums
 * leave the range of tanh, (-1, 1).
 *
 * x and target have the shape [sequence, batch, size]; the loss is the mean squared error. At step
 * t a predictor without memory does not know t - 1 of the t terms of the sum. Each term has a
 * variance of 1, so the mean loss over T steps is (T - 1) / 2.
 *
 * @param options The sizes.
 * @returns The task.
 * @throws {InputError} If an option is unknown, or if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { cumulativeSum } from "./per_step_tasks.ts";
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

/**
 * Creates the alternating sign task: the output is the magnitude of the input, with a positive sign
 * at the first, third, ... step and a negative sign at the others, y_t = (-1)^(t-1) |x_t|, with
 * normal inputs. One bit must be remembered: whether the step is odd or even.
 *
 * x and target have the shape [sequence, batch, size]; the loss is the mean squared error. A
 * predictor without memory does not know the sign. Over an even number of steps its best output is
 * 0, with a loss of 1, the variance. Over an odd number T of steps, one more step is positive than
 * negative: its best output is |x| / T, with a loss of 1 - 1/T^2.
 *
 * @param options The sizes.
 * @returns The task.
 * @throws {InputError} If an option is unknown, or if a size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { alternatingSign } from "./per_step_tasks.ts";
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

/** Returns the sizes with defaults. Throws if an option is unknown or not a positive integer. */
function perStepSizes(task: string, options: PerStepOptions): Required<PerStepOptions> {
  checkOptions(task, options, names);
  const { steps = 10, size = 10 } = options;
  return { steps: positiveInteger("steps", steps), size: positiveInteger("size", size) };
}

/** The fields of a task that do not follow from its sizes. */
type PerStepText = Pick<SequenceTask, "name" | "memoryless" | "constant">;

/**
 * Creates a task with normal inputs and a target for each feature at each step.
 *
 * @param follow Returns the target of a feature from its input, its target at the previous step (0
 * before the first step), and the index of the step.
 */
function perStepTask(
  { steps, size }: Required<PerStepOptions>,
  text: PerStepText,
  follow: (input: number, before: number, step: number) => number,
): SequenceTask {
  return {
    ...text,
    ...{ steps, inputSize: size, outputSize: size, loss: "squaredError", readout: "all" },
    draw(batch, random) {
      const row = positiveInteger("batch", batch) * size;
      checkRandom("random", random);
      const shape = [steps, batch, size];
      const x = random.array(steps * row);
      const target = new Float32Array(steps * row);
      for (let i = 0; i < x.length; i++) {
        target[i] = follow(x[i] ?? NaN, target[i - row] ?? 0, Math.floor(i / row));
      }
      return { x: { shape, data: x }, target: { shape, data: target } };
    },
  };
}
