/**
 * The options of a {@link SequenceModel}, their checks, and the head that is made of options.
 *
 * @module
 */
import type { TensorContainer } from "@tensorflow/tfjs";
import { checkShare } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { AdditiveAttention } from "./additive_attention.ts";
import { Embedding } from "./embedding.ts";
import { Linear, type LinearOptions } from "./linear.ts";
import { type AttentionOptions, checkReadout, type SequenceReadout } from "./readout.ts";
import type { RecurrentLayer } from "./recurrent_layer.ts";

/**
 * The recurrent layers of a {@link SequenceModel}, an `RNN`, `LSTM` or `GRU`, or a `Feedforward` in
 * their place.
 */
export type Recurrent<State extends TensorContainer, Name extends string = never> = Pick<
  RecurrentLayer<State, Name>,
  | "spec"
  | "batchFirst"
  | "replicas"
  | "implementation"
  | "store"
  | "hasCellState"
  | "outputSize"
  | "forward"
  | "trace"
  | "unroll"
  | "dispose"
>;

/**
 * Options for the head that a {@link SequenceModel} makes; the other sizes follow from its layers.
 */
export type HeadOptions = Omit<LinearOptions, "inFeatures" | "replicas">;

/** Options for {@link SequenceModel}, which becomes the owner of the layers. */
export interface SequenceModelOptions<
  State extends TensorContainer,
  Name extends string = never,
> {
  /** The layer that turns ids into inputs. Absent by default: the inputs are vectors. */
  readonly embedding?: Embedding;
  /** An `RNN`, `LSTM` or `GRU`, or a `Feedforward`, which has no recurrence. */
  readonly recurrent: Recurrent<State, Name>;
  /**
   * The share of the top layer's output that is dropped before the head in training; 0 by default.
   */
  readonly dropout?: number;
  /**
   * A linear layer on top, or the options to make it; it may be tied to `embedding`. Absent by
   * default: the output of the model is that of the recurrent layers.
   */
  readonly head?: Linear | HeadOptions;
  /**
   * Weighs the steps if `readout` is `"attention"`, and only then: a layer, or the options to make
   * one.
   */
  readonly attention?: AdditiveAttention | AttentionOptions;
  /**
   * What the head reads: the outputs of all steps, the last states, the mean of the outputs, or
   * their mean weighted by attention. `"attention"` by default if there is `attention`, else
   * `"all"`.
   */
  readonly readout?: SequenceReadout;
}

const names: OptionNames<SequenceModelOptions<TensorContainer, string>> = {
  embedding: true,
  recurrent: true,
  dropout: true,
  head: true,
  attention: true,
  readout: true,
};

const headNames: OptionNames<HeadOptions> = {
  outFeatures: true,
  bias: true,
  random: true,
  init: true,
  tied: true,
};

/**
 * Creates a head that fits recurrent layers.
 *
 * @param options The options of the head.
 * @param layers The recurrent layers.
 * @returns The head.
 * @throws {InputError} If an option is refused by {@link Linear}.
 */
export function makeHead<State extends TensorContainer>(
  options: HeadOptions,
  { outputSize, replicas }: Pick<Recurrent<State>, "outputSize" | "replicas">,
): Linear {
  const many = replicas === undefined ? {} : { replicas };
  return new Linear({ ...options, inFeatures: outputSize, ...many });
}

/**
 * Throws unless the layers exist and fit each other.
 *
 * @param options The options of a {@link SequenceModel}.
 * @throws {InputError} If an option is unknown or of another type, if sizes or replicas differ, if
 * the head is tied to another embedding, if `dropout` is not in [0, 1), or if there is attention
 * for another readout.
 */
export function checkSequenceOptions<State extends TensorContainer, Name extends string>(
  options: SequenceModelOptions<State, Name>,
): void {
  checkOptions("SequenceModel", options, names);
  const { embedding, recurrent, dropout = 0, attention, head } = options;
  const isRecurrent = typeof recurrent === "object" && recurrent !== null && "spec" in recurrent;
  if (!isRecurrent) {
    throw new InputError("recurrent", "an RNN, LSTM, GRU or Feedforward", recurrent);
  }
  if (embedding !== undefined && !(embedding instanceof Embedding)) {
    throw new InputError("embedding", "an Embedding", embedding);
  }
  if (head !== undefined && !(head instanceof Linear)) {
    if (!isPlainObject(head)) throw new InputError("head", "a Linear, or the options of one", head);
    checkOptions("head", head, headNames);
  }
  checkReadout(options);
  const { spec: { inputSize }, outputSize, replicas } = recurrent;
  if (embedding && embedding.embeddingDim !== inputSize) {
    const wanted = `${inputSize}, the inputSize of recurrent`;
    throw new InputError("embeddingDim of embedding", wanted, embedding.embeddingDim);
  }
  if (attention instanceof AdditiveAttention && attention.inputSize !== outputSize) {
    const wanted = `${outputSize}, the outputSize of recurrent`;
    throw new InputError("inputSize of attention", wanted, attention.inputSize);
  }
  if (head instanceof Linear && head.inFeatures !== outputSize) {
    const wanted = `${outputSize}, the outputSize of recurrent`;
    throw new InputError("inFeatures of head", wanted, head.inFeatures);
  }
  if (head?.tied && head.tied !== embedding) {
    throw new InputError("embedding", "the one that head is tied to", embedding && "another");
  }
  const layers = {
    embedding,
    attention: attention instanceof AdditiveAttention ? attention : undefined,
    head: head instanceof Linear ? head : undefined,
  };
  for (const [name, layer] of Object.entries(layers)) {
    if (layer === undefined || layer.replicas === replicas) continue;
    const wanted = `${replicas ?? "left out"}, as in recurrent`;
    throw new InputError(`replicas of ${name}`, wanted, layer.replicas);
  }
  checkShare("dropout", dropout);
}
