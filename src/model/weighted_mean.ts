import type { Tensor } from "@tensorflow/tfjs";
import { checkBinaryTensor, checkTensor } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import { tf } from "../core/tfjs.ts";
import { attention, type ScoreParameters } from "../kernels/ops/attention.ts";
import { checkLengths, lengthsMask, swapSequenceAndBatch } from "./recurrent_inputs.ts";
import type { Implementation } from "./recurrent_layer.ts";
import { plainAttention } from "./reference/plain_attention.ts";

/** The layout of states, and how their mean is computed. */
export interface MeanAxes {
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading replica axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
  /** The features of a state. */
  readonly width: number;
  /** The implementation. */
  readonly implementation: Implementation;
}

/** The steps that count. */
export interface MeanOptions {
  /**
   * 1 for a step of a sequence and 0 for padding, [sequence, batch], or [batch, sequence] if the
   * batch comes first, after the replica axis if there is one; all 1 by default.
   */
  readonly mask?: Tensor;
  /**
   * Instead of a mask, the number of steps of each sequence of the batch, from 1 to `sequence`; the
   * same in every replica. Absent by default.
   */
  readonly lengths?: readonly number[];
}

/** A mean over the steps of each sequence. */
export type WeightedMean = {
  /** The mean [batch, width], after the replica axis if there is one. */
  readonly context: Tensor;
  /**
   * The weight of each step [sequence, batch], or [batch, sequence] if the batch comes first, after
   * the replica axis if there is one. The weights of a sequence add up to 1; those of padding are 0.
   */
  readonly weights: Tensor;
};

/**
 * Computes the mean over the steps of each sequence, weighted by attention or not.
 *
 * @param axes The layout of the states.
 * @param states [sequence, batch, width], or [batch, sequence, width] if the batch comes first,
 * after the replica axis if there is one.
 * @param options A mask or lengths. The states of padding have no effect.
 * @param parameters The parameters of the scores, each after the replica axis if there is one; by
 * default every step that counts has the same weight.
 * @returns Tensors that the caller disposes of.
 * @throws {InputError} If a value is not a tensor of its shape, if a length is not in [1,
 * sequence], if there are both mask and lengths, or if a mask has a number other than 0 and 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { weightedMean } from "./weighted_mean.ts";
 *
 * await selectBackend("cpu");
 * const axes = { batchFirst: true, replicas: undefined, width: 1, implementation: "fused" } as const;
 * const { context } = weightedMean(axes, tf.tensor3d([[[1], [3], [100]]]), { lengths: [2] });
 * assertEquals([...await context.data()], [2]);
 * ```
 */
export function weightedMean(
  axes: MeanAxes,
  states: Tensor,
  options: MeanOptions,
  parameters?: ScoreParameters,
): WeightedMean {
  const { batchFirst, replicas, implementation } = axes;
  const sizes = checkMean(axes, states, options);
  const leading = (tensor: Tensor): Tensor =>
    replicas === undefined ? tensor.expandDims(0) : tensor;
  const inside = (tensor: Tensor): Tensor =>
    batchFirst ? swapSequenceAndBatch(leading(tensor)) : leading(tensor);
  const outside = (tensor: Tensor): Tensor => replicas === undefined ? tensor.squeeze([0]) : tensor;
  return tf.tidy(() => {
    const mask = maskOf(options, { ...sizes, replicas: replicas ?? 1 }, inside);
    const given = inside(states);
    const found = (implementation === "fused" ? attention : plainAttention)({
      // 0 times a NaN of padding would be NaN.
      states: mask ? tf.where(mask.expandDims(-1).notEqual(0), given, tf.zerosLike(given)) : given,
      mask,
      scores: parameters && {
        weight: leading(parameters.weight),
        bias: leading(parameters.bias),
        query: leading(parameters.query),
      },
    });
    const weights = batchFirst ? swapSequenceAndBatch(found.weights) : found.weights;
    return { context: outside(found.context), weights: outside(weights) };
  });
}

/** Returns the mask [replica, sequence, batch] as floats; `undefined` if all steps count. */
function maskOf(
  { mask, lengths }: MeanOptions,
  sizes: { readonly sequence: number; readonly batch: number; readonly replicas: number },
  inside: (tensor: Tensor) => Tensor,
): Tensor | undefined {
  // tfjs's cast to float32 changes the dtype alone and leaves integers; a product makes floats.
  if (mask) return inside(mask.notEqual(0).toFloat().mul(tf.scalar(1)));
  if (!lengths) return undefined;
  const { shape, data } = lengthsMask(lengths, { ...sizes, batchFirst: false });
  return tf.tensor(data, [...shape]);
}

function checkMean(
  { batchFirst, replicas, width }: MeanAxes,
  states: Tensor,
  { mask, lengths }: MeanOptions,
): { readonly sequence: number; readonly batch: number } {
  checkTensor("states", states);
  const leading: Record<string, number> = replicas === undefined ? {} : { replica: replicas };
  const order = (sequence: number | null, batch: number | null): Record<string, number | null> =>
    batchFirst ? { ...leading, batch, sequence } : { ...leading, sequence, batch };
  assertShape("states", states.shape, { ...order(null, null), width });
  if (states.dtype !== "float32") throw new InputError("states", "of dtype float32", states.dtype);
  const [first = 0, second = 0] = replicas === undefined ? states.shape : states.shape.slice(1);
  const [sequence, batch] = batchFirst ? [second, first] : [first, second];
  if (mask !== undefined) {
    checkTensor("mask", mask);
    if (lengths !== undefined) {
      throw new InputError("mask", "left out if there are lengths", mask.shape);
    }
    assertShape("mask", mask.shape, order(sequence, batch));
    checkBinaryTensor("mask", mask);
  }
  if (lengths !== undefined) checkLengths(lengths, sequence, batch);
  return { sequence, batch };
}
