import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";

/** Sequences and what a network should make of them. */
export interface Sample {
  /** The inputs [sequence, batch, input]. */
  readonly x: NDArray;
  /**
   * What the outputs should be: numbers [sequence, batch, output], or [batch, output] where the
   * task reads the last output alone; classes [sequence, batch] where its loss is cross-entropy.
   */
  readonly target: NDArray;
}

const names: OptionNames<Sample> = { x: true, target: true };

/** What a predictor of a kind that is named loses on a task, in the unit of the task's loss. */
export interface Baseline {
  /** What it does: `"guess the mean"`. */
  readonly label: string;
  /** Its expected loss. */
  readonly value: number;
}

/** A task for recurrent networks: sequences with targets, drawn as many as are wanted. */
export interface SequenceTask {
  /** What it is called: `"adding problem"`. */
  readonly name: string;
  /** Steps of a sequence. */
  readonly steps: number;
  /** Features of an input. */
  readonly inputSize: number;
  /** Features of an output. */
  readonly outputSize: number;
  /** The loss that the task is trained by: the mean of squares, or cross-entropy in nats. */
  readonly loss: "squaredError" | "crossEntropy";
  /** Whether every output counts or the last alone. */
  readonly readout: "all" | "last";
  /** The least that is lost without remembering what the inputs before held. */
  readonly memoryless: Baseline;
  /** What the best constant output loses, where it is not the same as {@link memoryless}. */
  readonly constant?: Baseline;
  /** Draws sequences; equal sources give equal ones. */
  draw(batch: number, random: Random): Sample;
}

/**
 * Samples of equal shape side by side, along a leading replica axis: what networks side by side are
 * trained on, each on its own.
 *
 * @param samples One for each replica.
 * @returns x [replica, sequence, batch, input] and the target likewise.
 * @throws {InputError} If there are no samples, on an unknown field of a sample, and if shapes differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../core/random.ts";
 * import { addingProblem } from "./adding_problem.ts";
 * import { sideBySide } from "./sequence_task.ts";
 *
 * const task = addingProblem({ steps: 20 });
 * const samples = [1, 2, 3].map((seed) => task.draw(16, new Random(seed)));
 * assertEquals(sideBySide(samples).x.shape, [3, 20, 16, 2]);
 * ```
 */
export function sideBySide(samples: readonly Sample[]): Sample {
  if (!Array.isArray(samples)) {
    throw new InputError("samples", "an array of samples", samples, helpFor(samples));
  }
  samples.forEach((sample, r) => checkOptions(`samples[${r}]`, sample, names, "field"));
  return {
    x: joined(samples.map(({ x }) => x)),
    target: joined(samples.map(({ target }) => target)),
  };
}

function joined(parts: readonly NDArray[]): NDArray {
  const [first] = parts;
  if (first === undefined) throw new InputError("samples", "at least one", parts);
  parts.forEach((part, r) => {
    const isNumbers = part?.data instanceof Float32Array && Array.isArray(part.shape);
    if (isNumbers) return;
    throw new InputError(`samples[${r}]`, "numbers: a shape with a Float32Array", part);
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
