import { checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import type { SequenceTask } from "./sequence_task.ts";

/** Options for {@link addingProblem}. */
export interface AddingProblemOptions {
  /** The number of steps of a sequence, at least 2. */
  readonly steps: number;
  /**
   * The number of features of an input, at least 2: the number, the mark, and zeros; 2 by default.
   */
  readonly inputSize?: number;
  /** The number of outputs, all with the sum as target; 1 by default. */
  readonly outputSize?: number;
}

const names: OptionNames<AddingProblemOptions> = { steps: true, inputSize: true, outputSize: true };

/**
 * Creates the adding problem. Each step has a number, uniform in [0, 1), and a mark. One number in
 * the first half of the sequence is marked and one in the second half. The target of the last step
 * is the sum of the marked numbers.
 *
 * x has the shape [sequence, batch, input]; the features are the number, the mark (1 or 0) and
 * zeros. The target has the shape [batch, output]. The loss is the mean squared error. A predictor
 * that always outputs 1, the mean of the sum, has a loss of 1/6, the variance of the sum. A
 * predictor without memory does hardly better: it knows a term of the sum only if the last step is
 * marked.
 *
 * Source: Hochreiter & Schmidhuber (1997), experiment 4, doi:10.1162/neco.1997.9.8.1735, in the
 * form of Arjovsky, Shah & Bengio (2016), section 5.2, arXiv:1511.06464.
 *
 * @param options The sizes.
 * @returns The task.
 * @throws {InputError} If an option is unknown, if there are fewer than 2 steps or 2 features, or
 * if `outputSize` is not a positive integer.
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
