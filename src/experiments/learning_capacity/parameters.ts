import { ascending } from "../ascending.ts";
import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

const count = (most: number) => z.int().min(1).max(most);
const updates = () => z.int().min(2).max(1_000_000);
const rate = () => z.number().min(1e-6).max(1);
const rates = () => z.array(rate()).min(1).max(20);

/** The parameters of `learning-capacity`. */
export const parameters = {
  hiddenSize: count(512).default(20)
    .describe("units of the hidden state; of the LSTM if parameters are matched"),
  learningRate: rate().default(0.01)
    .describe("learning rate of Adam in the notebook, and of the reference setting"),
  rates: rates().default([0.001, 0.003, 0.01, 0.03, 0.1]).describe("grid: learning rates of Adam"),
  validationSeeds: count(100).default(2)
    .describe("grid: networks of each cell, with seeds of their own"),
  trainingBatch: count(1024).default(4).describe("fresh sequences of an update"),
  testBatch: count(10_000).default(200).describe("test sequences"),
  clipGradNorm: z.number().min(1e-6).max(1e6).default(1)
    .describe("largest norm of the gradient, if it is clipped"),
  addingSteps: z.int().min(2).max(1000).default(50).describe("adding problem: steps of a sequence"),
  trainingSteps: updates().default(1000).describe("adding problem: updates"),
  shortLag: count(1000).default(1).describe("copy memory: the shorter lag of the claims, in steps"),
  longLag: count(1000).default(10).describe("copy memory: the longer lag of the claims, in steps"),
  moreLags: z.array(count(1000)).default([]).describe("copy memory: more lags to be shown"),
  copyLength: count(100).default(3).describe("copy memory: how many symbols are to be remembered"),
  symbols: z.int().min(2).max(100).default(8).describe("copy memory: how many symbols there are"),
  copyTrainingSteps: updates().default(1500).describe("copy memory: updates"),
  stabilitySteps: z.int().min(2).max(1000).default(6)
    .describe("stability: steps of a sequence of the adding problem"),
  stabilityTrainingSteps: updates().default(400).describe("stability: updates"),
  stabilityRates: rates().default([0.001, 0.003, 0.01, 0.03, 0.1])
    .describe("stability: learning rates of Adam"),
  plateauEpochs: count(1000).default(20)
    .describe("stability: epochs of a run, after each of which the plateau schedule looks"),
  plateauFactor: z.number().min(0.01).max(0.99).default(0.5)
    .describe("stability: what the plateau schedule multiplies the learning rate by"),
  plateauPatience: z.int().min(0).max(1000).default(3)
    .describe("stability: epochs in a row without a better validation loss that change nothing"),
  plateauSequences: count(10_000).default(50)
    .describe("stability: sequences on which the plateau schedule looks at the loss"),
  divergenceSeeds: count(1000).default(60)
    .describe("stability: seeds of the claim on divergence, if the run has fewer"),
  divergedAbove: z.number().min(1).max(1000).default(2)
    .describe("stability: a run has diverged above so many times the memoryless baseline"),
  stalledAbove: z.number().min(0.01).max(1).default(0.9)
    .describe("stability: a run has stalled above this share of the memoryless baseline"),
  size: count(256).default(10).describe("notebook's tasks: features of inputs and outputs"),
  steps: z.int().min(2).max(1000).default(10).describe("notebook's tasks: steps of a sequence"),
  trainSequences: count(1000).default(16)
    .describe("notebook's tasks: training sequences, one for each update"),
  testSequences: count(1000).default(4).describe("notebook's tasks: test sequences"),
  epochs: z.int().min(2).max(10_000).default(50)
    .describe("notebook's tasks: passes over the sequences"),
  solved: z.number().min(1e-9).max(10).default(0.1)
    .describe("notebook's tasks: the training loss below which a task counts as solved"),
};

/** The values of {@link parameters}. */
export type Values = ParameterValues<typeof parameters>;

/** The context of `learning-capacity`. */
export type Context = ExperimentContext<Values>;

/** Lists all lags of copy memory, the shortest first, each once. */
export function sortedLags({ shortLag, longLag, moreLags }: Values): number[] {
  return ascending([shortLag, longLag, ...moreLags]);
}

/**
 * Lists the names of the validation networks, by which learning rates are chosen. Their random
 * numbers are used for nothing else.
 */
export function validationNames({ validationSeeds }: Values): string[] {
  return Array.from({ length: validationSeeds }, (_, i) => `validation ${i + 1}`);
}
