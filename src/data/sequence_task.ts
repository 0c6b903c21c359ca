import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";

/** Sequences with their targets. */
export interface Sample {
  /** The inputs [sequence, batch, input]. */
  readonly x: NDArray;
  /**
   * The targets: numbers [sequence, batch, output], or [batch, output] if only the last step has a
   * target; classes [sequence, batch] if the loss is cross-entropy.
   */
  readonly target: NDArray;
}

const names: OptionNames<Sample> = { x: true, target: true };

/** The loss of a simple predictor on a task. */
export interface Baseline {
  /** What the predictor does: `"guess the mean"`. */
  readonly label: string;
  /** The expected loss of the predictor, in the unit of the task's loss. */
  readonly value: number;
}

/** A task for recurrent networks, which draws any number of sequences with targets. */
export interface SequenceTask {
  /** The name in prose: `"adding problem"`. */
  readonly name: string;
  /** The number of steps of a sequence. */
  readonly steps: number;
  /** The number of features of an input. */
  readonly inputSize: number;
  /** The number of features of an output. */
  readonly outputSize: number;
  /** The loss: the mean squared error, or the cross-entropy in nats. */
  readonly loss: "squaredError" | "crossEntropy";
  /** The steps that have a target: all steps, or only the last one. */
  readonly readout: "all" | "last";
  /** A predictor without memory of earlier inputs; each task describes its own. */
  readonly memoryless: Baseline;
  /** The best constant predictor; absent if it has the same loss as {@link memoryless}. */
  readonly constant?: Baseline;
  /**
   * Draws sequences with targets.
   *
   * @param batch The number of sequences.
   * @param random The source of random numbers; equal sources draw equal sequences.
   * @returns The sequences.
   * @throws {InputError} If `batch` is not a positive integer, or if `random` is not a source.
   */
  draw(batch: number, random: Random): Sample;
}

/**
 * Stacks samples along a leading replica axis, for networks that train side by side, each on its
 * own sample.
 *
 * @param samples A sample for each replica.
 * @returns The stacked samples: x has the shape [replica, sequence, batch, input], and the target
 * also begins with the replica axis.
 * @throws {InputError} If there are no samples, if a field is unknown or of another type, or if
 * shapes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { addingProblem } from "./adding_problem.ts";
 * import { stackSamples } from "./sequence_task.ts";
 *
 * const task = addingProblem({ steps: 20 });
 * const samples = [1, 2, 3].map((seed) => task.draw(16, new Random(seed)));
 * assertEquals(stackSamples(samples).x.shape, [3, 20, 16, 2]);
 * ```
 */
export function stackSamples(samples: readonly Sample[]): Sample {
  if (!Array.isArray(samples)) {
    throw new InputError("samples", "an array of samples", samples, helpFor(samples));
  }
  samples.forEach((sample, r) => checkOptions(`samples[${r}]`, sample, names, "field"));
  return {
    x: stacked(samples.map(({ x }) => x)),
    target: stacked(samples.map(({ target }) => target)),
  };
}

function stacked(parts: readonly NDArray[]): NDArray {
  const [first] = parts;
  if (first === undefined) throw new InputError("samples", "at least one", parts);
  parts.forEach((part, r) => {
    const isNumbers = part?.data instanceof Float32Array && Array.isArray(part.shape);
    if (isNumbers) return;
    throw new InputError(
      `samples[${r}]`,
      "a sample of arrays, each a shape with a Float32Array",
      part,
    );
  });
  const size = first.data.length;
  const data = new Float32Array(parts.length * size);
  for (const [r, part] of parts.entries()) {
    if (part.shape.join() !== first.shape.join()) {
      throw new InputError(`samples[${r}]`, `of shape [${first.shape.join(", ")}]`, part.shape);
    }
    data.set(part.data, r * size);
  }
  return { shape: [parts.length, ...first.shape], data };
}
