import { ascending } from "../ascending.ts";
import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import { MAX_CALL_STEPS } from "../../training/call_size.ts";
import { checkBatchSize } from "../memory.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

const size = () => z.int().min(1).max(256);
const bias = () => z.number().min(-10).max(10);

/** The parameters of `lstm-gates`. */
export const parameters = {
  inputSize: size().min(3).default(10).describe("features of an input"),
  hiddenSize: size().default(20).describe("units of the hidden state"),
  outputSize: size().default(5).describe("features of an output"),
  length: z.int().min(2).max(200).default(20).describe("steps of a sequence"),
  batch: size().default(4).describe("sequences with patterns, as the notebook has them"),
  forgetBias: bias().default(1).describe("bias of the forget gates before training"),
  trainingSteps: z.int().min(1).max(20_000).default(600).describe("steps of training"),
  trainingBatch: size().default(16).describe("sequences of a step of training"),
  learningRate: z.number().gt(0).max(1).default(0.01).describe("learning rate of Adam"),
  heldOut: z.int().min(1).max(1024).default(100)
    .describe("sequences of the adding problem that are kept out of training"),
  closedBias: bias().default(-4)
    .describe("bias of forget gates that retain nothing, for the correlation of norms"),
  openBias: bias().default(4)
    .describe("bias of forget gates that retain almost all, for the correlation of norms"),
  forgetBiases: z.array(bias()).min(1).default([0, 1, 2])
    .describe("biases of the forget gates whose effect is measured"),
};

/** The context of `lstm-gates`. */
export type Context = ExperimentContext<ParameterValues<typeof parameters>>;

/** The parts of the context that determine the sizes of a run. */
export type Sizes = Pick<Context, "parameters" | "seeds">;

/** Lists the biases for which survival is drawn, ascending, including the bias of the network. */
export function sortedBiases({ parameters }: Context): number[] {
  const { forgetBias, forgetBiases } = parameters;
  return ascending([forgetBias, ...forgetBiases]);
}

/** Lists the biases for which the correlation of norms is drawn, the smallest first, each once. */
export function retentionBiases(context: Context): number[] {
  return ascending([...retentionEnds(context), ...sortedBiases(context)]);
}

/**
 * Lists the biases for which the correlation of norms is compared: one at which gates retain
 * nothing, the network's own, and one at which gates retain almost everything.
 */
export function retentionEnds({ parameters }: Context): number[] {
  const { closedBias, forgetBias, openBias } = parameters;
  return ascending([closedBias, forgetBias, openBias]);
}

/**
 * Checks that a run fits into memory.
 *
 * @throws {InputError} If it does not fit; the message names the parameter to lower.
 */
export function checkSizes({ parameters, seeds }: Sizes): void {
  const { inputSize, hiddenSize, length, batch, heldOut, trainingBatch } = parameters;
  const steps = seeds.length * length;
  const pass = steps * (inputSize + 6 * hiddenSize);
  checkBatchSize("batch", batch, pass);
  checkBatchSize("heldOut", heldOut, pass);
  checkBatchSize("trainingBatch", trainingBatch, pass + steps * MAX_CALL_STEPS * inputSize);
}

/** The networks that are compared, in order. */
export const networkNames = ["untrained", "trained"] as const;

/** The ways to draw weights, with their names in tables. The first is the notebook's. */
export const weightKinds = [
  ["joint", "the notebook's"],
  ["separate", "each matrix by itself"],
] as const;

/** One of the ways to draw weights. */
export type WeightKind = (typeof weightKinds)[number][0];

/** The name of the other way to draw weights in alternatives of claims. */
export const SEPARATE = "each matrix initialised by itself";

/**
 * The sequences on which networks are traced, with their names in tables and their shorter names in
 * panels.
 */
export const sequenceKinds = [
  ["patterns", "notebook's sequences", "notebook"],
  ["task", "adding problem", "adding"],
] as const;

/** Lists the steps of a sequence, from 1. */
export function stepsOf({ parameters }: Context): number[] {
  return Array.from({ length: parameters.length }, (_, t) => t + 1);
}

/** The axis of the steps of a sequence. */
export const time = { label: "time t", unit: "steps", scale: "linear" } as const;

/** The column of the steps of a sequence. */
export const timeColumn = { name: "time", label: time.label, unit: time.unit } as const;
