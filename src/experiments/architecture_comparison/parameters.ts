import { ascending } from "../ascending.ts";
import { z } from "zod";
import { InputError } from "../../core/errors.ts";
import { candidatesOf } from "../architectures.ts";
import type { ExperimentContext } from "../../harness/experiment.ts";
import { checkBatchSize } from "../memory.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

const size = () => z.int().min(1).max(1024);

/** The step, counted from 1, whose gradient the notebook's code takes. */
export const EARLY_STEP = 5;

/** The lengths of the notebook's comparison, in steps. */
export const NOTEBOOK_LENGTHS = [5, 10, 15, 20, 25, 30] as const;

/** The networks and lengths whose gradients are measured before training. */
const reach = {
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
  repeats: z.int().min(1).max(1000).default(10).describe("how often each time is taken"),
  notebookSeeds: z.int().min(1).max(10_000).default(300).describe(
    "seeds that the notebook's name for the best gradient flow is repeated with: those of the run " +
      "first, then the least positive integers that are not among them",
  ),
};

const steps = () => z.int().min(1).max(100_000);
const start = () => z.int().min(0).max(100_000);

/** The networks that are trained, and when their gradients are measured. */
const training = {
  addingSteps: z.int().min(4).max(1000).default(50)
    .describe("length of the adding problem's sequences, in steps"),
  trainingSteps: steps().default(900).describe("updates of each trained network"),
  trainingBatch: size().default(8).describe("fresh sequences of an update"),
  testBatch: size().default(100).describe("sequences that a loss is measured on"),
  probes: size().default(4).describe(
    "sequences that a trained network's gradients are measured on",
  ),
  learningRate: z.number().gt(0).max(0.1).default(0.01).describe("learning rate of Adam"),
  clipGradNorm: z.number().gt(0).default(1).describe("largest norm of a gradient in training"),
  checkpointEvery: steps().default(100).describe("updates from one measurement to the next"),
  decayAt: start().default(700)
    .describe("updates before the decay that is to predict the loss of RNN and LSTM"),
  lossAt: steps().default(900).describe("updates before that loss"),
  gruDecayAt: start().default(200).describe("the same as decayAt for the GRU"),
  gruLossAt: steps().default(300).describe("the same as lossAt for the GRU"),
};

/** The parameters of `architecture-comparison`. */
export const parameters = { ...reach, ...training };

/** The context of `architecture-comparison`. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/** Lists the lengths, the shortest first, each once. */
export function sortedLengths({ parameters }: Context): number[] {
  return ascending(parameters.lengths);
}

/**
 * Lists the lengths above {@link EARLY_STEP}, so that the step lies before the end of the sequence.
 */
export function lengthsBeyond(context: Context): number[] {
  return sortedLengths(context).filter((length) => length > EARLY_STEP);
}

/**
 * Lists the seeds of the notebook's measure. The measure needs no training, so it has more seeds
 * than the run.
 */
export function notebookSeeds(
  { parameters: { notebookSeeds }, seeds }: Pick<Context, "parameters" | "seeds">,
): number[] {
  const all = seeds.slice(0, notebookSeeds);
  const used = new Set(seeds);
  for (let seed = 1; all.length < notebookSeeds; seed++) if (!used.has(seed)) all.push(seed);
  return all;
}

/** Returns the length of the longest sequence, in steps. */
export function longest(context: Context): number {
  return sortedLengths(context).at(-1) ?? 0;
}

/** Lists the numbers of updates after which networks in training are measured, beginning with 0. */
export function checkpoints({ parameters }: Pick<Context, "parameters">): number[] {
  const { trainingSteps, checkpointEvery } = parameters;
  return Array.from(
    { length: trainingSteps / checkpointEvery + 1 },
    (_, i) => i * checkpointEvery,
  );
}

/**
 * Checks that the parameters are consistent and that a run fits into memory.
 *
 * @throws {InputError} If not; the message names the parameter to change.
 */
export function checkSizes({ parameters, seeds }: Pick<Context, "parameters" | "seeds">): void {
  const { inputSize, outputSize, batch, addingSteps } = parameters;
  const hiddenSize = Math.max(...candidatesOf(parameters).map((candidate) => candidate.hiddenSize));
  // The saved values of the forward pass, and their gradients in the backward pass.
  const each = 2 * (inputSize + 6 * hiddenSize + outputSize);
  const steps = Math.max(...parameters.lengths);
  checkBatchSize("batch", batch, seeds.length * steps * each);
  const { notebookSeeds } = parameters;
  checkBatchSize(
    "notebookSeeds",
    notebookSeeds,
    batch * Math.max(steps, ...NOTEBOOK_LENGTHS) * each,
  );
  for (const name of ["trainingBatch", "testBatch", "probes"] as const) {
    checkBatchSize(name, parameters[name], seeds.length * addingSteps * 2 * (6 * hiddenSize + 3));
  }
  checkMeasurements(parameters);
}

/** Checks that decay and loss are measured at checkpoints, the decay before the loss. */
function checkMeasurements(values: Context["parameters"]): void {
  const { trainingSteps, checkpointEvery } = values;
  if (trainingSteps % checkpointEvery !== 0) {
    const wanted = `a multiple of checkpointEvery (${checkpointEvery})`;
    throw new InputError("trainingSteps", wanted, trainingSteps);
  }
  const pairs = [["decayAt", "lossAt"], ["gruDecayAt", "gruLossAt"]] as const;
  for (const [from, to] of pairs) {
    for (const name of [from, to]) {
      if (values[name] % checkpointEvery === 0 && values[name] <= trainingSteps) continue;
      const wanted = `a multiple of checkpointEvery (${checkpointEvery}), at most trainingSteps ` +
        `(${trainingSteps})`;
      throw new InputError(name, wanted, values[name]);
    }
    if (values[from] >= values[to]) {
      throw new InputError(from, `below ${to} (${values[to]})`, values[from]);
    }
  }
}
