import * as tf from "@tensorflow/tfjs";
import type { Activations } from "../../analysis/activations.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { Linear } from "../../model/linear.ts";
import { LSTM } from "../../model/lstm.ts";
import type { LSTMState } from "../../model/reference/lstm_cell.ts";
import { glorotUniform } from "../../model/init/random_matrices.ts";
import {
  glorotInit,
  jointGlorotInit,
  type RecurrentInit,
} from "../../model/init/recurrent_init.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import type { LSTMTrace } from "../../model/trace.ts";
import type { Context, WeightKind } from "./parameters.ts";
import { addingProblem } from "../../data/adding_problem.ts";
import { gateSequence } from "../../data/gate_sequence.ts";
import { type Sample, stackSamples } from "../../data/sequence_task.ts";

/** The gates and states of an LSTM, as numbers. */
export type Traced = Readonly<
  Record<Exclude<keyof LSTMTrace, "layer" | "direction" | "axes">, Activations>
>;

/**
 * Creates the LSTMs of all seeds side by side. The weights of a seed do not depend on the other
 * seeds.
 */
export function recurrentLayer(context: Context, init: RecurrentInit): LSTM {
  const { inputSize, hiddenSize } = context.parameters;
  const random = context.seeds.map((seed) => context.random(seed, "weights"));
  return new LSTM({ inputSize, hiddenSize, replicas: random.length, random, init });
}

/** Returns an initialiser with weights of a kind and biases of 0. */
export function baseInit({ parameters }: Context, weights: WeightKind): RecurrentInit {
  return weights === "joint" ? jointGlorotInit(parameters.inputSize) : glorotInit;
}

/**
 * Computes the variances of the input and recurrent weights of a gate that {@link baseInit} draws:
 * a Glorot-uniform matrix has 2 / (rows + columns).
 */
export function weightVariances({ parameters }: Context, weights: WeightKind) {
  const { inputSize, hiddenSize } = parameters;
  const joint = 2 / (hiddenSize + inputSize + hiddenSize);
  return weights === "joint"
    ? { input: joint, hidden: joint }
    : { input: 2 / (hiddenSize + inputSize), hidden: 2 / (hiddenSize + hiddenSize) };
}

/**
 * Creates the linear layers on top of {@link recurrentLayer}, with the notebook's Glorot-uniform
 * weights.
 */
export function headLayer(context: Context): Linear {
  const { hiddenSize, outputSize } = context.parameters;
  const random = context.seeds.map((seed) => context.random(seed, "head"));
  return new Linear({
    inFeatures: hiddenSize,
    outFeatures: outputSize,
    replicas: random.length,
    random,
    init: (name, shape, source) => {
      const [rows = 0, columns = 0] = shape;
      if (name === "bias") return new Array<number>(rows).fill(0);
      return glorotUniform([rows, columns], source).flat();
    },
  });
}

/** The networks of all seeds side by side. Only their last output is used. */
export type Network = ReturnType<typeof network>;

/** Creates the recurrent layers and heads of all seeds. */
export function network(context: Context, init: RecurrentInit) {
  return new SequenceModel({
    recurrent: recurrentLayer(context, init),
    head: headLayer(context),
    readout: "last",
  });
}

/** A layer, or a model around it, whose gates and states can be traced. */
export interface Traceable {
  /** Returns gates and states, as `LSTM.trace()` does. */
  trace(x: tf.Tensor, state?: LSTMState): LSTMTrace[];
}

/**
 * Traces the gates and states of the networks on sequences.
 *
 * @param x [replica, sequence, batch, input]
 * @returns The traces, by seed.
 */
export async function traceAll(model: Traceable, x: NDArray): Promise<Traced[]> {
  const traced = await read(model, x, async (trace) => {
    const [inputGate, forgetGate, candidate, outputGate, cell, hidden] = await Promise.all([
      nested(trace.inputGate),
      nested(trace.forgetGate),
      nested(trace.candidate),
      nested(trace.outputGate),
      nested(trace.cell),
      nested(trace.hidden),
    ]);
    return hidden.map((_, seed) => ({
      inputGate: inputGate[seed] ?? [],
      forgetGate: forgetGate[seed] ?? [],
      candidate: candidate[seed] ?? [],
      outputGate: outputGate[seed] ?? [],
      cell: cell[seed] ?? [],
      hidden: hidden[seed] ?? [],
    }));
  });
  return traced ?? [];
}

/**
 * Traces only the forget gates and hidden states, in a fraction of the time of {@link traceAll}.
 *
 * @param x [replica, sequence, batch, input]
 * @returns The traces, by seed.
 */
export async function traceForgetting(
  model: Traceable,
  x: NDArray,
): Promise<Pick<Traced, "forgetGate" | "hidden">[]> {
  const traced = await read(model, x, async (trace) => {
    const [forgetGate, hidden] = await Promise.all([
      nested(trace.forgetGate),
      nested(trace.hidden),
    ]);
    return hidden.map((states, seed) => ({ forgetGate: forgetGate[seed] ?? [], hidden: states }));
  });
  return traced ?? [];
}

/** Reads the tensors of a trace, and disposes of them. */
async function read<T>(
  model: Traceable,
  x: NDArray,
  of: (trace: LSTMTrace) => Promise<T>,
): Promise<T | undefined> {
  const [trace] = tf.tidy(() => model.trace(tf.tensor(x.data, [...x.shape])));
  if (!trace) return undefined;
  try {
    return await of(trace);
  } finally {
    tf.dispose(trace);
  }
}

/** Reads a tensor of four axes as nested arrays. */
export async function nested(tensor: tf.Tensor): Promise<number[][][][]> {
  const four = tensor.reshape<tf.Tensor4D>(tensor.shape);
  try {
    return await four.array();
  } finally {
    four.dispose();
  }
}

/** The feature of the adding problem's inputs that is 1 at marked steps. */
const MARK = 1;

/**
 * The most sequences of the adding problem for repeated measurements: gradients, for every
 * lag, and forget gates, for every initialisation.
 */
export const FEW = 25;

/**
 * Draws the notebook's sequences with patterns for each seed: [replica, sequence, batch, input].
 */
export function patternSequences(context: Context): NDArray {
  const { length: steps, batch, inputSize } = context.parameters;
  return stackSamples(context.seeds.map((seed) => {
    const x = gateSequence({ steps, batch, inputSize }, context.random(seed, "patterns"));
    // The targets are not used.
    return { x, target: x };
  })).x;
}

/**
 * Draws sequences of the adding problem for each seed.
 *
 * @param path Labels of the sequences; equal paths give equal sequences.
 */
export function taskSequences(
  context: Context,
  batch: number,
  ...path: readonly (string | number)[]
): Sample {
  const { length: steps, inputSize, outputSize } = context.parameters;
  const task = addingProblem({ steps, inputSize, outputSize });
  return stackSamples(
    context.seeds.map((seed) => task.draw(batch, context.random(seed, ...path))),
  );
}

/**
 * Finds the marked steps of sequences of the adding problem: [replica, sequence, batch].
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

/**
 * The marked numbers up to each step, for the sequences of one seed, of shape [sequence, batch].
 */
export interface RunningSums {
  /** The number of marks up to this step. */
  readonly counts: readonly (readonly number[])[];
  /** The sum of the marked numbers up to this step. */
  readonly sums: readonly (readonly number[])[];
}

/**
 * Computes the running sums at each step of sequences of the adding problem, by seed.
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
