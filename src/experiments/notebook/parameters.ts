import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";
import type { NDArray } from "../../core/nd_array.ts";
import type { Random } from "../../core/random.ts";

/** The parameters of `notebook`. All other settings are the notebook's: see the constants below. */
export const parameters = {
  epochs: z.int().min(1).max(1000).default(50).describe("section 4.2: passes over the sequences"),
  learningSeeds: z.int().min(1).max(10_000).default(30)
    .describe("section 4.2: how many of the seeds train networks, the first ones"),
  textSeeds: z.int().min(1).max(10_000).default(10)
    .describe("section 5: how many of the seeds train the language model, the first ones"),
  textEpochs: z.int().min(1).max(1000).default(20).describe("section 5: passes over the windows"),
};

/** The values of {@link parameters}. */
export type Values = ParameterValues<typeof parameters>;

/** The context of `notebook`. */
export type Context = ExperimentContext<Values>;

/** The parts of the context that measurements need. */
export type Measuring = Pick<Context, "seeds" | "random" | "parameters">;

/** Returns the seeds that train the networks of section 4.2. */
export function learningSeeds({ seeds, parameters }: Pick<Context, "seeds" | "parameters">) {
  return seeds.slice(0, parameters.learningSeeds);
}

/** Returns the seeds that train the language model of section 5. */
export function textSeeds({ seeds, parameters }: Pick<Context, "seeds" | "parameters">) {
  return seeds.slice(0, parameters.textSeeds);
}

/** The sizes of every network except the language model (lines 425 to 427 of the notebook). */
export const sizes = { inputSize: 10, hiddenSize: 20, outputSize: 5 } as const;

/** The lengths at which section 2 computes gradients of weights (line 467). */
export const weightLengths: readonly number[] = [5, 10, 15, 20, 25, 30, 35, 40];

/** The ratio of gradient norms below which section 2 says that the gradient vanishes (line 488). */
export const VANISHED = 0.1;

/** The sequences of section 3; line 1005. */
export const gateSequences = { steps: 20, batch: 4 } as const;

/** The lengths at which section 4 compares the architectures; line 1503. */
export const flowLengths: readonly number[] = [5, 10, 15, 20, 25, 30];

/** The number of sequences of a gradient in section 4 (line 1114). */
export const FLOW_BATCH = 2;

/** The input step, counted from 1, whose gradient section 4 computes (line 1130). */
export const EARLY_STEP = 5;

/** The training of section 4.2; lines 1319 to 1352 and 1434 to 1435. */
export const learning = {
  steps: 10,
  trainSequences: 16,
  testSequences: 4,
  learningRate: 0.01,
  converged: 0.1,
} as const;

/** The networks of section 4, by the keys of the notebook's dictionaries; lines 1075 to 1077. */
export const networkKeys = ["Vanilla_RNN", "Custom_LSTM", "PyTorch_GRU"] as const;

/** One of the {@link networkKeys}. */
export type NetworkKey = (typeof networkKeys)[number];

/** The networks' names in ids of metrics. */
export const metricName: Readonly<Record<NetworkKey, string>> = {
  Vanilla_RNN: "rnn",
  Custom_LSTM: "lstm",
  PyTorch_GRU: "gru",
};

/** The tasks of section 4.2 in its order, by the keys of the notebook's dictionary. */
export const taskKeys = ["copy_task", "sum_task", "pattern_task"] as const;

/** One of the {@link taskKeys}. */
export type TaskKey = (typeof taskKeys)[number];

/** The language model and its training in section 5; lines 2068 to 2133. */
export const text = {
  length: 12,
  trainingShare: 0.8,
  embeddingDim: 128,
  hiddenSize: 256,
  numLayers: 2,
  dropout: 0.3,
  learningRate: 0.002,
  weightDecay: 1e-4,
  clipGradNorm: 1,
  patience: 3,
  factor: 0.5,
  generated: 30,
  prompts: ["the machine", "neural networks", "deep learning", "artificial"],
  sampled: { every: 5, prompt: "the", tokens: 20, temperature: 0.8 },
} as const;

/** Returns a source for each seed, so that the findings of a seed do not depend on the others. */
export function sources(
  { seeds, random }: Pick<Context, "seeds" | "random">,
  ...path: readonly (string | number)[]
): Random[] {
  return seeds.map((seed) => random(seed, ...path));
}

/** Draws normal numbers from the source of each seed: [replica, ...shape]. */
export function normal(random: readonly Random[], shape: readonly number[]): NDArray {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new Float32Array(random.length * size);
  for (const [r, source] of random.entries()) data.set(source.array(size), r * size);
  return { shape: [random.length, ...shape], data };
}
