import type { Tensor } from "@tensorflow/tfjs";
import { checkFlags, checkSources, helpFor } from "../core/arguments.ts";
import { checkBinaryTensor, checkTensor } from "../core/check_tensor.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { assertShape } from "../core/shapes.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import type { RecurrentInputs } from "../kernels/ops/recurrent.ts";
import { type CellKind, cells } from "../kernels/cells.ts";
import type { StackSpec } from "../kernels/stack.ts";
import type { ModelOptions } from "./model.ts";
import { dropoutSeeds } from "./reference/dropout_mask.ts";

/** Options for the forward pass of a recurrent layer. */
export interface RecurrentForwardOptions extends ModelOptions {
  /**
   * 1 for a step of a sequence and 0 for padding, [sequence, batch], or [batch, sequence] if the
   * batch comes first, after the replica axis if there is one; all 1 by default. At padding, the
   * state is carried over and the output is 0. Any other number is an error; on WebGPU, where
   * reading the mask would wait for the device, it counts as 1.
   */
  readonly mask?: Tensor;
  /**
   * Instead of a mask, the number of steps of each sequence of the batch, from 1 to `sequence`; the
   * same in every replica. Absent by default.
   */
  readonly lengths?: readonly number[];
  /** Whether dropout is active; `false` by default. */
  readonly training?: boolean;
  /**
   * The source of dropout's seeds, required if dropout is active: one source, from which the
   * replicas draw two integers each in turn, or one for each replica, with which a replica drops
   * the same numbers as a network alone.
   */
  readonly random?: Random | readonly Random[];
}

/** Options for a trace. */
export type TraceOptions = Pick<RecurrentForwardOptions, "mask" | "lengths">;

/** The names of {@link TraceOptions}. */
export const traceNames: OptionNames<TraceOptions> = { mask: true, lengths: true };

/** The names of {@link RecurrentForwardOptions}. */
export const forwardNames: OptionNames<RecurrentForwardOptions> = {
  mask: true,
  lengths: true,
  training: true,
  random: true,
};

const stateNames: OptionNames<Required<StateParts>> = { h: true, c: true };

/** The tensors of the state of a layer of any cell. */
export type StateParts = {
  /** Hidden states [layers * directions, batch, hidden], after the replica axis if there is one. */
  readonly h: Tensor;
  /** Cell states of an LSTM, shaped as h. */
  readonly c?: Tensor;
};

/** The layout of a layer's tensors. */
export interface Axes {
  /** The cell and the sizes. */
  readonly spec: StackSpec;
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading replica axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
}

/**
 * Throws unless a state has the type that its cell needs: `{ h, c }` for an LSTM, a tensor for any
 * other cell. `undefined` is accepted.
 *
 * @param cell The cell.
 * @param state The state.
 * @throws {InputError} If `state` has another type.
 */
export function checkState(cell: CellKind, state: unknown): void {
  if (state === undefined) return;
  const isOptions = isPlainObject(state) && Object.keys(state).length > 0 &&
    Object.keys(state).every((name) => Object.hasOwn(forwardNames, name));
  const lstm = cells[cell].states.includes("c");
  if (isOptions || !(lstm ? isPlainObject(state) : isTensor(state))) {
    const help = isOptions
      ? "Options come third: forward(x, undefined, options)"
      : lstm && Array.isArray(state)
      ? "PyTorch's (h, c) is { h, c } here"
      : state === null
      ? "Leave it out, or give undefined, to start from 0"
      : !lstm && isPlainObject(state) && isTensor(state.h)
      ? "Only an LSTM has c: give h itself"
      : undefined;
    throw new InputError("state", lstm ? "{ h, c }" : "a tensor", state, help);
  }
  if (!isPlainObject(state)) return checkTensor("state", state);
  checkOptions("the state", state, stateNames, "field");
  checkTensor("state.h", state.h);
  checkTensor("state.c", state.c);
}

