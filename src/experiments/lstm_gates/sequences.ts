import { addingProblem } from "../../data/adding_problem.ts";
import { gateSequence } from "../../data/gate_sequence.ts";
import { type Numbers, type Sample, sideBySide } from "../../data/sequence_task.ts";
import type { Context } from "./parameters.ts";

/** The notebook's sequences with patterns, those of each seed: [replica, sequence, batch, input]. */
export function patternSequences(context: Context): Numbers {
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
