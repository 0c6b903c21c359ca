import { z } from "zod";
import { contendersOf } from "../contenders.ts";
import type { ExperimentContext } from "../experiment.ts";
import { checkBatchSize } from "../memory.ts";
import type { ParameterValues } from "../parameters.ts";

const size = () => z.int().min(1).max(1024);

/** The step, from 1 on, at which the tutorial looks at the gradient. */
export const EARLY_STEP = 5;

/** The parameters of `architecture-comparison`. */
export const parameters = {
  inputSize: size().default(10).describe("features of an input"),
  hiddenSize: size().default(20)
    .describe("units of the hidden state; of the LSTM where parameters are matched"),
  outputSize: size().default(5).describe("features of an output"),
  batch: size().default(2).describe("sequences side by side"),
  lengths: z.array(z.int().min(2).max(2000)).min(2)
    .refine((lengths) => new Set(lengths.filter((length) => length > EARLY_STEP)).size > 1)
    .meta({
      wanted: `a list of integers from 2 to 2000, at least 2 different ones above ${EARLY_STEP}`,
    })
    .default([5, 10, 15, 20, 25, 30, 50, 100, 200])
    .describe("sequence lengths, in steps; lags are measured in the longest"),
  repeats: z.int().min(1).max(1000).default(5).describe("how often each time is taken"),
};

/** What the parts of `architecture-comparison` are given. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/** The lengths, the shortest first, each once. */
export function sortedLengths({ parameters }: Context): number[] {
  return [...new Set(parameters.lengths)].sort((a, b) => a - b);
}

/** The lengths at which the tutorial's measure exists: those beyond its step. */
export function lengthsBeyond(context: Context): number[] {
  return sortedLengths(context).filter((length) => length > EARLY_STEP);
}

/** Those of the tutorial, which ends at 30 steps; all of them where it has fewer than two. */
export function tutorialLengths(context: Context): number[] {
  const lengths = lengthsBeyond(context);
  const its = lengths.filter((length) => length <= 30);
  return its.length > 1 ? its : lengths;
}

/** The longest sequence, in steps. */
export function longest(context: Context): number {
  return sortedLengths(context).at(-1) ?? 0;
}

/** Checks that a run fits into memory. @throws {InputError} Naming the parameter to lower. */
export function checkSizes({ parameters, seeds }: Pick<Context, "parameters" | "seeds">): void {
  const { inputSize, outputSize, batch } = parameters;
  const hiddenSize = Math.max(...contendersOf(parameters).map((contender) => contender.hiddenSize));
  // Forward and backward: what is kept, and a gradient for it.
  const each = 2 * (inputSize + 6 * hiddenSize + outputSize);
  checkBatchSize("batch", batch, seeds.length * Math.max(...parameters.lengths) * each);
}
