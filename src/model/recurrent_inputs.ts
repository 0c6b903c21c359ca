import * as tf from "@tensorflow/tfjs";
import { checkFlags, checkSources } from "../core/arguments.ts";
import { checkBinaryTensor, checkTensor } from "../core/check_tensor.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { assertShape } from "../core/shapes.ts";
import type { RecurrentInputs } from "../kernels/ops/recurrent.ts";
import { type CellKind, cells } from "../kernels/cells.ts";
import type { StackSpec } from "../kernels/stack.ts";
import { checkLengths, lengthsMask } from "./lengths.ts";
import type { ModelOptions } from "./model.ts";

/** What the forward pass of a recurrent layer takes besides its input and state. */
export interface RecurrentForwardOptions extends ModelOptions {
  /**
   * 1 where a step counts, 0 where it is padding: the state is carried over it and the output there
   * is 0. [sequence, batch], or [batch, sequence] where the batch is first, after the replica axis
   * where there is one. Other numbers are refused, but on WebGPU, where looking at them would cost a
   * wait: there every number but 0 counts as 1.
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

/** What a trace takes besides its input and state. */
export type TraceOptions = Pick<RecurrentForwardOptions, "mask" | "lengths">;

/** The options of a trace. */
export const traceNames: OptionNames<TraceOptions> = { mask: true, lengths: true };

/** The options of a forward pass. */
export const forwardNames: OptionNames<RecurrentForwardOptions> = {
  mask: true,
  lengths: true,
  training: true,
  random: true,
};

const stateNames: OptionNames<Required<StateParts>> = { h: true, c: true };

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
 * Checks that a state is what a cell has, before its parts are read.
 *
 * @throws {InputError} If it is something else: for an LSTM `{ h, c }`, for other cells a tensor.
 */
export function checkState(cell: CellKind, state: unknown): void {
  if (state === undefined) return;
  const isOptions = isPlainObject(state) && Object.keys(state).length > 0 &&
    Object.keys(state).every((name) => Object.hasOwn(forwardNames, name));
  const lstm = cells[cell].states.includes("c");
  if (isOptions || !(lstm ? isPlainObject(state) : state instanceof tf.Tensor)) {
    const help = isOptions
      ? "Options come third: forward(x, undefined, options)"
      : lstm && Array.isArray(state)
      ? "PyTorch's (h, c) is { h, c } here"
      : state === null
      ? "Leave it out, or give undefined, to begin from 0"
      : !lstm && isPlainObject(state) && state.h instanceof tf.Tensor
      ? "An RNN or GRU has no c: give h itself"
      : undefined;
    throw new InputError("state", lstm ? "{ h, c }" : "a tensor", state, help);
  }
  if (!isPlainObject(state)) return checkTensor("state", state);
  checkOptions("the state", state, stateNames, "field");
  checkTensor("state.h", state.h);
  checkTensor("state.c", state.c);
}

/**
 * Checks the options of a forward pass, but for shapes.
 *
 * @throws {InputError} On a mask that is not a tensor or is given besides lengths, on a `training`
 * that is neither `true` nor `false`, and on a `random` that is neither a source nor one for each
 * replica.
 */
export function checkForwardOptions(
  { mask, lengths, training, random }: RecurrentForwardOptions,
  replicas: number | undefined,
): void {
  if (mask !== undefined) {
    checkTensor("mask", mask);
    if (lengths !== undefined) {
      throw new InputError("mask", "left out where lengths are given", mask.shape);
    }
  }
  if (training !== undefined) checkFlags({ training });
  if (random !== undefined) checkSources("random", random, replicas);
}

/**
 * Checks what a layer's forward pass is given, before anything is computed.
 *
 * @throws {InputError} On values that are not tensors, tensors of other shapes, lengths out of range,
 * a mask besides lengths or of other numbers than 0 and 1, and dropout without a source of randomness.
 */
export function checkInputs(
  axes: Axes,
  x: tf.Tensor,
  state: StateParts | undefined,
  options: RecurrentForwardOptions,
): void {
  const { spec, replicas } = axes;
  const { mask, lengths, training, random } = options;
  checkTensor("x", x);
  checkForwardOptions(options, replicas);
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
  if (h) assertShape(cells[spec.cell].states.length > 1 ? "state.h" : "state", h.shape, states);
  if (c) assertShape("state.c", c.shape, states);
  if (mask) {
    assertShape("mask", mask.shape, order(sequence, batch));
    checkBinaryTensor("mask", mask);
  }
  if (lengths !== undefined) checkLengths(lengths, sequence, batch);
  if (training === true && spec.dropout > 0 && random === undefined) {
    throw new InputError("random", "given where dropout acts in training", random);
  }
}

/**
 * Throws unless a perturbation has the states of the layer's cell, in the shape that
 * {@link RecurrentLayer.unroll} gives them.
 *
 * @throws {InputError} If a state is missing or unknown, or is not a tensor of that shape.
 */
export function checkPerturbation(axes: Axes, x: tf.Tensor, perturbation: StateParts): void {
  const { spec, replicas } = axes;
  checkOptions("the perturbation", perturbation, stateNames, "field");
  const { sequence, batch } = sizesOf(axes, x);
  const shape = {
    ...(replicas === undefined ? {} : { replica: replicas }),
    "layers * directions": spec.numLayers * (spec.bidirectional ? 2 : 1),
    "sequence + 1": sequence + 1,
    batch,
    hidden: spec.hiddenSize,
  };
  for (const [name, tensor] of Object.entries(perturbation)) {
    checkTensor(`perturbation.${name}`, tensor);
    assertShape(`perturbation.${name}`, tensor.shape, shape);
  }
  if (perturbation.h === undefined) throw new InputError("perturbation.h", "a tensor", undefined);
  if (perturbation.c !== undefined && !cells[spec.cell].states.includes("c")) {
    throw new InputError("perturbation.c", "left out of an RNN or GRU", perturbation.c.shape);
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
  const given = mask && ordered(mask.notEqual(0).toFloat().mul(tf.scalar(1)));
  return {
    x: ordered(x),
    h0: state ? leading(state.h) : zeros(),
    ...(cells[spec.cell].states.includes("c") ? { c0: state?.c ? leading(state.c) : zeros() } : {}),
    weights: weights.map(leading),
    mask: given ??
      (lengths && counted(lengths, { sequence, batch, batchFirst: false, replicas: count })),
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

/** The mask of lengths, as a tensor. */
function counted(...mask: Parameters<typeof lengthsMask>): tf.Tensor {
  const { shape, data } = lengthsMask(...mask);
  return tf.tensor(data, [...shape]);
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
