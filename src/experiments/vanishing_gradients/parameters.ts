import { z } from "zod";
import type { ExperimentContext } from "../experiment.ts";
import type { ParameterValues } from "../parameters.ts";

const size = () => z.int().min(1).max(1024);

/** The parameters of `vanishing-gradients`. */
export const parameters = {
  inputSize: size().default(10).describe("features of an input"),
  hiddenSize: size().min(2).default(20).describe("units of the hidden state"),
  outputSize: size().default(5).describe("features of an output"),
  lengths: z.array(z.int().min(2).max(1000)).min(2)
    .refine((lengths) => new Set(lengths).size > 1)
    .meta({ wanted: "a list of at least 2 different lengths, each an integer from 2 to 1000" })
    .default([5, 10, 15, 20, 25, 30, 35, 40])
    .describe("sequence lengths, in steps; lags are measured in the longest"),
  gains: z.array(z.number().min(0.01).max(4)).min(1).default([0.5, 0.9, 1, 1.1, 1.5])
    .describe("gains g of W_hh = g Q, Q orthogonal"),
  contraction: z.number().min(0.01).max(0.999).default(0.95)
    .describe("largest singular value of W_hh where the bound is tested"),
};

/** What the parts of `vanishing-gradients` are given. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/** The lengths, the shortest first, each once. */
export function sortedLengths({ parameters }: Context): number[] {
  return [...new Set(parameters.lengths)].sort((a, b) => a - b);
}

/** The longest sequence, in steps. */
export function longest(context: Context): number {
  return sortedLengths(context).at(-1) ?? 0;
}

/** The gains, the smallest first, each once. */
export function sortedGains({ parameters }: Context): number[] {
  return [...new Set(parameters.gains)].sort((a, b) => a - b);
}
