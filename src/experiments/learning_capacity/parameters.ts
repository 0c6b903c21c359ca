import { z } from "zod";
import type { ExperimentContext } from "../experiment.ts";
import type { ParameterValues } from "../parameters.ts";

const count = (most: number) => z.int().min(1).max(most);

/** The parameters of `learning-capacity`. */
export const parameters = {
  hiddenSize: count(512).default(20)
    .describe("units of the hidden state; of the LSTM where parameters are matched"),
  learningRate: z.number().min(1e-6).max(1).default(0.01).describe("step size of Adam"),
  size: count(256).default(10)
    .describe("features of inputs and outputs in copy, cumulative sum and alternating sign"),
  steps: z.int().min(2).max(1000).default(10).describe("steps of their sequences"),
  trainSequences: count(1000).default(16).describe("memorising: training sequences, one a step"),
  testSequences: count(1000).default(4).describe("memorising: test sequences"),
  epochs: z.int().min(2).max(10_000).default(50).describe("memorising: passes over the sequences"),
  solved: z.number().min(1e-9).max(10).default(0.1)
    .describe("memorising: the training loss below which an epoch counts as the first"),
  trainingSteps: z.int().min(2).max(1_000_000).default(2000)
    .describe("learning: training steps on the adding problem and on copy memory"),
  shortSteps: z.int().min(2).max(1_000_000).default(500)
    .describe("learning: training steps on the other tasks"),
  trainingBatch: count(1024).default(16).describe("learning: sequences of a step"),
  testBatch: count(10_000).default(200).describe("learning: test sequences"),
  clipGradNorm: z.number().min(1e-6).max(1e6).default(1)
    .describe("learning: largest norm of the gradient"),
  addingSteps: z.int().min(2).max(1000).default(50).describe("adding problem: steps of a sequence"),
  lags: z.array(count(1000)).min(1).default([1, 5, 10, 20])
    .describe("copy memory: lags between what is shown and what is asked for"),
  copyLength: count(100).default(3).describe("copy memory: how many symbols are to be remembered"),
  symbols: z.int().min(2).max(100).default(8).describe("copy memory: how many symbols there are"),
};

/** Their values. */
export type Values = ParameterValues<typeof parameters>;

/** What the parts of `learning-capacity` are given. */
export type Context = ExperimentContext<Values>;

/** The lags, the shortest first, each once. */
export function sortedLags({ lags }: Pick<Values, "lags">): number[] {
  return [...new Set(lags)].sort((a, b) => a - b);
}
