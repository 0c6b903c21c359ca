import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { assertShape } from "../core/shapes.ts";
import type { RecurrentInputs } from "../kernels/recurrent_op.ts";
import type { StackSpec } from "../kernels/stack.ts";

/** What the forward pass of a recurrent layer takes besides its input and state. */
export interface RecurrentForwardOptions {
  /**
   * 1 where a step counts, 0 where it is padding: the state is carried over it and the output there
   * is 0. [sequence, batch], or [batch, sequence] where the batch is first, after the replica axis
   * where there is one.
   */
  readonly mask?: tf.Tensor;
  /**
   * Instead of a mask, the number of steps that count in each sequence of the batch, from 1 to
   * `sequence`; the same in every replica.
   */
  readonly lengths?: readonly number[];
  /** Whether dropout acts; by default not. */
  readonly training?: boolean;
  /**
   * Where dropout's seeds come from, wanted where it acts: two integers a call for each replica in
   * turn. With a source for each replica, each drops what it would drop alone.
   */
  readonly random?: Random | readonly Random[];
}

/** The states of a layer, whatever its cell. */
export type StateParts = {
  /** Hidden states [layers * directions, batch, hidden], after the replica axis where there is one. */
  readonly h: tf.Tensor;
  /** Cell states, as h. */
  readonly c?: tf.Tensor;
};

/** How a layer lays out its tensors. */
export interface Axes {
  /** The sizes. */
  readonly spec: StackSpec;
  /** Whether the batch axis is before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading axis; `undefined` where there is none. */
  readonly replicas: number | undefined;
}

/**
 * Checks what a layer's forward pass is given, before anything is computed.
 *
 * @throws {InputError} On tensors of other shapes, lengths out of range, a mask besides lengths, and
 * dropout without a source of randomness.
 */
export function checkInputs(
  axes: Axes,
  x: tf.Tensor,
  state: StateParts | undefined,
  { mask, lengths, training, random }: RecurrentForwardOptions,
): void {
  const { spec, replicas } = axes;
  const leading: Record<string, number> = replicas === undefined ? {} : { replica: replicas };
  const order = (sequence: number | null, batch: number | null): Record<string, number | null> =>
    axes.batchFirst ? { ...leading, batch, sequence } : { ...leading, sequence, batch };
  assertShape("x", x.shape, { ...order(null, null), input: spec.inputSize });
  if (x.dtype !== "float32") throw new InputError("x", "of dtype float32", x.dtype);
  const { sequence, batch } = sizesOf(axes, x);
  const states = {
    ...leading,
    "layers * directions": spec.numLayers * (spec.bidirectional ? 2 : 1),
    batch,
    hidden: spec.hiddenSize,
  };
  const { h, c } = state ?? {};
  if (h) assertShape(spec.cell === "lstm" ? "state.h" : "state", h.shape, states);
  if (c) assertShape("state.c", c.shape, states);
  if (mask) assertShape("mask", mask.shape, order(sequence, batch));
  if (lengths) {
    if (mask) throw new InputError("mask", "left out where lengths are given", mask.shape);
    const fits = (length: number): boolean =>
      Number.isInteger(length) && length >= 1 && length <= sequence;
    if (lengths.length !== batch || !lengths.every(fits)) {
      throw new InputError("lengths", `${batch} integers from 1 to ${sequence}`, [...lengths]);
    }
  }
  if (training !== true || spec.dropout === 0) return;
  if (random === undefined) {
    throw new InputError("random", "given where dropout acts in training", random);
  }
  if (isList(random) && random.length !== (replicas ?? 1)) {
    throw new InputError("random", `1 source, or ${replicas ?? 1}`, random.length);
  }
}

/**
 * Brings checked inputs to the axes of the kernels.
 *
 * @returns Tensors for the caller's tidy.
 */
export function kernelInputs(
  axes: Axes,
  x: tf.Tensor,
  state: StateParts | undefined,
  { mask, lengths, training, random }: RecurrentForwardOptions,
  weights: readonly tf.Tensor[],
): RecurrentInputs {
  const { spec, batchFirst, replicas } = axes;
  const { sequence, batch } = sizesOf(axes, x);
  const count = replicas ?? 1;
  const leading = (tensor: tf.Tensor): tf.Tensor =>
    replicas === undefined ? tensor.expandDims(0) : tensor;
  const ordered = (tensor: tf.Tensor): tf.Tensor =>
    batchFirst ? swapSequenceAndBatch(leading(tensor)) : leading(tensor);
  const directions = spec.bidirectional ? 2 : 1;
  const zeros = (): tf.Tensor =>
    tf.zeros([count, spec.numLayers * directions, batch, spec.hiddenSize]);
  const drops = training === true && spec.dropout > 0 && random !== undefined;
  // tfjs's cast to float32 only names the numbers so, and they stay integers; a product makes floats.
  const given = mask && ordered(mask.toFloat().mul(tf.scalar(1)));
  const counted = lengths && maskOf(lengths, sequence, count);
  return {
    x: ordered(x),
    h0: state ? leading(state.h) : zeros(),
    ...(spec.cell === "lstm" ? { c0: state?.c ? leading(state.c) : zeros() } : {}),
    weights: weights.map(leading),
    mask: given ?? counted,
    seeds: drops ? seedsOf(random, count) : undefined,
  };
}

/** Swaps axes 1 and 2 of [replica, sequence, batch, ...] or [replica, batch, sequence, ...]. */
export function swapSequenceAndBatch(tensor: tf.Tensor): tf.Tensor {
  return tf.transpose(tensor, [0, 2, 1, 3].slice(0, tensor.rank));
}

function sizesOf(
  { batchFirst, replicas }: Axes,
  x: tf.Tensor,
): { sequence: number; batch: number } {
  const [first = 0, second = 0] = replicas === undefined ? x.shape : x.shape.slice(1);
  return batchFirst ? { sequence: second, batch: first } : { sequence: first, batch: second };
}

/** [replica, sequence, batch] */
function maskOf(lengths: readonly number[], sequence: number, replicas: number): tf.Tensor {
  const one = Array.from({ length: sequence }, (_, t) => lengths.map((n) => t < n ? 1 : 0));
  return tf.tensor3d(Array.from({ length: replicas }, () => one));
}

function seedsOf(random: Random | readonly Random[], replicas: number): number[] {
  return Array.from({ length: replicas }, (_, r) => {
    const source = isList(random) ? random[r] : random;
    return [0, 1].map(() => source?.integer(0, 2 ** 24 - 1) ?? 0);
  }).flat();
}

function isList(random: Random | readonly Random[]): random is readonly Random[] {
  return Array.isArray(random);
}
