import type * as tf from "@tensorflow/tfjs";
import { checkShare } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Embedding } from "./embedding.ts";
import { Linear } from "./linear.ts";
import type { RecurrentLayer } from "./recurrent_layer.ts";

/** Recurrent layers, as a `SequenceModel` uses them: an `RNN`, `LSTM` or `GRU`. */
export type Recurrent<State extends tf.TensorContainer, Name extends string = never> = Pick<
  RecurrentLayer<State, Name>,
  | "spec"
  | "batchFirst"
  | "replicas"
  | "implementation"
  | "store"
  | "outputSize"
  | "forward"
  | "trace"
  | "dispose"
>;

/** What a `SequenceModel` is made from; it takes the layers over. */
export interface SequenceModelOptions<
  State extends tf.TensorContainer,
  Name extends string = never,
> {
  /** Makes inputs of ids; left out, the input is numbers. */
  readonly embedding?: Embedding;
  /** An `RNN`, `LSTM` or `GRU`. */
  readonly recurrent: Recurrent<State, Name>;
  /** The share of the top layer's output dropped before the head in training; by default 0. */
  readonly dropout?: number;
  /**
   * A linear layer on top, which may be tied to `embedding`; left out, the output is that of the
   * recurrent layers.
   */
  readonly head?: Linear;
  /** Whether there is an output at every step or for the last state alone; by default `"all"`. */
  readonly readout?: "all" | "last";
}

const names: OptionNames<SequenceModelOptions<tf.TensorContainer, string>> = {
  embedding: true,
  recurrent: true,
  dropout: true,
  head: true,
  readout: true,
};

/**
 * Checks that the parts of a model are there and fit each other.
 *
 * @throws {InputError} On an unknown option, on parts of other classes, on sizes or replicas that
 *   differ, on a head that is tied to another embedding, on a dropout outside of [0, 1), and on a
 *   readout that there is not.
 */
export function checkSequenceOptions<State extends tf.TensorContainer, Name extends string>(
  options: SequenceModelOptions<State, Name>,
): void {
  checkOptions("SequenceModel", options, names);
  const { embedding, recurrent, dropout = 0, head, readout = "all" } = options;
  const isRecurrent = typeof recurrent === "object" && recurrent !== null && "spec" in recurrent;
  if (!isRecurrent) throw new InputError("recurrent", "an RNN, LSTM or GRU", recurrent);
  if (embedding !== undefined && !(embedding instanceof Embedding)) {
    throw new InputError("embedding", "an Embedding", embedding);
  }
  if (head !== undefined && !(head instanceof Linear)) {
    throw new InputError("head", "a Linear", head);
  }
  const { spec: { inputSize }, outputSize, replicas } = recurrent;
  if (embedding && embedding.embeddingDim !== inputSize) {
    const wanted = `${inputSize}, the inputSize of recurrent`;
    throw new InputError("embeddingDim of embedding", wanted, embedding.embeddingDim);
  }
  if (head && head.inFeatures !== outputSize) {
    const wanted = `${outputSize}, the outputSize of recurrent`;
    throw new InputError("inFeatures of head", wanted, head.inFeatures);
  }
  if (head?.tied && head.tied !== embedding) {
    throw new InputError("embedding", "the one that head is tied to", embedding && "another");
  }
  for (const [name, part] of Object.entries({ embedding, head })) {
    if (part === undefined || part.replicas === replicas) continue;
    const wanted = `${replicas ?? "left out"}, as in recurrent`;
    throw new InputError(`replicas of ${name}`, wanted, part.replicas);
  }
  checkShare("dropout", dropout);
  if (readout !== "all" && readout !== "last") {
    throw new InputError("readout", '"all" or "last"', readout);
  }
}
