import { ascending } from "../ascending.ts";
import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

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
    .describe("sequence lengths, in steps, at which gradients of the weights are compared"),
  draws: z.int().min(1).max(1000).default(16)
    .describe("times that each network is given new sequences of every length"),
  steps: z.int().min(20).max(1000).default(60)
    .describe("steps of the sequence in which gradients are measured by lag"),
  gains: z.array(z.number().min(0.01).max(4)).min(1).default([0.5, 0.9, 1, 1.1, 1.5])
    .describe("gains g of W_hh = g Q, Q orthogonal"),
  contraction: z.number().min(0.01).max(0.999).default(0.95)
    .describe("largest singular value of W_hh where the bound is tested"),
  widths: z.array(z.int().min(2).max(2000)).min(1).default([20, 40, 100, 200, 500])
    .describe("units of the networks that the mean-field theory is compared with"),
  theoryGains: z.array(z.number().min(0.1).max(4)).min(1)
    .default([0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
    .describe("gains of Glorot-uniform W_hh at which the theory is compared"),
  inputVariances: z.array(z.number().min(0.001).max(100)).min(1).default([0.01, 0.1, 1, 10])
    .describe("variances of an input feature at which the theory is compared"),
  repeats: z.int().min(1).max(1000).default(10)
    .describe("networks of the hidden size in each seed that the theory is compared with"),
  warmUp: z.int().min(0).max(1000).default(20)
    .describe("steps before those in which the theory is compared"),
  fittedLags: z.int().min(2).max(200).default(30)
    .describe("lags over which a factor is fitted to compare it with the theory"),
};

/** The context of `vanishing-gradients`. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/** Lists the lengths, the shortest first, each once. */
export function sortedLengths({ parameters }: Context): number[] {
  return ascending(parameters.lengths);
}

/** Returns the length of the longest sequence, in steps. */
export function longest(context: Context): number {
  return sortedLengths(context).at(-1) ?? 0;
}

/** Lists the gains, the smallest first, each once. */
export function sortedGains({ parameters }: Context): number[] {
  return ascending(parameters.gains);
}

/** Lists the gains at which theory and measurement are compared, the smallest first, each once. */
export function theoryGains({ parameters }: Context): number[] {
  return ascending(parameters.theoryGains);
}

/**
 * Lists the variances of the inputs at which theory and measurement are compared, the smallest
 * first, each once.
 */
export function inputVariances({ parameters }: Context): number[] {
  return ascending(parameters.inputVariances);
}

/**
 * Lists the hidden sizes of the networks with which the theory is compared, including the parameter
 * `hiddenSize`.
 */
export function widths({ parameters }: Context): number[] {
  return ascending([parameters.hiddenSize, ...parameters.widths]);
}
