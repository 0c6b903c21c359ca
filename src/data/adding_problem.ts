import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { SequenceTask } from "./sequence_task.ts";

/** The sizes of {@link addingProblem}. */
export interface AddingProblemOptions {
  /** Steps of a sequence: at least 2. */
  readonly steps: number;
  /** Features of an input: at least the number and the mark; the others are 0. By default 2. */
  readonly inputSize?: number;
  /** Outputs, all of which are to be the sum; by default 1. */
  readonly outputSize?: number;
}

const names: OptionNames<AddingProblemOptions> = { steps: true, inputSize: true, outputSize: true };

/**
 * The adding problem: at each step a number, uniform in [0, 1), and a mark. One number in the first
 * half of the sequence is marked and one in the second; after the last step the output is to be
 * their sum.
 *
 * x is [sequence, batch, input]: the number, the mark (1 or 0), zeros. The target is [batch, output],
 * read at the last step; the loss is the mean squared error. Who always guesses the mean, 1, loses
 * the variance of the sum, 1/6. Who remembers nothing does as badly, but for what the very last step
 * may tell.
 *
 * Source: Hochreiter & Schmidhuber (1997), experiment 4, in the form of Arjovsky et al. (2016),
 * section 5.2.
 *
 * @param options The sizes.
 * @returns The task, whose `draw` gives sequences.
 * @throws {InputError} On an unknown option, on fewer than 2 steps or features, and on no output.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { addingProblem } from "./adding_problem.ts";
 *
 * const { x, target } = addingProblem({ steps: 6 }).draw(1, new Random(1));
 * let sum = 0;
 * for (let t = 0; t < 6; t++) sum += (x.data[2 * t] ?? 0) * (x.data[2 * t + 1] ?? 0);
 * assert(Math.abs((target.data[0] ?? 0) - sum) < 1e-6);
 * ```
 */
export function addingProblem(options: AddingProblemOptions): SequenceTask {
  checkOptions("addingProblem", options, names);
  const { steps, inputSize = 2, outputSize = 1 } = options;
  for (const [name, value] of Object.entries({ steps, inputSize })) {
    if (!Number.isInteger(value) || value < 2) {
      throw new InputError(name, "an integer of at least 2", value);
    }
  }
  positiveInteger("outputSize", outputSize);
  const half = Math.floor(steps / 2);
  return {
    name: "adding problem",
    ...{ steps, inputSize, outputSize, loss: "squaredError", readout: "last" },
    memoryless: { label: "guess the mean", value: 1 / 6 },
    draw(batch, random) {
      positiveInteger("batch", batch);
      checkRandom("random", random);
      const x = new Float32Array(steps * batch * inputSize);
      const target = new Float32Array(batch * outputSize);
      const numberAt = (t: number, b: number): number => (t * batch + b) * inputSize;
      for (let b = 0; b < batch; b++) {
        for (let t = 0; t < steps; t++) x[numberAt(t, b)] = random.uniform();
        const marked = [random.integer(0, half - 1), random.integer(half, steps - 1)];
        let sum = 0;
        for (const t of marked) {
          x[numberAt(t, b) + 1] = 1;
          sum += x[numberAt(t, b)] ?? NaN;
        }
        target.fill(sum, b * outputSize, (b + 1) * outputSize);
      }
      return {
        x: { shape: [steps, batch, inputSize], data: x },
        target: { shape: [batch, outputSize], data: target },
      };
    },
  };
}
