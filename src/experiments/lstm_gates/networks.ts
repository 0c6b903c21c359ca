import * as tf from "@tensorflow/tfjs";
import type { Activations } from "../../analysis/gates.ts";
import type { Numbers } from "../../data/sequence_task.ts";
import { Linear } from "../../model/linear.ts";
import { LSTM } from "../../model/lstm.ts";
import type { LSTMState } from "../../model/lstm_cell.ts";
import type { RecurrentInit } from "../../model/recurrent_init.ts";
import type { LSTMTrace } from "../../model/trace.ts";
import type { Context } from "./parameters.ts";

/** What an LSTM computed on the way, as numbers. */
export type Traced = Readonly<
  Record<Exclude<keyof LSTMTrace, "layer" | "direction" | "axes">, Activations>
>;

/** The LSTMs of all seeds side by side, each with the weights that it has alone. */
export function recurrentLayer(context: Context, init: RecurrentInit): LSTM {
  const { inputSize, hiddenSize } = context.parameters;
  const random = context.seeds.map((seed) => context.random(seed, "weights"));
  return new LSTM({ inputSize, hiddenSize, replicas: random.length, random, init });
}

/** The linear layers on top of {@link recurrentLayer}. */
export function headLayer(context: Context): Linear {
  const { hiddenSize, outputSize } = context.parameters;
  const random = context.seeds.map((seed) => context.random(seed, "head"));
  return new Linear({
    inFeatures: hiddenSize,
    outFeatures: outputSize,
    replicas: random.length,
    random,
  });
}

/** What can be traced: the layer alone, or a model around it. */
export interface Traceable {
  /** Gates and states, as `LSTM` gives them. */
  trace(x: tf.Tensor, state?: LSTMState): LSTMTrace[];
}

/**
 * All that the networks compute on sequences.
 *
 * @param x [replica, sequence, batch, input]
 * @returns By seed.
 */
export async function traceAll(model: Traceable, x: Numbers): Promise<Traced[]> {
  const [trace] = tf.tidy(() => model.trace(tf.tensor(x.data, [...x.shape])));
  if (!trace) return [];
  try {
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
  } finally {
    tf.dispose(trace);
  }
}

/** A tensor of four axes as nested arrays. */
export async function nested(tensor: tf.Tensor): Promise<number[][][][]> {
  const four = tensor.reshape<tf.Tensor4D>(tensor.shape);
  try {
    return await four.array();
  } finally {
    four.dispose();
  }
}
