/**
 * The input of the head of a {@link SequenceModel}: the outputs of the top recurrent layer, its last
 * states, or a mean of the outputs, with dropout.
 *
 * @module
 */
import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import { AdditiveAttention, type AdditiveAttentionOptions } from "./additive_attention.ts";
import type { Axes } from "./recurrent_inputs.ts";
import type { Implementation } from "./recurrent_layer.ts";
import { dropoutMask, dropoutSeeds } from "./reference/dropout_mask.ts";
import { type MeanOptions, type WeightedMean, weightedMean } from "./weighted_mean.ts";

/** What the head of a {@link SequenceModel} reads of the top recurrent layer. */
export type SequenceReadout = "all" | "last" | "mean" | "attention";

/**
 * Options for the attention that a {@link SequenceModel} makes; the other sizes follow from its
 * layers.
 */
export type AttentionOptions = Omit<
  AdditiveAttentionOptions,
  "inputSize" | "replicas" | "implementation"
>;

const attentionNames: OptionNames<AttentionOptions> = { size: true, random: true, init: true };

/** What the head reads, as options or as members of a {@link SequenceModel}. */
export interface ReadoutSettings<Attention> {
  /** What the head reads. */
  readonly readout: SequenceReadout;
  /** The layer that weighs the steps. */
  readonly attention: Attention;
}

/**
 * Throws unless the readout is known, and there is attention if it is `"attention"` and only then.
 *
 * @param settings The options of a {@link SequenceModel}.
 * @throws {InputError} If there is attention for another readout or the other way round, or if an
 * option of the attention is unknown.
 */
export function checkReadout(
  { attention, readout }: Partial<ReadoutSettings<AdditiveAttention | AttentionOptions>>,
): void {
  const known: readonly unknown[] = ["all", "last", "mean", "attention"];
  if (readout !== undefined && !known.includes(readout)) {
    throw new InputError("readout", '"all", "last", "mean" or "attention"', readout);
  }
  if (attention === undefined) {
    if (readout !== "attention") return;
    throw new InputError("attention", 'given if readout is "attention"', attention);
  }
  if (!(attention instanceof AdditiveAttention)) {
    if (!isPlainObject(attention)) {
      throw new InputError("attention", "an AdditiveAttention, or the options of one", attention);
    }
    checkOptions("attention", attention, attentionNames);
  }
  if (readout !== undefined && readout !== "attention") {
    throw new InputError("readout", '"attention" if there is attention', readout);
  }
}

/** The recurrent layers of which a head reads. */
export interface ReadLayers extends Axes {
  /** The features of an output. */
  readonly outputSize: number;
  /** The implementation. */
  readonly implementation: Implementation;
}

/**
 * Returns an attention layer, or creates the one that fits recurrent layers.
 *
 * @param given The layer, or its options.
 * @param layers The recurrent layers.
 * @returns The layer.
 * @throws {InputError} If an option is refused by {@link AdditiveAttention}.
 */
export function attentionOf(
  given: AdditiveAttention | AttentionOptions,
  { outputSize, replicas, implementation }: ReadLayers,
): AdditiveAttention {
  if (given instanceof AdditiveAttention) return given;
  const many = replicas === undefined ? {} : { replicas };
  return new AdditiveAttention({ ...given, inputSize: outputSize, implementation, ...many });
}

/** What the head reads, and the weights of the steps if the readout weighs them. */
export type ReadTop = Pick<WeightedMean, "context"> & Partial<WeightedMean>;

/**
 * Returns what the head reads of the result of recurrent layers.
 *
 * @param layers The layers.
 * @param settings What is read.
 * @param found The output of the layers, and their state after the last step.
 * @param steps The mask or the lengths of the sequences.
 * @returns The input of the head as `context`: [sequence, batch, width], or [batch, width] unless
 * all steps are read; and the weights of the steps if the readout weighs them. The caller disposes
 * of tensors other than the output itself.
 */
export function readTop(
  layers: ReadLayers,
  { readout, attention }: ReadoutSettings<AdditiveAttention | null>,
  { output, state }: { readonly output: Tensor; readonly state: TensorContainer },
  steps: MeanOptions,
): ReadTop {
  if (readout === "all") return { context: output };
  if (readout === "last") return { context: lastStates(layers, state) };
  const { batchFirst, replicas, implementation, outputSize: width } = layers;
  if (attention) return attention.forward(output, { ...steps, batchFirst });
  return weightedMean({ batchFirst, replicas, width, implementation }, output, steps);
}

/**
 * Returns the last hidden states of the top layer, both directions concatenated.
 *
 * @param layers The layers that the state belongs to.
 * @param state The state that the forward pass of the layers returned: h, or h and c.
 * @returns The states [batch, directions * hidden], after the replica axis if there is one; the
 * caller disposes of them.
 * @throws {InputError} If the state is neither a tensor nor has an h.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { lastStates } from "./readout.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, bidirectional: true, random: new Random(1) });
 * const { state } = gru.forward(tf.zeros([7, 2, 3]));
 * assertEquals(lastStates(gru, state).shape, [2, 8]);
 * gru.dispose();
 * ```
 */
export function lastStates(
  { replicas, spec }: Pick<Axes, "replicas" | "spec">,
  state: TensorContainer,
): Tensor {
  const h = hiddenOf(state);
  const axis = replicas === undefined ? 0 : 1;
  const count = spec.bidirectional ? 2 : 1;
  return tf.tidy(() => {
    // The states are sliced, since the gradient of tf.unstack fails if there is only one state.
    const last = Array.from({ length: count }, (_, i) => {
      const begin = h.shape.map((size, k) => k === axis ? size - count + i : 0);
      return h.slice(begin, h.shape.map((_, k) => k === axis ? 1 : -1)).squeeze([axis]);
    });
    return tf.concat(last, -1);
  });
}

function hiddenOf(state: TensorContainer): Tensor {
  if (isTensor(state)) return state;
  if (typeof state === "object" && state !== null && "h" in state && isTensor(state.h)) {
    return state.h;
  }
  throw new InputError("state", "a tensor, or h and c", state);
}

/**
 * Applies dropout to the top layer's output, with the index of the top layer as the stream of
 * {@link dropoutMask}.
 *
 * @param layers The recurrent layers.
 * @param top The output [..., directions * hidden], after the replica axis if there is one.
 * @param dropout The share that is dropped, in [0, 1).
 * @param random The source of the seeds, two integers for each replica in turn: one source, or one
 * for each replica.
 * @returns The scaled output, which the caller disposes of.
 * @throws {InputError} If the number of sources is neither 1 nor that of replicas.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { GRU } from "./gru.ts";
 * import { dropTop } from "./readout.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) });
 * const dropped = dropTop(gru, tf.ones([7, 2, 4]), 0.5, new Random(2));
 * assertEquals(new Set(await dropped.data()), new Set([0, 2]));
 * gru.dispose();
 * ```
 */
export function dropTop(
  { replicas, spec }: Pick<Axes, "replicas" | "spec">,
  top: Tensor,
  dropout: number,
  random: Random | readonly Random[],
): Tensor {
  const count = replicas ?? 1;
  if (!(random instanceof Random) && random.length !== count) {
    throw new InputError(
      "random",
      count === 1 ? "1 source" : `1 source, or ${count}`,
      random.length,
    );
  }
  const seeds = dropoutSeeds(random, count);
  const lead = replicas === undefined ? [1, ...top.shape] : top.shape;
  return tf.tidy(() => {
    return top.mul(dropoutMask(lead, dropout, spec.numLayers - 1, seeds).reshape(top.shape));
  });
}