/**
 * Throws unless the options of a forward pass have their types. Shapes are not checked.
 *
 * @param options The options.
 * @param replicas The number of replicas; `undefined` if there is no such axis.
 * @throws {InputError} If the mask is not a tensor, if there are both mask and lengths, if
 * `training` is not a boolean, or if `random` is neither a source nor a list of one for each
 * replica.
 */
export function checkForwardOptions(
  { mask, lengths, training, random }: RecurrentForwardOptions,
  replicas: number | undefined,
): void {
  if (mask !== undefined) {
    checkTensor("mask", mask);
    if (lengths !== undefined) {
      throw new InputError("mask", "left out if there are lengths", mask.shape);
    }
  }
  if (training !== undefined) checkFlags({ training });
  if (random !== undefined) checkSources("random", random, replicas);
}

/**
 * Throws unless a layer's forward pass can use its arguments.
 *
 * @param axes The layout of the layer's tensors.
 * @param x The input.
 * @param state The state; `undefined` to start from 0.
 * @param options The options.
 * @throws {InputError} If a value is not a tensor of its shape, if a length is not in [1,
 * sequence], if there are both mask and lengths, if the mask has a number other than 0 and 1, or if
 * dropout is active without a source of random numbers.
 */
export function checkInputs(
  axes: Axes,
  x: Tensor,
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
    throw new InputError("random", "given if dropout is active in training", random);
  }
}

/**
 * Throws unless a perturbation has the tensors of the cell's state, shaped as the states that
 * {@link RecurrentLayer.unroll} returns.
 *
 * @param axes The layout of the layer's tensors.
 * @param x The input, which was checked.
 * @param perturbation The perturbation.
 * @throws {InputError} If a tensor is missing, unknown or of another shape.
 */
export function checkPerturbation(axes: Axes, x: Tensor, perturbation: StateParts): void {
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
    throw new InputError("perturbation.c", "given for an LSTM only", perturbation.c.shape);
  }
}

/**
 * Converts checked arguments of a forward pass to the axes of the kernels.
 *
 * @param axes The layout of the layer's tensors.
 * @param x The input.
 * @param state The state; `undefined` to start from 0.
 * @param options The options.
 * @param weights The parameters, in their order.
 * @returns Tensors for a `tf.tidy` of the caller.
 */
export function kernelInputs(
  axes: Axes,
  x: Tensor,
  state: StateParts | undefined,
  { mask, lengths, training, random }: RecurrentForwardOptions,
  weights: readonly Tensor[],
): RecurrentInputs {
  const { spec, batchFirst, replicas } = axes;
  const { sequence, batch } = sizesOf(axes, x);
  const count = replicas ?? 1;
  const leading = (tensor: Tensor): Tensor =>
    replicas === undefined ? tensor.expandDims(0) : tensor;
  const ordered = (tensor: Tensor): Tensor =>
    batchFirst ? swapSequenceAndBatch(leading(tensor)) : leading(tensor);
  const directions = spec.bidirectional ? 2 : 1;
  const zeros = (): Tensor =>
    tf.zeros([count, spec.numLayers * directions, batch, spec.hiddenSize]);
  const drops = training === true && spec.dropout > 0 && random !== undefined;
  // The cast to float32 in tfjs changes only the dtype and may leave integers; a product has
  // floats.
  const given = mask && ordered(mask.notEqual(0).toFloat().mul(tf.scalar(1)));
  return {
    x: ordered(x),
    h0: state ? leading(state.h) : zeros(),
    ...(cells[spec.cell].states.includes("c") ? { c0: state?.c ? leading(state.c) : zeros() } : {}),
    weights: weights.map(leading),
    mask: given ??
      (lengths && maskTensor(lengths, { sequence, batch, batchFirst: false, replicas: count })),
    seeds: drops ? dropoutSeeds(random, count) : undefined,
  };
}

