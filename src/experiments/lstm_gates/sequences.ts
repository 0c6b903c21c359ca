import type { NDArray } from "../../core/nd_array.ts";
import { addingProblem } from "../../data/adding_problem.ts";
import { gateSequence } from "../../data/gate_sequence.ts";
import { type Sample, sideBySide } from "../../data/sequence_task.ts";
import type { Context } from "./parameters.ts";

/** The feature of the adding problem's inputs that is 1 at marked steps. */
const MARK = 1;

/**
 * The most sequences of the adding problem for what is measured many times over: gradients, for every
 * lag, and forget gates, for every initialisation.
 */
export const FEW = 25;

/** The notebook's sequences with patterns, those of each seed: [replica, sequence, batch, input]. */
export function patternSequences(context: Context): NDArray {
  const { length: steps, batch, inputSize } = context.parameters;
  return sideBySide(context.seeds.map((seed) => {
    const x = gateSequence({ steps, batch, inputSize }, context.random(seed, "patterns"));
    // Nothing is asked for here.
    return { x, target: x };
  })).x;
}

/**
 * Sequences of the adding problem, those of each seed.
 *
 * @param path What they are for: equal paths give equal sequences.
 */
export function taskSequences(
  context: Context,
  batch: number,
  ...path: readonly (string | number)[]
): Sample {
  const { length: steps, inputSize, outputSize } = context.parameters;
  const task = addingProblem({ steps, inputSize, outputSize });
  return sideBySide(
    context.seeds.map((seed) => task.draw(batch, context.random(seed, ...path))),
  );
}

/**
 * Where sequences of the adding problem are marked: [replica, sequence, batch].
 *
 * @param x [replica, sequence, batch, input]
 */
export function marksOf({ shape, data }: NDArray): boolean[][][] {
  const [replicas = 0, steps = 0, batch = 0, inputSize = 0] = shape;
  const each = <T>(count: number, of: (i: number) => T) =>
    Array.from({ length: count }, (_, i) => of(i));
  return each(
    replicas,
    (r) =>
      each(
        steps,
        (t) => each(batch, (b) => data[((r * steps + t) * batch + b) * inputSize + MARK] === 1),
      ),
  );
}

/** The marked numbers of sequences of one seed so far: [sequence, batch]. */
export interface RunningSums {
  /** How many there were up to this step. */
  readonly counts: readonly (readonly number[])[];
  /** Their sum. */
  readonly sums: readonly (readonly number[])[];
}

/**
 * What is to be remembered at each step of sequences of the adding problem, by seed.
 *
 * @param x [replica, sequence, batch, input]
 */
export function runningSums(x: NDArray): RunningSums[] {
  const [, steps = 0, batch = 0, inputSize = 0] = x.shape;
  return marksOf(x).map((marks, r) => {
    const so = { counts: new Array<number>(batch).fill(0), sums: new Array<number>(batch).fill(0) };
    const counts: number[][] = [];
    const sums: number[][] = [];
    for (const [t, step] of marks.entries()) {
      so.counts = so.counts.map((count, b) => count + (step[b] ? 1 : 0));
      so.sums = so.sums.map((sum, b) => {
        return sum + (step[b] ? x.data[((r * steps + t) * batch + b) * inputSize] ?? NaN : 0);
      });
      counts.push(so.counts);
      sums.push(so.sums);
    }
    return { counts, sums };
  });
}