/**
 * Swaps the axes of sequence and batch.
 *
 * @param tensor [replica, sequence, batch, ...] or [replica, batch, sequence, ...], up to 4 axes.
 * @returns The transposed tensor.
 */
export function swapSequenceAndBatch(tensor: Tensor): Tensor {
  return tf.transpose(tensor, [0, 2, 1, 3].slice(0, tensor.rank));
}

function sizesOf(
  { batchFirst, replicas }: Axes,
  x: Tensor,
): { sequence: number; batch: number } {
  const [first = 0, second = 0] = replicas === undefined ? x.shape : x.shape.slice(1);
  return batchFirst ? { sequence: second, batch: first } : { sequence: first, batch: second };
}

function maskTensor(...mask: Parameters<typeof lengthsMask>): Tensor {
  const { shape, data } = lengthsMask(...mask);
  return tf.tensor(data, [...shape]);
}

/** The axes of a mask. */
export interface MaskAxes {
  /** The number of steps. */
  readonly sequence: number;
  /** The number of sequences. */
  readonly batch: number;
  /** Whether the batch axis comes before the sequence axis. */
  readonly batchFirst: boolean;
  /** The size of the leading replica axis; `undefined` if there is none. */
  readonly replicas: number | undefined;
}

/**
 * Converts the lengths of sequences to a mask.
 *
 * @param lengths The number of steps of each sequence, the same in every replica.
 * @param axes The axes of the mask.
 * @returns The mask, 1 for each step of a sequence and 0 for padding: [sequence, batch], or [batch,
 * sequence] if the batch comes first, after the replica axis if there is one.
 * @throws {InputError} If `lengths` is not an array of one integer in [1, sequence] for each
 * sequence.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lengthsMask } from "./recurrent_inputs.ts";
 *
 * const axes = { sequence: 3, batch: 2, batchFirst: true, replicas: undefined };
 * const { shape, data } = lengthsMask([3, 1], axes);
 * assertEquals([shape, [...data]], [[2, 3], [1, 1, 1, 1, 0, 0]]);
 * ```
 */
export function lengthsMask(
  lengths: readonly number[],
  { sequence, batch, batchFirst, replicas }: MaskAxes,
): NDArray {
  checkLengths(lengths, sequence, batch);
  const one = new Float32Array(sequence * batch);
  lengths.forEach((length, b) => {
    for (let t = 0; t < length; t++) one[batchFirst ? b * sequence + t : t * batch + b] = 1;
  });
  const data = new Float32Array(one.length * (replicas ?? 1));
  for (let start = 0; start < data.length; start += one.length) data.set(one, start);
  const shape = batchFirst ? [batch, sequence] : [sequence, batch];
  return { shape: replicas === undefined ? shape : [replicas, ...shape], data };
}

/**
 * Throws unless `lengths` has an integer in [1, sequence] for each sequence of a batch.
 *
 * @param lengths The lengths.
 * @param sequence The number of steps.
 * @param batch The number of sequences.
 * @throws {InputError} If `lengths` is not such an array.
 */
export function checkLengths(lengths: unknown, sequence: number, batch: number): void {
  const wanted = `${batch} integers from 1 to ${sequence}`;
  if (!Array.isArray(lengths)) {
    const help = ArrayBuffer.isView(lengths)
      ? "Array.from(lengths) makes one"
      : isTensor(lengths)
      ? "Read a tensor first: Array.from(await lengths.data())"
      : undefined;
    throw new InputError("lengths", `an array of ${wanted}`, lengths, helpFor(lengths, help));
  }
  const fits = (length: unknown): boolean =>
    Number.isInteger(length) && Number(length) >= 1 && Number(length) <= sequence;
  // The copy has undefined for each hole, which `every` alone would skip.
  if (lengths.length !== batch || ![...lengths].every(fits)) {
    throw new InputError("lengths", wanted, lengths);
  }
}
